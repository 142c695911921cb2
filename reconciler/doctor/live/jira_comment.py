"""Jira: an internal comment with a real key, on the test ticket and on a closed one."""

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from reconciler.doctor.live.site import ADDRESS, NOTED_CLOSED, TEXT, LiveSite
from reconciler.doctor.live.step import LiveStep
from reconciler.model import live_questions
from reconciler.model.base import TICKET_PATTERN
from reconciler.model.comment_mark import CommentMark
from reconciler.model.live_check import LiveAnswer
from reconciler.services.errors import ServiceError
from reconciler.services.jira.canary import CommentReading

_KEY: Final = "escalate-canary"
"""The key in the mark of the comment. No comment of an escalation has it."""


class CommentStep(LiveStep):
    """Reads the comment in a list and by its id, and compares the texts byte by byte."""

    title = "Jira: internal comment with a key and an address"
    questions = (
        live_questions.COMMENT_TEXT,
        live_questions.COMMENT_READINGS,
        live_questions.COMMENT_MARK,
        live_questions.COMMENT_VISIBILITY,
    )

    def make(self, site: LiveSite) -> int:
        """Add the comment, unless one of the account has the mark."""
        return _comment_once(site, site.ticket)

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Compare what Jira shows with what was sent."""
        listed, single = _find(site, site.ticket)
        sent = _text(site.ticket)
        yield LiveAnswer(
            live_questions.COMMENT_TEXT, "kept" if single.text == sent else "rewritten"
        )
        same = listed.text == single.text
        yield LiveAnswer(live_questions.COMMENT_READINGS, "same" if same else "different")
        read = site.jira.read_comments(site.ticket, [single.id])
        kept = [each.mark for each in read] == [_mark(site.ticket)]
        yield LiveAnswer(live_questions.COMMENT_MARK, "kept" if kept else "changed")
        shown = {True: "public", False: "internal", None: "not-shown"}[single.public]
        yield LiveAnswer(live_questions.COMMENT_VISIBILITY, shown)

    def remove(self, site: LiveSite) -> tuple[str, ...]:
        """Delete it."""
        return _delete(site, site.ticket)


class ClosedTicketStep(LiveStep):
    """Whether the status of a closed ticket locks its fields, and that a comment goes anyway."""

    title = "Jira: closed ticket"
    questions = (live_questions.CLOSED_FIELDS, live_questions.CLOSED_COMMENT)

    def __init__(self) -> None:
        """Begin without a refusal."""
        self._refused: ServiceError | None = None

    def lacks(self, site: LiveSite) -> str:
        """The option is optional, and the ticket must be closed."""
        if not site.closed_ticket:
            return "give --closed-ticket"
        done = site.jira.canary.ticket(site.closed_ticket).done
        return "" if done else f"{site.closed_ticket} is not closed"

    def make(self, site: LiveSite) -> int:
        """Add a comment."""
        try:
            return _comment_once(site, site.closed_ticket)
        except ServiceError as error:
            if error.code not in {"400", "403"}:
                raise
            self._refused = error
            return 0

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Look at the fields that can be edited."""
        editable = site.jira.canary.ticket(site.closed_ticket).editable
        locked = not editable & {"labels", "priority"}
        yield LiveAnswer(live_questions.CLOSED_FIELDS, "locked" if locked else "editable")
        refused = self._refused
        yield LiveAnswer(
            live_questions.CLOSED_COMMENT,
            "refused" if refused else "accepted",
            refused.answer if refused else "",
        )

    def remove(self, site: LiveSite) -> tuple[str, ...]:
        """Delete the comment, also from the ticket that an earlier run was given."""
        noted = str((site.jira.canary.ticket(site.ticket).note or {}).get(NOTED_CLOSED))
        known = [noted] if re.fullmatch(TICKET_PATTERN, noted) else []
        tickets = dict.fromkeys(filter(None, [site.closed_ticket, *known]))
        return tuple(name for ticket in tickets for name in _delete(site, ticket))


def _text(ticket: str) -> str:
    return f"{TEXT} It names {ticket} and {ADDRESS} to see what Jira does with them."


def _mark(ticket: str) -> CommentMark:
    return CommentMark(ticket, _KEY, hashlib.sha256(_text(ticket).encode()).hexdigest()[:10])


def _comment_once(site: LiveSite, ticket: str) -> int:
    if _marked(site, ticket):
        return 0
    site.jira.comments.add(ticket, _text(ticket), _mark(ticket), internal=True)
    return 1


def _marked(site: LiveSite, ticket: str) -> list[tuple[CommentReading, CommentReading]]:
    """The canary's comments, as the list shows them and by their ids. Only the mark counts."""
    listed = site.jira.canary.listed_comments(ticket, site.jira.account())
    both = ((each, site.jira.canary.comment(ticket, each.id)) for each in listed)
    return [(one, other) for one, other in both if other and other.mark == _mark(ticket)]


def _find(site: LiveSite, ticket: str) -> tuple[CommentReading, CommentReading]:
    found = _marked(site, ticket)
    if not found:
        raise ServiceError("Jira", f"GET issue/{ticket}/comment", "the comment is not there")
    return found[0]


def _delete(site: LiveSite, ticket: str) -> tuple[str, ...]:
    found = _marked(site, ticket)
    for listed, _ in found:
        site.jira.comments.delete(ticket, listed.id)
    return tuple(f"comment on {ticket}" for _ in found)
