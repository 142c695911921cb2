"""Settings of a repository: whether it exists, how it merges, what Actions may do, its labels."""

from typing import Final

from reconciler.sandbox.answer import Answer
from reconciler.sandbox.github_call import (
    FORBIDDEN,
    INVALID,
    NOT_FOUND,
    GitHubCall,
    GitHubError,
    Routes,
)
from reconciler.sandbox.github_show import SWITCHES, show_label, show_own_repo

routes = Routes()
_TOKEN: Final = {
    "default_workflow_permissions": "write",
    "can_approve_pull_request_reviews": True,
}
_WORDS: Final = {"read", "write"}


@routes("POST", "/orgs/{org}/repos")
def create_repository(call: GitHubCall) -> Answer:
    """Create the repository, which is the only one that the sandbox has."""
    if call.params["org"].casefold() != call.github.owner.casefold():
        raise GitHubError(NOT_FOUND, "Not Found")
    if call.user.login not in call.github.admins:
        message = "You need admin access to the organization before adding a repository to it."
        raise GitHubError(FORBIDDEN, message)
    body = call.body()
    name = call.text(body, "name")
    if call.github.exists or name.casefold() != call.github.name.casefold():
        raise GitHubError(
            INVALID, "Repository creation failed.", "name already exists on this account"
        )
    call.github.exists = True
    return Answer(201, show_own_repo(call))


@routes("PATCH", "/repos/{owner}/{repo}")
def change_repository(call: GitHubCall) -> Answer:
    """Turn its switches."""
    call.administer()
    body = call.body()
    wanted = {name: value for name, value in body.items() if name in SWITCHES}
    if not all(isinstance(each, bool) for each in wanted.values()):
        raise GitHubError(INVALID, "Validation Failed", "a setting is no boolean")
    merged = {**SWITCHES, **call.github.switches, **wanted}
    if not any(merged[name] for name in merged if name.endswith(("_commit", "_merge"))):
        raise GitHubError(INVALID, "Validation Failed", "no merge method is allowed")
    call.github.switches |= wanted
    return Answer(body=show_own_repo(call))


@routes("GET", "/repos/{owner}/{repo}/actions/permissions/workflow")
def workflow_token(call: GitHubCall) -> Answer:
    """What the token of a workflow may do at first."""
    call.administer()
    return Answer(body={**_TOKEN, **call.github.workflow_token})


@routes("PUT", "/repos/{owner}/{repo}/actions/permissions/workflow")
def set_workflow_token(call: GitHubCall) -> Answer:
    """Change that."""
    call.administer()
    body = call.body()
    if body.get("default_workflow_permissions", "read") not in _WORDS:
        raise GitHubError(INVALID, "Validation Failed", "default_workflow_permissions")
    call.github.workflow_token |= {name: body[name] for name in _TOKEN if name in body}
    return Answer(204)


@routes("GET", "/repos/{owner}/{repo}/labels")
def labels(call: GitHubCall) -> Answer:
    """The labels, also those that came to be on an issue."""
    known = call.github.known_labels
    used = {name for names in call.github.labels.values() for name in names}
    every = {**dict.fromkeys(sorted(used)), **known}
    return call.listed(show_label(call, name, words) for name, words in every.items())


@routes("POST", "/repos/{owner}/{repo}/labels")
def create_label(call: GitHubCall) -> Answer:
    """Create one."""
    call.write()
    body = call.body()
    name, words = call.text(body, "name"), body.get("description")
    if name.casefold() in {each.casefold() for each in call.github.known_labels}:
        raise GitHubError(INVALID, "Validation Failed", "already_exists")
    call.github.known_labels[name] = words
    return Answer(201, show_label(call, name, words))
