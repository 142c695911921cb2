"""Whom tickets of a project can be assigned to, for filling a roster.

Source: Jira's REST API, `GET user/assignable/search`: it answers with those in the asked range of
all users who can be assigned, so a page can be shorter than asked for.
"""

from typing import Any, Final

from reconciler.model.known_person import KnownPerson
from reconciler.services.errors import ServiceError, reading_answer
from reconciler.services.jira.wire import JiraWire

_PAGE: Final = 100
_MOST: Final = 1000
"""Jira looks at no more users than these."""


class JiraDirectory:
    """The people of one Jira."""

    def __init__(self, wire: JiraWire, *, cloud: bool) -> None:
        """Send through `wire`."""
        self._wire = wire
        self._id = "accountId" if cloud else "name"

    @reading_answer("Jira", "GET user/assignable/search")
    def people(self, project: str) -> list[KnownPerson]:
        """Active people who can be assigned in a project, without apps and customers.

        The address is empty if Jira hides it. Raises ServiceError.
        """
        found: dict[str, KnownPerson] = {}
        for start in range(0, _MOST, _PAGE):
            page = self._page(project, start)
            found |= {str(each[self._id]): self._read(each) for each in page if _is_person(each)}
            if not page:
                break
        return list(found.values())

    def _page(self, project: str, start: int) -> list[Any]:
        params = {"project": project, "startAt": str(start), "maxResults": str(_PAGE)}
        path = "user/assignable/search"
        page = self._wire.send("GET", path, repeatable=True, params=params)
        if not isinstance(page, list):
            raise ServiceError("Jira", f"GET {path}", "the answer is not a list")
        return page

    def _read(self, user: Any) -> KnownPerson:  # noqa: ANN401 - JSON
        return KnownPerson(
            "Jira",
            " ".join(str(user["displayName"]).split()),
            str(user.get("emailAddress") or "").strip().casefold(),
            {"jira": str(user[self._id])},
        )


def _is_person(user: Any) -> bool:  # noqa: ANN401 - JSON
    return bool(user.get("active", True)) and user.get("accountType", "atlassian") == "atlassian"
