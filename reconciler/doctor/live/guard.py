"""Tickets on which a live check must not begin."""

import re
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Final

from reconciler.doctor.live.site import LiveSite
from reconciler.load.raw import RawFile
from reconciler.model.base import TICKET_PATTERN
from reconciler.services.errors import SetupError

_REMEDY: Final = "Give a ticket of a test project."


def declared_tickets(files: Collection[RawFile]) -> frozenset[str]:
    """The tickets that files of escalations/ name, also files that cannot be read."""
    paths = (PurePosixPath(each.path) for each in files)
    return frozenset(each.stem.upper() for each in paths if each.parts[:1] == ("escalations",))


def require_test_tickets(site: LiveSite, declared: frozenset[str]) -> None:
    """Raise SetupError for a ticket of an escalation, and ServiceError for one that is not there.

    Whether a ticket is escalated, its file and its receipt show.
    """
    for ticket in site.tickets():
        if re.fullmatch(TICKET_PATTERN, ticket) is None:
            raise SetupError(f"{ticket!r} is not the key of a ticket", _REMEDY)
        if ticket in declared:
            raise SetupError(f"a file of escalations/ is about {ticket}", _REMEDY)
        if site.jira.canary.ticket(ticket).has_receipt:
            raise SetupError(f"{ticket} has a receipt, so it is or was escalated", _REMEDY)
