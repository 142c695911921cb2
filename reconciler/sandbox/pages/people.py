"""The people of the company, in all three services, and who a browser acts as."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from starlette.requests import Request

from reconciler.sandbox.world import World

COOKIE: Final = "sandbox-person"
ZONE: Final = ZoneInfo("America/New_York")
"""Where the company's people are, as Slack answers for all of them."""
_COLOURS: Final = 6
"""How many colours pages.css has for pictures of people."""


@dataclass(frozen=True)
class CompanyPerson:
    """A person with the accounts that they have; empty where they have none."""

    handle: str
    name: str
    email: str = ""
    slack: str = ""
    jira: str = ""
    github: str = ""

    @property
    def initials(self) -> str:
        """Up to two letters, for the picture."""
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    @property
    def colour(self) -> int:
        """Which of the colours the picture has."""
        return sum(self.handle.encode()) % _COLOURS


class CompanyPeople:
    """Everybody of the company, found by any of their accounts."""

    def __init__(self, world: World) -> None:
        self._world = world
        found: dict[str, CompanyPerson] = {}
        accounts = {one.name: one for one in world.jira.accounts.values() if one.active}
        users = {
            one.name: one for one in world.slack.users.values() if not (one.is_bot or one.deleted)
        }
        for handle in {**users, **accounts}:
            user, account = users.get(handle), accounts.get(handle)
            if account is not None and account.id == world.jira.bot:
                continue
            name = user.real_name if user else account.display_name if account else handle
            email = user.email if user else account.email if account else ""
            slack, jira = user.id if user else "", account.id if account else ""
            login = world.github.handles.get(handle, "")
            found[handle] = CompanyPerson(handle, name, email, slack, jira, login)
        self.by_handle = found
        self.by_slack = {one.slack: one for one in found.values() if one.slack}
        self.by_jira = {one.jira: one for one in found.values() if one.jira}
        self.by_login = {one.github: one for one in found.values() if one.github}

    def everybody(self) -> list[CompanyPerson]:
        """All people, by name."""
        return sorted(self.by_handle.values(), key=lambda one: one.name.casefold())

    def acting(self, request: Request) -> CompanyPerson | None:
        """The person that the browser chose; the first one until it has."""
        chosen = self.by_handle.get(request.cookies.get(COOKIE, ""))
        return chosen or next(iter(self.by_handle.values()), None)

    def of_slack(self, user: str) -> CompanyPerson:
        """A user of Slack, be it a person or an app."""
        known = self._world.slack.users.get(user)
        named = CompanyPerson(known.name if known else user, known.real_name if known else user)
        return self.by_slack.get(user, named)

    def of_jira(self, account: str | None) -> CompanyPerson:
        """An account of Jira, be it a person's or the tool's."""
        known = self._world.jira.accounts.get(account or "")
        name = known.display_name if known else account or "Unassigned"
        return self.by_jira.get(account or "", CompanyPerson(account or "", name))

    def of_github(self, login: str) -> CompanyPerson:
        """An account of GitHub; people are shown by login there."""
        return self.by_login.get(login, CompanyPerson(login, login, github=login))
