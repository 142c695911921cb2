"""The repository, its rules, its workflows, and people."""

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.github_call import (
    FORBIDDEN,
    NOT_FOUND,
    GitHubCall,
    GitHubError,
    Routes,
    moment,
    node,
)
from reconciler.sandbox.github_show import show_own_repo, show_user, site

routes = Routes()


@routes("GET", "/repos/{owner}/{repo}")
def repository(call: GitHubCall) -> Answer:
    """The repository."""
    return Answer(body=show_own_repo(call))


@routes("GET", "/repos/{owner}/{repo}/rules/branches/{branch*}")
def rules(call: GitHubCall) -> Answer:
    """The rules that hold for a branch, from all rulesets."""
    source = {
        "ruleset_source_type": "Repository",
        "ruleset_source": call.github.full_name,
        "ruleset_id": 1,
    }
    return call.listed({**source, **rule} for rule in call.github.rules_of(call.params["branch"]))


@routes("GET", "/repos/{owner}/{repo}/actions/workflows/{workflow}/runs")
def runs(call: GitHubCall) -> Answer:
    """Runs of a workflow, latest first."""
    event, status = call.query("event"), call.query("status")
    found = [
        each
        for each in reversed(call.github.runs)
        if each.workflow == call.params["workflow"]
        and (not event or each.event == event)
        and (not status or status in {each.status, each.conclusion})
    ]
    shown: list[JsonObject] = [
        {
            "id": each.id,
            "node_id": node("WFR", each.id),
            "name": each.workflow.partition(".")[0],
            "path": f".github/workflows/{each.workflow}",
            "event": each.event,
            "status": each.status,
            "conclusion": each.conclusion,
            "created_at": moment(each.at),
            "updated_at": moment(each.at),
            "html_url": f"{site(call)}/actions/runs/{each.id}",
        }
        for each in call.page(found)
    ]
    body = {"total_count": len(found), "workflow_runs": shown}
    return Answer(body=body, headers=call.links(len(found)))


@routes("GET", "/user")
def myself(call: GitHubCall) -> Answer:
    """Who calls; a token of Actions may not ask."""
    if call.user.type == "Bot":
        raise GitHubError(FORBIDDEN, "Resource not accessible by integration")
    return _person(call, call.user.login)


@routes("GET", "/users/{login}")
def person(call: GitHubCall) -> Answer:
    """Anybody, whatever the case of the letters."""
    asked = call.params["login"].casefold()
    login = next((one for one in call.github.users if one.casefold() == asked), None)
    if login is None:
        raise GitHubError(NOT_FOUND, "Not Found")
    return _person(call, login)


def _person(call: GitHubCall, login: str) -> Answer:
    shown = show_user(call, login) or {}
    none = dict.fromkeys(("name", "company", "location", "email", "hireable", "bio"))
    zero = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
    dates = {"created_at": "2020-01-05T09:00:00Z", "updated_at": moment(call.now)}
    return Answer(body={**shown, **none, "blog": "", **zero, **dates})
