"""The key of a ticket, as people write it or copy it from the address line of a browser."""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

import click

from reconciler.model.base import TICKET_PATTERN

_KEY: Final = re.compile(TICKET_PATTERN.strip("^$"))
_PARAMETER: Final = "selectedIssue"
"""By which boards and queues of Jira name the ticket that is open beside them."""


def ticket_key(text: str) -> str:
    """The key in capital letters; of an address, the key of the ticket that it shows.

    Whatever is neither comes back as it is.
    """
    text = text.strip()
    if "://" not in text:
        return text.upper() if _KEY.fullmatch(text.upper()) else text
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    named = parse_qs(parts.query).get(_PARAMETER, [])
    words = [*named, *reversed(parts.path.split("/"))]
    return next((each.upper() for each in words if _KEY.fullmatch(each.upper())), text)


class TicketParam(click.ParamType[str]):
    """A ticket by its key, or by its address in a browser."""

    name = "ticket"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The key."""
        key = ticket_key(str(value))
        if "://" in key:
            self.fail(f"{value!r} is not the address of a ticket in Jira", param, ctx)
        return key


TICKET: Final = TicketParam()
