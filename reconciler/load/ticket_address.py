"""The key of a ticket, as people write it or copy it from the address line of a browser."""

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

from reconciler.load.characters import first_hidden
from reconciler.model.base import TICKET_PATTERN

_KEY: Final = re.compile(TICKET_PATTERN.strip("^$"))
_PARAMETERS: Final = ("selectedIssue", "issueKey")
"""By which boards, queues and plans of Jira name the ticket that is open beside them."""
_WITHOUT_SCHEME: Final = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?/\S+", re.ASCII)
_LONGEST: Final = 2000
"""Characters. An address in Jira is much shorter; longer ones are not read."""
_EXAMPLE: Final = "Write the key, such as DS-1234, or the address of its page in Jira."


class TicketAddressError(ValueError):
    """A text that looks like an address and shows no ticket, or more than one."""


def ticket_key(text: str, hosts: Collection[str] = ()) -> str:
    """The key in capital letters; of an address, the key of the ticket that it shows.

    `hosts` are those of Jira; empty if they are unknown, and any host is accepted. A text that is
    neither a key nor an address comes back as it is. Raises TicketAddressError.
    """
    text = text.strip()
    if _WITHOUT_SCHEME.fullmatch(text):
        text = f"https://{text}"
    if "://" not in text and not text.lower().startswith(("javascript:", "data:", "//")):
        return text.upper() if is_key(text.upper()) else text
    return _of_address(_split(text), hosts)


def is_key(text: str) -> bool:
    """True if the text is the key of a ticket, in capital letters."""
    return _KEY.fullmatch(text) is not None


def _split(text: str) -> SplitResult:
    if len(text) > _LONGEST or first_hidden(text) or re.search(r"[\s\\]", text):
        raise TicketAddressError(f"This is not the address of a ticket. {_EXAMPLE}")
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises ValueError if it is no number
    except ValueError as error:
        raise TicketAddressError(f"This is not an address. {_EXAMPLE}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise TicketAddressError(f"This is not an address of a page in Jira. {_EXAMPLE}")
    if parts.username is not None or parts.password is not None:
        raise TicketAddressError(f"The address contains a user name. {_EXAMPLE}")
    return parts


def _of_address(parts: SplitResult, hosts: Collection[str]) -> str:
    host = (parts.hostname or "").lower()
    if hosts and host not in hosts:
        raise TicketAddressError(
            f"The address is on {host}, and Jira is on {' or '.join(sorted(hosts))}. {_EXAMPLE}"
        )
    query = parse_qs(parts.query, max_num_fields=50)
    named = [value for name in _PARAMETERS for value in query.get(name, [])]
    found = _keys(named) or _keys(parts.path.split("/"))
    if len(found) > 1:
        raise TicketAddressError(f"The address names {' and '.join(found)}. {_EXAMPLE}")
    if not found:
        raise TicketAddressError(f"The address shows no ticket. {_EXAMPLE}")
    return found[0]


def _keys(words: Collection[str]) -> list[str]:
    """The different keys among words, in their order."""
    return list(dict.fromkeys(each.upper() for each in words if is_key(each.upper())))
