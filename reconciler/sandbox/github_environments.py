"""Environments, and which branches may use them."""

from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.github_call import (
    INVALID,
    NOT_FOUND,
    GitHubCall,
    GitHubError,
    Routes,
    moment,
    node,
)
from reconciler.sandbox.github_show import site
from reconciler.sandbox.github_state import HubEnvironment

routes = Routes()
_KINDS: Final = {"branch", "tag"}
_NO_RULE: Final = (
    "Failed to create the environment protection rule. Please ensure the billing plan supports "
    "the required reviewers protection rule."
)


def environment_of(call: GitHubCall) -> HubEnvironment:
    """The environment that the path names."""
    found = call.github.environments.get(call.params["environment"])
    if found is None:
        raise GitHubError(NOT_FOUND, "Not Found")
    return found


@routes("GET", "/repos/{owner}/{repo}/environments/{environment}")
def get_environment(call: GitHubCall) -> Answer:
    """An environment."""
    environment_of(call)
    return Answer(body=_shown(call))


@routes("PUT", "/repos/{owner}/{repo}/environments/{environment}")
def put_environment(call: GitHubCall) -> Answer:
    """Create it, or change which branches may use it."""
    call.administer()
    policy = call.body().get("deployment_branch_policy")
    if call.world.free_plan:
        # Source: the answer that people report for private repositories of the plan Free.
        raise GitHubError(INVALID, _NO_RULE)
    if policy is not None and bool(policy["protected_branches"]) == bool(
        policy["custom_branch_policies"]
    ):
        raise GitHubError(INVALID, "Validation Failed", "both policies cannot be the same value")
    name = call.params["environment"]
    there = call.github.environments.get(name)
    made = there or HubEnvironment(call.github.next_id(), call.now)
    made.wait_timer = int(call.body().get("wait_timer") or 0)
    made.protected_branches = bool(policy and policy["protected_branches"])
    made.custom_branch_policies = bool(policy and policy["custom_branch_policies"])
    if not made.custom_branch_policies:
        made.branches.clear()
    call.github.environments[name] = made
    return Answer(body=_shown(call))


def _shown(call: GitHubCall) -> JsonObject:
    found, name = environment_of(call), call.params["environment"]
    limited = found.protected_branches or found.custom_branch_policies
    rules = []
    if found.wait_timer:
        rules.append({"type": "wait_timer", "wait_timer": found.wait_timer})
    if limited:
        rules.append({"type": "branch_policy"})
    shown = [
        {"id": found.id + number, "node_id": node("GA", found.id + number), **each}
        for number, each in enumerate(rules, start=1)
    ]
    return {
        "id": found.id,
        "node_id": node("EN", found.id),
        "name": name,
        "url": f"{call.repo}/environments/{name}",
        "html_url": f"{site(call)}/deployments/activity_log?environments_filter={name}",
        "created_at": moment(found.created_at),
        "updated_at": moment(found.created_at),
        "protection_rules": shown,
        "deployment_branch_policy": {
            "protected_branches": found.protected_branches,
            "custom_branch_policies": found.custom_branch_policies,
        }
        if limited
        else None,
    }


@routes("GET", "/repos/{owner}/{repo}/environments/{environment}/deployment-branch-policies")
def branch_policies(call: GitHubCall) -> Answer:
    """The branches and tags that may use it."""
    listed = [_entry(number, *each) for number, each in environment_of(call).branches.items()]
    body = {"total_count": len(listed), "branch_policies": call.page(listed)}
    return Answer(body=body, headers=call.links(len(listed)))


@routes("POST", "/repos/{owner}/{repo}/environments/{environment}/deployment-branch-policies")
def add_branch_policy(call: GitHubCall) -> Answer:
    """Allow one more."""
    call.administer()
    there, body = environment_of(call), call.body()
    name, kind = call.text(body, "name"), str(body.get("type", "branch"))
    if not there.custom_branch_policies:
        raise GitHubError(NOT_FOUND, "Not Found")
    if kind not in _KINDS:
        raise GitHubError(INVALID, "Validation Failed", "type")
    if (kind, name) in there.branches.values():
        raise GitHubError(303, "Existing branch policy")
    number = call.github.next_id()
    there.branches[number] = (kind, name)
    return Answer(body=_entry(number, kind, name))


@routes(
    "DELETE", "/repos/{owner}/{repo}/environments/{environment}/deployment-branch-policies/{entry}"
)
def remove_branch_policy(call: GitHubCall) -> Answer:
    """Allow one less."""
    call.administer()
    entry = call.params["entry"]
    if not entry.isdecimal() or environment_of(call).branches.pop(int(entry), None) is None:
        raise GitHubError(NOT_FOUND, "Not Found")
    return Answer(204)


def _entry(number: int, kind: str, name: str) -> JsonObject:
    return {"id": number, "node_id": node("GP", number), "name": name, "type": kind}
