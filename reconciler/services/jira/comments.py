"""Comments on tickets: all that a ticket has, and those of the tool with their marks."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from reconciler.model.comment_mark import COMMENT_PROPERTY, CommentMark, read_property
from reconciler.model.observed import OwnComment
from reconciler.services.errors import ServiceError, reading_answer
from reconciler.services.jira.calls import JiraCalls
from reconciler.services.jira.values import read_own_comment
from reconciler.services.jira.wire import JiraWire
from reconciler.services.paging import Paging

_PAGE: Final = 100
_LISTED: Final = 1000
"""Jira's limit for a list of ids."""
_VISIBILITY: Final = "sd.public.comment"
"""The property by which Jira Service Management hides a comment from the customer."""
Json = dict[str, Any]


class JiraComments(ABC):
    """The comments of one Jira. Each method raises ServiceError."""

    def __init__(self, wire: JiraWire, account_key: str) -> None:
        """Send through `wire`. `account_key` names the id of a user: accountId or name."""
        self._wire = wire
        self._calls = JiraCalls(wire)
        self._account_key = account_key

    @reading_answer("Jira", "comments")
    def complete(self, issue: Json) -> None:
        """Fetch the comments that a long list leaves out: one of them may be ours."""
        comment = issue["fields"]["comment"]
        total = int(comment["total"])
        if total <= len(comment["comments"]):
            return
        found: list[Any] = []
        paging = Paging("Jira", f"GET issue/{issue['key']}/comment")
        while len(found) < total:
            page = self._calls.comments(str(issue["key"]), len(found), _PAGE)
            if not page:
                break
            found += page
            paging.turn(str(len(found)), len(page))
        comment["comments"] = found

    @reading_answer("Jira", "read_comments")
    def read(self, ticket: str, ids: Sequence[str], account: str) -> tuple[OwnComment, ...]:
        """Those of the comments that are there and that `account` wrote, with their marks."""
        every = self._with_properties(ticket, ids)
        found = (read_marked(each, self._account_key, account) for each in every)
        return tuple(each for each in found if each)

    @abstractmethod
    def _with_properties(self, ticket: str, ids: Sequence[str]) -> list[Json]:
        """The JSON of the comments that are there, with their properties."""

    @reading_answer("Jira", "add_comment")
    def add(self, ticket: str, text: str, mark: CommentMark, *, internal: bool) -> str:
        """Add a comment, and return its id.

        In a project of Jira Service Management, customers do not see an internal one.
        """
        path, body = f"issue/{ticket}/comment", _body(text, mark, internal=internal)
        answer = self._wire.send("POST", path, body=body, repeatable=False, ticket=ticket)
        return str(answer["id"])

    def edit(
        self, ticket: str, comment: str, text: str, mark: CommentMark, *, internal: bool
    ) -> None:
        """Replace the text and the mark of a comment. A public one becomes internal, too."""
        path, body = f"issue/{ticket}/comment/{comment}", _body(text, mark, internal=internal)
        self._wire.send("PUT", path, body=body, repeatable=True, ticket=ticket)

    def delete(self, ticket: str, comment: str) -> None:
        """Delete a comment of ours; what is not there is deleted already."""
        self._wire.delete(f"issue/{ticket}/comment/{comment}", ticket)


class CloudComments(JiraComments):
    """Jira Cloud: one request for many comments."""

    def _with_properties(self, ticket: str, ids: Sequence[str]) -> list[Json]:  # noqa: ARG002
        found: list[Json] = []
        for start in range(0, len(ids), _LISTED):
            some = ids[start : start + _LISTED]
            answer = self._wire.send(
                "POST",
                "comment/list",
                body={"ids": [int(each) for each in some]},
                params={"expand": "properties"},
                repeatable=True,
            )
            found += answer["values"]
        return found


class DataCenterComments(JiraComments):
    """Jira Data Center: a request for each comment, and one for its property."""

    def _with_properties(self, ticket: str, ids: Sequence[str]) -> list[Json]:
        found: list[Json] = []
        for each in ids:
            comment = self._get(f"issue/{ticket}/comment/{each}", ticket)
            if comment is not None:
                mark = self._get(f"comment/{each}/properties/{COMMENT_PROPERTY}", "")
                found.append({**comment, "properties": [mark] if mark else []})
        return found

    def _get(self, path: str, ticket: str) -> Json | None:
        try:
            answer: Json = self._wire.send("GET", path, repeatable=True, ticket=ticket)
        except ServiceError as error:
            if error.code == "404":
                return None
            raise
        return answer


def _body(text: str, mark: CommentMark, *, internal: bool) -> Json:
    properties: list[Json] = [{"key": COMMENT_PROPERTY, "value": mark.as_property()}]
    if internal:
        properties.append({"key": _VISIBILITY, "value": {"internal": True}})
    return {"body": text, "properties": properties}


def read_marked(comment: Json, account_key: str, account: str) -> OwnComment | None:
    """A comment with its mark, out of JSON with its properties; None if another account wrote it.

    A mark in the text counts only if there is none among the properties. Earlier versions wrote it
    there.
    """
    own = read_own_comment(comment, account_key, account)
    return own and replace(own, mark=_mark(comment) or own.mark, read=True)


def _mark(comment: Json) -> CommentMark | None:
    """The mark among the properties of a comment."""
    for each in comment.get("properties") or ():
        if each["key"] == COMMENT_PROPERTY:
            return read_property(each["value"])
    return None
