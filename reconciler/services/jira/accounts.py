"""Which of the accounts that Jira finds for an address it can belong to."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from reconciler.services.errors import ServiceError

Json = Mapping[str, Any]
MAY_NOT_SEARCH: Final = "may-not-search"
SEARCHES: Final = ("USER_PICKER", "ASSIGN_ISSUES")
"""Permissions of which one is needed to search for whom a ticket can be assigned to. The first is
global, and needed to search for anybody."""


def matching(hits: Iterable[Json], email: str) -> list[Json]:
    """Those with the address; without any, those whose address Jira hides.

    The search matches names and the beginnings of addresses, so others may be among the hits.
    """
    every = list(hits)
    exact = [each for each in every if _email(each) == email.casefold()]
    return exact or [each for each in every if not _email(each)]


def _email(user: Json) -> str:
    return str(user.get("emailAddress") or "").casefold()


def may_not_search(call: str) -> ServiceError:
    """The failure of a search that finds nobody because it is not permitted."""
    return ServiceError(
        "Jira",
        call,
        "the account may not search for users",
        code=MAY_NOT_SEARCH,
        remedy="Give the account the global permission `Browse users and groups`. Or write the "
        "ids of people as people.*.jira in config/roster.yaml.",
    )
