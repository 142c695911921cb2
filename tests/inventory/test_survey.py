"""What a survey knows of tickets, and what it must not say of those that were not read."""

from dataclasses import replace

import pytest
from announced import TICKET, survey, ticket

from reconciler.reconcile.inventory.survey import search
from reconciler.services.errors import ServiceError
from reconciler.services.jira.gateway import Fetched

UNREAD = ServiceError("Jira", "GET issue/DS-1071", "HTTP 503")


def test_a_ticket_is_there_or_not_or_unknown():
    assert survey(ticket()).exists(TICKET)
    assert not survey().exists(TICKET)
    with pytest.raises(ServiceError, match="HTTP 503"):
        replace(survey(), unread={TICKET: UNREAD}).exists(TICKET)


def test_what_was_read_later_counts():
    unread = Fetched({}, {}, frozenset({TICKET, "DS-2"}), {TICKET: UNREAD, "DS-2": UNREAD})
    later = Fetched({TICKET: ticket()}, {}, frozenset({TICKET}))
    assert dict(unread.merged(later).unread) == {"DS-2": UNREAD}
    assert dict(later.merged(unread).unread) == {TICKET: UNREAD, "DS-2": UNREAD}


def test_a_search_that_finds_what_is_no_key_is_told():
    found, (diagnostic,) = search(lambda: ["DS-1", "x", "../DS-2"])
    assert found == {"DS-1"}
    assert "finds 2 that have no key" in diagnostic.message
    assert search(lambda: ["DS-1"]) == (frozenset({"DS-1"}), ())


def test_a_search_that_fails_is_told():
    def fails() -> list[str]:
        raise UNREAD

    found, (diagnostic,) = search(fails)
    assert found == frozenset()
    assert "is unknown" in diagnostic.message
