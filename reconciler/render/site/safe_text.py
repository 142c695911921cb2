"""What may stand in a page: text without hidden characters, and addresses of the web."""

from typing import Final
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from reconciler.render.escape import is_hidden, terminal

_KEPT: Final = frozenset("\n\t")
_WEB: Final = frozenset({"http", "https"})


def shown(value: object) -> object:
    """A value as it is shown. Characters that change how others are shown become visible.

    Jinja calls this for every expression of a template, and escapes the result.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if value.replace("\n", "").replace("\t", "").isprintable():
        return value
    return "".join(terminal(each) if _is_obeyed(each) else each for each in value)


def _is_obeyed(char: str) -> bool:
    return char not in _KEPT and is_hidden(char)


def web(address: str) -> str:
    """An address if it is of the web, otherwise nothing: no link may run a script."""
    parts = urlsplit(address)
    return address if parts.scheme in _WEB and parts.netloc else ""


def ticket_url(browse_url: str, ticket: str) -> str:
    """The address of a ticket; empty if the policy does not name Jira's address."""
    return web(f"{browse_url}/browse/{quote(ticket, safe='')}") if browse_url else ""


def pull_request_url(repository_url: str, number: int | None) -> str:
    """The address of a pull request; empty without a number."""
    return web(f"{repository_url}/pull/{number}") if number else ""
