"""GitHub's JSON as values: pull requests, accounts, moments. Another shape is an error of GitHub's.

Source of the shapes: GitHub's OpenAPI description of the REST API, version 2022-11-28.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from reconciler.model.forge import Account, PullRequest, PullRequestState
from reconciler.services.errors import MALFORMED, ServiceError

_SHA: Final = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
Json = Mapping[str, Any]
T = TypeVar("T")
V = TypeVar("V")


def shaped(read: Callable[[V], T], value: V) -> T:
    """What a reader makes of a value; an answer of another shape is an error of GitHub's."""
    try:
        return read(value)
    except MALFORMED as error:
        raise ServiceError(
            "GitHub", "answer", f"an answer had an unexpected shape ({type(error).__name__})"
        ) from error


def read_pull_request(pull: Json) -> PullRequest:
    """A pull request of GitHub's answer."""
    return shaped(_pull_request, pull)


def _pull_request(pull: Json) -> PullRequest:
    merged = _optional(pull.get("merged_at"))
    state = PullRequestState.MERGED if merged else PullRequestState.DECLINED
    number = int(pull["number"])
    return PullRequest(
        id=str(number),
        title=str(pull["title"]),
        url=str(pull["html_url"]),
        ref=f"refs/pull/{number}/head",
        head=read_commit(pull["head"]["sha"]),
        base=str(pull["base"]["ref"]),
        author=read_account(pull.get("user")),
        state=PullRequestState.OPEN if pull["state"] == "open" else state,
        draft=bool(pull.get("draft")),
        opened_at=_optional(pull.get("created_at")),
        merged_at=merged,
        merge_commit=read_commit(pull["merge_commit_sha"]) if merged else None,
        from_fork=_repository(pull["head"]) != _repository(pull["base"]),
        branch=str(pull["head"].get("ref") or ""),
        head_repository=_repository(pull["head"]) or "",
    )


def _repository(side: Json) -> str | None:
    """The repository of a branch; None if it was deleted, as a fork can be."""
    found = side.get("repo")
    return None if found is None else str(found["full_name"]).casefold()


def read_commit(name: str) -> str:
    """The full name of a commit, which goes on to git."""
    if _SHA.fullmatch(name) is None:
        raise ValueError("no name of a commit")
    return name


def read_account(user: Json | None) -> Account | None:
    """An account of GitHub's answer; None when it is gone."""
    if user is None:
        return None
    return Account(int(user["id"]), str(user["login"]), bot=user.get("type") != "User")


def read_moment(text: str) -> datetime:
    """A moment as GitHub writes it."""
    return datetime.fromisoformat(text)


def _optional(text: str | None) -> datetime | None:
    """A moment as GitHub writes it; None if there is none."""
    return read_moment(text) if text else None
