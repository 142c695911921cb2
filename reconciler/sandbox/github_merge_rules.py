"""What keeps a pull request from being merged: rules of its base, settings of the repository.

Source: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/
managing-rulesets/available-rules-for-rulesets. GitHub documents the status 405 and not its texts.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.github_call import GitHubCall
from reconciler.sandbox.github_show import SWITCHES, base_of
from reconciler.sandbox.github_state import Pull

METHODS: Final = {
    "merge": ("allow_merge_commit", "Merge commits"),
    "squash": ("allow_squash_merge", "Squash merges"),
    "rebase": ("allow_rebase_merge", "Rebase merges"),
}
"""By method, the setting that allows it, and what GitHub calls it."""
_OWNERS: Final = ".github/CODEOWNERS"
_BEHIND: Final = "The head branch is not up to date with the base branch."
_SAYS_NOTHING: Final = frozenset({"COMMENTED", "PENDING"})


def refused_method(call: GitHubCall, pull: Pull, method: str) -> str:
    """Why a method can't be used; empty if it can."""
    setting, name = METHODS[method]
    if not {**SWITCHES, **call.github.switches}[setting]:
        return f"{name} are not allowed on this repository."
    allowed = (
        each["allowed_merge_methods"]
        for each in _parameters(call, pull, "pull_request")
        if "allowed_merge_methods" in each
    )
    if any(method not in methods for methods in allowed):
        return f"{name} are not allowed on this repository."
    return ""


def mergeable_state(call: GitHubCall, pull: Pull) -> str:
    """GitHub's word for a pull request without conflicts."""
    broken = violations(call, pull)
    if not broken:
        return "clean"
    return "behind" if broken == (_BEHIND,) else "blocked"


def violations(call: GitHubCall, pull: Pull) -> tuple[str, ...]:
    """The rules that the pull request does not keep."""
    return (*_reviews(call, pull), *_statuses(call, pull))


def _parameters(call: GitHubCall, pull: Pull, kind: str) -> Iterator[JsonObject]:
    for rule in call.github.rules_of(pull.base):
        if rule["type"] == kind:
            yield rule.get("parameters", {})


def _reviews(call: GitHubCall, pull: Pull) -> Iterator[str]:
    rules = list(_parameters(call, pull, "pull_request"))
    approved, refused = _latest(call, pull)
    wanted = max((each.get("required_approving_review_count", 0) for each in rules), default=0)
    if wanted and refused:
        yield f"Changes were requested by {', '.join(sorted(refused))}."
    if len(approved) < wanted:
        yield f"At least {wanted} approving review is required by reviewers with write access."
    if any(each.get("require_last_push_approval") for each in rules) and pull.head not in {
        *approved.values()
    }:
        yield "New changes require approval from someone other than the last pusher."
    if any(each.get("require_code_owner_review") for each in rules):
        lacking = [
            owners
            for owners in _owners(call, pull)
            if owners and not _is_approved(owners, approved)
        ]
        if lacking:
            names = sorted({each for owners in lacking for each in owners})
            yield f"Waiting on code owner review from {', '.join(names)}."


def _latest(call: GitHubCall, pull: Pull) -> tuple[dict[str, str], set[str]]:
    """The commit that each writer approved last, and who asks for changes."""
    approved: dict[str, str] = {}
    refused: set[str] = set()
    for each in call.github.reviews:
        if each.pull != pull.number or each.state in _SAYS_NOTHING:
            continue
        if each.author not in call.github.writers | call.github.admins:
            continue
        approved.pop(each.author, None)
        refused.discard(each.author)
        if each.state == "APPROVED":
            approved[each.author] = each.commit
        elif each.state == "CHANGES_REQUESTED":
            refused.add(each.author)
    return approved, refused


def _owners(call: GitHubCall, pull: Pull) -> list[tuple[str, ...]]:
    """The owners of each changed file, by the CODEOWNERS of the base. The last line counts."""
    found = call.bare.file(f"refs/heads/{pull.base}", _OWNERS)
    lines = [line.partition("#")[0].split() for line in (found[1] if found else "").splitlines()]
    changed = [each[2] for each in call.bare.files(base_of(call, pull), pull.head)]
    every = []
    for path in changed:
        named = [words[1:] for words in lines if words and _matches(words[0], path)]
        every.append(tuple(each.removeprefix("@") for each in named[-1]) if named else ())
    return every


def _matches(pattern: str, path: str) -> bool:
    anchored, name = "/" in pattern.rstrip("/"), pattern.strip("/")
    if not anchored:
        parts = path.split("/")
        return any(fnmatchcase(each, name) for each in parts)
    return fnmatchcase(path, name) or fnmatchcase(path, f"{name}/*")


def _is_approved(owners: tuple[str, ...], approved: dict[str, str]) -> bool:
    """Whether an owner has approved. The sandbox does not know who is in a team."""
    people = {each.casefold() for each in approved}
    return any(each.casefold() in people or ("/" in each and bool(people)) for each in owners)


def _statuses(call: GitHubCall, pull: Pull) -> Iterator[str]:
    rules = list(_parameters(call, pull, "required_status_checks"))
    latest = {each.context: each.state for each in call.github.statuses if each.sha == pull.head}
    wanted = {one["context"] for each in rules for one in each.get("required_status_checks", ())}
    for context in sorted(wanted):
        state = latest.get(context)
        if state != "success":
            yield f'Required status check "{context}" is {_words(state)}.'
    tip = call.bare.commit(f"refs/heads/{pull.base}") or pull.head
    strict = any(each.get("strict_required_status_checks_policy") for each in rules)
    if strict and not call.bare.includes(pull.head, tip):
        yield _BEHIND


def _words(state: str | None) -> str:
    return {None: "expected", "pending": "pending"}.get(state, "failing")
