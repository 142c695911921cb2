"""Files by the API, a ref, errors in CODEOWNERS, and starting a workflow."""

import base64
import re
from collections.abc import Iterator
from typing import Final

import yaml

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.github_call import (
    CONFLICT,
    INVALID,
    NOT_FOUND,
    GitHubCall,
    GitHubError,
    Routes,
    node,
)
from reconciler.sandbox.github_git import Signature
from reconciler.sandbox.github_show import show_commit, site
from reconciler.sandbox.github_state import WorkflowRun

routes = Routes()
_OWNERS: Final = ".github/CODEOWNERS"
_OWNER: Final = re.compile(r"@([\w.-]+(?:/[\w.-]+)?)")


@routes("GET", "/repos/{owner}/{repo}/git/ref/{ref*}")
def get_ref(call: GitHubCall) -> Answer:
    """A ref; a repository without a commit is a conflict."""
    if not any(each.startswith("refs/heads/") for each in call.bare.refs()):
        raise GitHubError(CONFLICT, "Git Repository is empty.")
    name = f"refs/{call.params['ref']}"
    commit = call.bare.refs().get(name)
    if commit is None:
        raise GitHubError(NOT_FOUND, "Not Found")
    api = f"{call.repo}/git"
    shown = {"sha": commit, "type": "commit", "url": f"{api}/commits/{commit}"}
    body = {"ref": name, "node_id": node("REF", 1), "url": f"{api}/{name}", "object": shown}
    return Answer(body=body)


@routes("GET", "/repos/{owner}/{repo}/contents/{path*}")
def get_file(call: GitHubCall) -> Answer:
    """A file."""
    found = call.bare.file(call.query("ref", call.github.default_branch), call.params["path"])
    if found is None:
        raise GitHubError(NOT_FOUND, "Not Found")
    blob, text = found
    content = base64.encodebytes(text.encode("utf-8", "surrogateescape")).decode()
    shown = _described(call, blob, len(text))
    return Answer(body={**shown, "encoding": "base64", "content": content})


@routes("PUT", "/repos/{owner}/{repo}/contents/{path*}")
def put_file(call: GitHubCall) -> Answer:
    """Commit a file to a branch, unless its rules ask for a pull request."""
    call.write()
    body, path = call.body(), call.params["path"]
    branch = str(body.get("branch") or call.github.default_branch)
    tip = call.bare.commit(f"refs/heads/{branch}")
    if tip is None:
        raise GitHubError(NOT_FOUND, f"Branch {branch} not found")
    if any(rule["type"] == "pull_request" for rule in call.github.rules_of(branch)):
        message = "Repository rule violations found\n\nChanges must be made through a pull request."
        raise GitHubError(CONFLICT, message)
    there = call.bare.file(tip, path)
    if there is not None and body.get("sha") != there[0]:
        raise GitHubError(CONFLICT, f"{path} does not match {body.get('sha')}")
    text = base64.b64decode(call.text(body, "content")).decode("utf-8", "surrogateescape")
    who = f"{call.user.login}@users.noreply.github.example"
    author = Signature(call.user.login, who, call.now.isoformat())
    tree = call.bare.with_file(tip, path, text)
    made = call.bare.make(tree, [tip], call.text(body, "message"), author, call.now)
    call.bare.set(f"refs/heads/{branch}", made, tip)
    call.github.moved(f"refs/heads/{branch}", tip, made, call.user.login, call.now)
    blob, _ = call.bare.file(made, path) or ("", "")
    shown = show_commit(call, call.bare.describe(made))
    kept = {name: shown[name] for name in ("sha", "node_id", "url", "html_url", "parents")}
    answer = {"content": _described(call, blob, len(text)), "commit": {**kept, **shown["commit"]}}
    return Answer(201 if there is None else 200, answer)


def _described(call: GitHubCall, blob: str, size: int) -> JsonObject:
    path = call.params["path"]
    branch = call.github.default_branch
    api, html = f"{call.repo}/contents/{path}?ref={branch}", f"{site(call)}/blob/{branch}/{path}"
    git = f"{call.repo}/git/blobs/{blob}"
    return {
        "type": "file",
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": blob,
        "size": size,
        "url": api,
        "git_url": git,
        "html_url": html,
        "download_url": f"https://raw.github.example/{call.github.full_name}/{branch}/{path}",
        "_links": {"self": api, "git": git, "html": html},
    }


@routes("GET", "/repos/{owner}/{repo}/codeowners/errors")
def owner_errors(call: GitHubCall) -> Answer:
    """What is wrong in CODEOWNERS: owners that do not exist, or that may not write."""
    found = call.bare.file(call.query("ref", call.github.default_branch), _OWNERS)
    if found is None:
        raise GitHubError(NOT_FOUND, "Not Found")
    return Answer(body={"errors": list(_errors(call, found[1]))})


def _errors(call: GitHubCall, text: str) -> Iterator[JsonObject]:
    github = call.github
    known = {each.casefold() for each in github.writers | github.admins | github.teams}
    for number, line in enumerate(text.splitlines(), start=1):
        for owner in _OWNER.finditer(line.partition("#")[0]):
            if owner[1].casefold() in known:
                continue
            yield {
                "line": number,
                "column": owner.start() + 1,
                "source": line,
                "kind": "Unknown owner",
                "suggestion": f"make sure {owner[0]} exists and has write access to the repository",
                "message": f"Unknown owner on line {number}: make sure {owner[0]} exists and has "
                f"write access to the repository\n\n  {line}",
                "path": _OWNERS,
            }


@routes("POST", "/repos/{owner}/{repo}/actions/workflows/{workflow}/dispatches")
def dispatch(call: GitHubCall) -> Answer:
    """Start a workflow by hand. The sandbox runs none; it remembers that one waits."""
    call.write()
    name, ref = call.params["workflow"], call.text(call.body(), "ref")
    if call.bare.commit(f"refs/heads/{ref}") is None:
        raise GitHubError(INVALID, f"No ref found for: {ref}")
    found = call.bare.file(ref, f".github/workflows/{name}")
    if found is None:
        raise GitHubError(NOT_FOUND, "Not Found")
    triggers = yaml.safe_load(found[1]).get(True, {})  # YAML 1.1 takes `on` for a boolean
    if "workflow_dispatch" not in triggers:
        raise GitHubError(INVALID, "Workflow does not have 'workflow_dispatch' trigger")
    run = WorkflowRun(call.github.next_id(), name, "workflow_dispatch", call.now, None, "queued")
    call.github.runs.append(run)
    return Answer(204)
