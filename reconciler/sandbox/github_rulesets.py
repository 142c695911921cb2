"""Rulesets of the repository."""

from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.github_call import (
    FORBIDDEN,
    INVALID,
    NOT_FOUND,
    GitHubCall,
    GitHubError,
    Routes,
    moment,
    node,
)

routes = Routes()
_STATES: Final = {"disabled", "active", "evaluate"}
_ACTORS: Final = {
    *("Integration", "OrganizationAdmin", "RepositoryRole", "Team", "DeployKey", "User"),
}
_LISTED: Final = ("id", "name", "target", "enforcement")


@routes("GET", "/repos/{owner}/{repo}/rulesets")
def rulesets(call: GitHubCall) -> Answer:
    """All of them, without their rules."""
    _refuse_plan(call)
    every = call.github.rulesets
    return call.listed(_shown(call, number, whole=False) for number in every)


@routes("GET", "/repos/{owner}/{repo}/rulesets/{ruleset}")
def ruleset(call: GitHubCall) -> Answer:
    """One with its rules; who may bypass it, only administrators see."""
    _refuse_plan(call)
    return Answer(body=_shown(call, _number(call), whole=True))


@routes("POST", "/repos/{owner}/{repo}/rulesets")
def create_ruleset(call: GitHubCall) -> Answer:
    """Create one. Two may have the same name."""
    call.administer()
    _refuse_plan(call)
    number = call.github.next_id()
    call.github.rulesets[number] = _valid(call, call.body())
    return Answer(201, _shown(call, number, whole=True))


@routes("PUT", "/repos/{owner}/{repo}/rulesets/{ruleset}")
def replace_ruleset(call: GitHubCall) -> Answer:
    """Put another in its place; what is left out stays."""
    call.administer()
    _refuse_plan(call)
    number = _number(call)
    whole = {**call.github.rulesets[number], **call.body()}
    call.github.rulesets[number] = _valid(call, whole)
    return Answer(body=_shown(call, number, whole=True))


def _number(call: GitHubCall) -> int:
    number = call.params["ruleset"]
    if not number.isdecimal() or int(number) not in call.github.rulesets:
        raise GitHubError(NOT_FOUND, "Not Found")
    return int(number)


def _refuse_plan(call: GitHubCall) -> None:
    if call.world.free_plan:
        message = "Upgrade to GitHub Pro or make this repository public to enable this feature."
        raise GitHubError(FORBIDDEN, message)


def _valid(call: GitHubCall, body: JsonObject) -> JsonObject:
    name, enforcement = call.text(body, "name"), body.get("enforcement")
    actors = body.get("bypass_actors") or []
    rules = body.get("rules") or []
    if enforcement not in _STATES or not all("type" in each for each in rules):
        raise GitHubError(INVALID, "Validation Failed", "enforcement or rules")
    if any(each.get("actor_type") not in _ACTORS for each in actors):
        raise GitHubError(INVALID, "Validation Failed", "bypass_actors")
    return {
        "name": name,
        "target": body.get("target", "branch"),
        "enforcement": enforcement,
        "bypass_actors": [{"bypass_mode": "always", **each} for each in actors],
        "conditions": body.get("conditions") or {"ref_name": {"include": [], "exclude": []}},
        "rules": [_completed(each) for each in rules],
    }


def _completed(rule: JsonObject) -> JsonObject:
    """A rule as GitHub shows it: parameters that were left out have their defaults."""
    if rule["type"] != "pull_request":
        return rule
    return {**rule, "parameters": {"required_reviewers": [], **rule.get("parameters", {})}}


def _shown(call: GitHubCall, number: int, *, whole: bool) -> JsonObject:
    found = {"id": number, **call.github.rulesets[number]}
    admin = call.user.login in call.github.admins
    kept = found if whole else {name: found[name] for name in _LISTED}
    if not admin:
        kept = {name: value for name, value in kept.items() if name != "bypass_actors"}
    return {
        **kept,
        "source_type": "Repository",
        "source": call.github.full_name,
        "node_id": node("RRS", number),
        "created_at": moment(call.now),
        "updated_at": moment(call.now),
        "_links": {"self": {"href": f"{call.repo}/rulesets/{number}"}},
    }
