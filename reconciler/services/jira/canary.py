"""Calls to Jira that only `escalate doctor --live` makes, on tickets of a test project."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler.model.comment_mark import COMMENT_PROPERTY, CommentMark, read_property
from reconciler.model.observed import Priority
from reconciler.model.receipt import PROPERTY
from reconciler.services.errors import ServiceError, cut, reading_answer
from reconciler.services.jira.calls import JiraCalls
from reconciler.services.jira.wire import JiraWire

CANARY_PROPERTY: Final = "escalation-canary"
"""Key of the property of a ticket. The receipt has another one."""
_LINK_ID: Final = "system=escalation-canary&ticket="
_PAGE: Final = 100
_MOST_PAGES: Final = 50
Json = Any


@dataclass(frozen=True)
class CanaryTicket:
    """What Jira shows of a test ticket."""

    labels: frozenset[str]
    priority: Priority | None
    priorities: tuple[Priority, ...]
    """What the priority can be set to; empty if it cannot be set."""
    editable: frozenset[str]
    done: bool
    kind: str
    """`software`, `service_desk` or another type of project."""
    has_receipt: bool
    note: Mapping[str, Json] | None
    """The value of the canary's property; None if there is none that is an object."""


@dataclass(frozen=True)
class CommentReading:
    """A comment of the account."""

    id: str
    text: str
    mark: CommentMark | None = None
    public: bool | None = None
    """Whether customers see it; None if Jira does not show that."""


class JiraCanary:
    """Each method raises ServiceError."""

    def __init__(self, wire: JiraWire, account_key: str) -> None:
        """Send through `wire`. `account_key` names the id of a user: accountId or name."""
        self._wire = wire
        self._calls = JiraCalls(wire)
        self._account_key = account_key

    @reading_answer("Jira", "canary")
    def ticket(self, key: str) -> CanaryTicket:
        """A ticket."""
        params = {
            "fields": "labels,priority,status,project",
            "properties": f"{PROPERTY},{CANARY_PROPERTY}",
            "expand": "editmeta",
        }
        issue = self._get(f"issue/{key}", key, params)
        fields, properties = issue["fields"], issue.get("properties") or {}
        editable = issue["editmeta"]["fields"]
        note = properties.get(CANARY_PROPERTY)
        return CanaryTicket(
            labels=frozenset(map(str, fields.get("labels") or ())),
            priority=_priority(fields.get("priority")),
            priorities=tuple(
                Priority(str(each["id"]), str(each["name"]))
                for each in editable.get("priority", {}).get("allowedValues") or ()
            ),
            editable=frozenset(editable),
            done=fields["status"]["statusCategory"]["key"] == "done",
            kind=str(fields["project"].get("projectTypeKey") or ""),
            has_receipt=PROPERTY in properties,
            note=note if isinstance(note, dict) else None,
        )

    def set_note(self, key: str, value: Mapping[str, Json]) -> None:
        """Write the canary's property."""
        self._calls.set_property(key, CANARY_PROPERTY, dict(value))

    def delete_note(self, key: str) -> None:
        """Delete the canary's property; what is not there is deleted already."""
        self._wire.delete(f"issue/{key}/properties/{CANARY_PROPERTY}", key)

    @reading_answer("Jira", "canary")
    def listed_comments(self, key: str, account: str) -> list[CommentReading]:
        """The comments of an account as a list shows them, without their properties."""
        found: list[CommentReading] = []
        for number in range(_MOST_PAGES):
            page = self._calls.comments(key, number * _PAGE, _PAGE)
            found += [_reading(each) for each in page if self._is_by(each, account)]
            if len(page) < _PAGE:
                return found
        raise cut("Jira", f"GET issue/{key}/comment")

    @reading_answer("Jira", "canary")
    def comment(self, key: str, id_: str) -> CommentReading | None:
        """A comment by its id, with its mark; None if it is gone."""
        path = f"issue/{key}/comment/{id_}"
        try:
            comment = self._get(path, key, {"expand": "properties"})
            properties = comment.get("properties")
            if properties is None:  # Data Center shows a property only at its own address
                one = self._get(f"comment/{id_}/properties/{COMMENT_PROPERTY}", "", {})
                properties = [one]
        except ServiceError as error:
            if error.code == "404":
                return None
            raise
        return _reading(comment, properties)

    def _is_by(self, comment: Json, account: str) -> bool:
        return bool((comment.get("author") or {}).get(self._account_key) == account)

    def set_link(self, key: str, url: str, title: str) -> None:
        """Show a remote link; the same one is replaced."""
        body = {"globalId": _LINK_ID + key, "object": {"url": url, "title": title}}
        path = f"issue/{key}/remotelink"
        self._wire.send("POST", path, body=body, repeatable=True, ticket=key)

    @reading_answer("Jira", "canary")
    def links(self, key: str) -> tuple[tuple[str, str], ...]:
        """Id and URL of the canary's remote links."""
        found = self._get(f"issue/{key}/remotelink", key, {})
        return tuple(
            (str(each["id"]), str(each["object"]["url"]))
            for each in found
            if each.get("globalId") == _LINK_ID + key
        )

    def _get(self, path: str, ticket: str, params: dict[str, str]) -> Json:
        return self._wire.send("GET", path, params=params, repeatable=True, ticket=ticket)


def _priority(value: Json) -> Priority | None:
    return Priority(str(value["id"]), str(value["name"])) if value else None


def _reading(comment: Json, properties: Json = ()) -> CommentReading:
    public = comment.get("jsdPublic")
    marks = (each["value"] for each in properties if each["key"] == COMMENT_PROPERTY)
    return CommentReading(
        str(comment["id"]),
        str(comment["body"]),
        next((mark for value in marks if (mark := read_property(value))), None),
        public if isinstance(public, bool) else None,
    )
