"""Jira's JSON into our values."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.model.comment_marker import read_marker
from reconciler.model.manual_escalation import FoundTicket, JiraAccount, Remark
from reconciler.model.observed import Copy, CopyPlace, Priority, Ticket, TicketComment
from reconciler.model.sealed_receipt import OpenedReceipt

Json = Mapping[str, Any]


def read_ticket(
    issue: Json, account_key: str, opened: OpenedReceipt, also: Iterable[str] = ()
) -> Ticket:
    """A ticket out of Jira's JSON. `account_key` names the id of a user: accountId or name.

    The fields `also` are taken as they are.
    """
    fields = issue["fields"]
    key = str(issue["key"])
    edit_fields = issue["editmeta"]["fields"] if issue.get("editmeta") else None
    return Ticket(
        key=key,
        summary=str(fields.get("summary") or ""),
        labels=frozenset(fields.get("labels") or ()),
        priority=_priority(fields.get("priority")),
        assignee=(fields.get("assignee") or {}).get(account_key),
        comments=_comments(fields.get("comment") or {}),
        links=frozenset(_linked(fields.get("issuelinks") or ())),
        copies=(
            *_comment_copies(fields.get("comment") or {}),
            *_link_copies(fields.get("issuelinks") or ()),
        ),
        receipt=opened.receipt,
        newer_receipt=opened.newer,
        lost_receipt=opened.lost,
        former_key=opened.former_key,
        acknowledged=opened.acknowledged,
        assignee_name=str((fields.get("assignee") or {}).get("displayName") or ""),
        done=_done(fields.get("status")),
        editable=None if edit_fields is None else frozenset(edit_fields),
        priorities=_allowed(edit_fields or {}),
        fields={name: fields.get(name) for name in also},
    )


def read_found(issue: Json, account_key: str) -> FoundTicket:
    """A ticket as people see it."""
    fields = issue["fields"]
    comments = (fields.get("comment") or {}).get("comments", ())
    return FoundTicket(
        key=str(issue["key"]),
        summary=str(fields.get("summary") or ""),
        labels=frozenset(fields.get("labels") or ()),
        reporter=_account(fields.get("reporter"), account_key),
        assignee=_account(fields.get("assignee"), account_key),
        comments=tuple(
            Remark(
                str(each["id"]),
                str((each.get("author") or {}).get(account_key) or ""),
                str(each.get("body") or ""),
            )
            for each in comments
        ),
    )


def _account(user: Json | None, account_key: str) -> JiraAccount | None:
    if not user or not user.get(account_key):
        return None
    name, email = user.get("displayName"), user.get("emailAddress")
    return JiraAccount(str(user[account_key]), str(name or ""), str(email or ""))


def has_marked_comment(issue: Json) -> bool:
    """Whether a comment claims to be ours."""
    return any(
        read_marker(str(each.get("body", "")))
        for each in (issue["fields"].get("comment") or {}).get("comments", ())
    )


def only_by(issue: Json, account: str, account_key: str) -> None:
    """Drop the comments that somebody else wrote: a marker can be copied."""
    comment = issue["fields"].get("comment") or {}
    comment["comments"] = [
        each
        for each in comment.get("comments", ())
        if (each.get("author") or {}).get(account_key) == account
        or not read_marker(str(each.get("body", "")))
    ]


def _priority(value: Json | None) -> Priority | None:
    return Priority(str(value["id"]), str(value["name"])) if value else None


def _done(status: Json | None) -> bool | None:
    """Whether a status is of the category `done`, whose key is the same in every language."""
    key = ((status or {}).get("statusCategory") or {}).get("key")
    return None if key is None else key == "done"


def _allowed(edit_fields: Json) -> tuple[Priority, ...] | None:
    values = edit_fields.get("priority", {}).get("allowedValues")
    if values is None:
        return None
    return tuple(Priority(str(each["id"]), str(each["name"])) for each in values)


def _comments(comment: Json) -> dict[str, TicketComment]:
    """Our comments by kind. A ticket that was moved keeps those that name its former key."""
    found: dict[str, TicketComment] = {}
    for (_, kind), (first, *_) in _by_marker(comment).items():
        found.setdefault(kind, first)
    return found


def _comment_copies(comment: Json) -> Iterator[Copy]:
    for (_, kind), (_, *later) in _by_marker(comment).items():
        yield from (Copy(CopyPlace.COMMENT, kind, each.id, used=each.touched) for each in later)


def _by_marker(comment: Json) -> dict[tuple[str, str], list[TicketComment]]:
    """Our comments by the ticket and kind in their marker, oldest first."""
    found: dict[tuple[str, str], dict[str, TicketComment]] = {}
    for each in sorted(comment.get("comments", ()), key=lambda each: _age(str(each["id"]))):
        marker = read_marker(str(each.get("body", "")))
        if marker:
            ticket, kind, rev = marker
            author, editor = each.get("author"), each.get("updateAuthor")
            touched = bool(author and editor and _who(author) != _who(editor))
            read = TicketComment(str(each["id"]), rev, touched)
            found.setdefault((ticket, kind), {}).setdefault(read.id, read)
    return {key: list(each.values()) for key, each in found.items()}


def _age(id_: str) -> tuple[int, str]:
    """The order of Jira's ids, which are numbers and grow."""
    return len(id_), id_


def _who(user: Json) -> object:
    return user.get("accountId") or user.get("name")


def _linked(links: tuple[Json, ...]) -> list[str]:
    return [
        str(link[side]["key"])
        for link in links
        for side in ("inwardIssue", "outwardIssue")
        if side in link
    ]


def _link_copies(links: Iterable[Json]) -> Iterator[Copy]:
    """Links to the same ticket, of the same type and direction, but the oldest of them."""
    found: dict[str, list[str]] = {}
    for link in links:
        if "outwardIssue" in link:
            key = f"{link['type']['name']} {link['outwardIssue']['key']}"
            found.setdefault(key, []).append(str(link["id"]))
    for key, ids in found.items():
        for each in sorted(set(ids), key=_age)[1:]:
            yield Copy(CopyPlace.LINK, key, each)
