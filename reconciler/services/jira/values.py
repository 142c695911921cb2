"""Jira's JSON into our values."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.model.comment_mark import age, read_line
from reconciler.model.manual_escalation import FoundTicket, JiraAccount, Remark
from reconciler.model.observed import Copy, CopyPlace, OwnComment, Priority, Ticket
from reconciler.model.sealed_receipt import OpenedReceipt
from reconciler.model.ticket_comments import recognised

Json = Mapping[str, Any]


def read_ticket(
    issue: Json,
    account_key: str,
    opened: OpenedReceipt,
    also: Iterable[str] = (),
    *,
    account: str = "",
) -> Ticket:
    """A ticket out of Jira's JSON. `account_key` names the id of a user: accountId or name.

    The fields `also` are taken as they are. `account` is the tool's own, whose comments are read.
    """
    fields = issue["fields"]
    key = str(issue["key"])
    edit_fields = issue["editmeta"]["fields"] if issue.get("editmeta") else None
    ticket = Ticket(
        key=key,
        summary=str(fields.get("summary") or ""),
        labels=frozenset(fields.get("labels") or ()),
        priority=_priority(fields.get("priority")),
        assignee=(fields.get("assignee") or {}).get(account_key),
        comments={},
        links=frozenset(_linked(fields.get("issuelinks") or ())),
        copies=tuple(_link_copies(fields.get("issuelinks") or ())),
        own_comments=_own_comments(fields.get("comment") or {}, account_key, account),
        status=str((fields.get("status") or {}).get("name") or ""),
        receipt=opened.receipt,
        newer_receipt=opened.newer,
        lost_receipt=opened.lost,
        former_key=opened.former_key,
        assignee_name=str((fields.get("assignee") or {}).get("displayName") or ""),
        done=_done(fields.get("status")),
        editable=None if edit_fields is None else frozenset(edit_fields),
        priorities=_allowed(edit_fields or {}),
        fields={name: fields.get(name) for name in also},
    )
    return recognised(ticket)


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


def read_own_comment(comment: Json, account_key: str, account: str) -> OwnComment | None:
    """A comment of the account; None for one of somebody else, because a mark can be copied."""
    author, editor = comment.get("author"), comment.get("updateAuthor")
    if not account or not author or author.get(account_key) != account:
        return None
    touched = bool(editor and _who(editor) != _who(author))
    return OwnComment(str(comment["id"]), touched, read_line(str(comment.get("body") or "")))


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


def _own_comments(field: Json, account_key: str, account: str) -> tuple[OwnComment, ...]:
    """The account's comments, each once: pages can overlap."""
    every = (read_own_comment(each, account_key, account) for each in field.get("comments", ()))
    return tuple({each.id: each for each in every if each}.values())


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
        for each in sorted(set(ids), key=age)[1:]:
            yield Copy(CopyPlace.LINK, key, each)
