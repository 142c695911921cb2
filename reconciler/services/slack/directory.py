"""The members of a workspace, for filling a roster.

Source: https://docs.slack.dev/reference/methods/users.list and usergroups.users.list. Guests have
`is_restricted` or `is_ultra_restricted`. Slackbot has a fixed id and is not marked as a bot.
"""

from collections.abc import Iterator
from typing import Any, Final

from reconciler.model.known_person import KnownPerson
from reconciler.services.errors import ServiceError, cut, reading_answer
from reconciler.services.paging import Paging
from reconciler.services.slack.wire import Send, SlackWire

_PAGE: Final = 200
"""What Slack recommends for this list at most."""
_NOBODY: Final = ("deleted", "is_bot", "is_app_user", "is_restricted", "is_ultra_restricted")
_SLACKBOT: Final = "USLACKBOT"
_SOURCE: Final = "Slack"


class SlackDirectory:
    """Everyone in one workspace."""

    def __init__(self, wire: SlackWire) -> None:
        """Send through `wire`."""
        self._wire = wire

    @reading_answer("Slack", "users.list")
    def people(self, group: str = "") -> list[KnownPerson]:
        """Active members with an e-mail address, without guests and bots. Raises ServiceError.

        With a `group`, only the members of this user group, given by its handle or id.
        """
        among = self._members_of(group) if group else None
        return [
            KnownPerson(
                _SOURCE,
                " ".join(str(each["profile"].get("real_name") or each["name"]).split()),
                str(each["profile"]["email"]).strip().casefold(),
                {"slack": str(each["id"])},
            )
            for each in self._users()
            if _is_member(each) and (among is None or str(each["id"]) in among)
        ]

    def _users(self) -> Iterator[Any]:
        cursor, paging = "", Paging("Slack", "users.list")
        while True:
            page = self._wire.call("users.list", _listing(cursor), repeatable=True)
            yield from page["members"]
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
            paging.turn(cursor, len(page["members"]))

    def _members_of(self, group: str) -> frozenset[str]:
        wanted = group.removeprefix("@").casefold()
        groups = self._wire.call(
            "usergroups.list", lambda slack: slack.usergroups_list(), repeatable=True
        )["usergroups"]
        found = [
            str(each["id"])
            for each in groups
            if wanted in {str(each["handle"]).casefold(), str(each["id"]).casefold()}
        ]
        if len(found) != 1:
            raise ServiceError(
                "Slack",
                "usergroups.list",
                f"there is no user group @{wanted}",
                remedy="Give the handle of a user group, such as dev-support.",
            )
        answer = self._wire.call(
            "usergroups.users.list",
            lambda slack: slack.usergroups_users_list(usergroup=found[0]),
            repeatable=True,
        )
        if not isinstance(answer["users"], list):
            raise cut("Slack", "usergroups.users.list")
        return frozenset(map(str, answer["users"]))


def _listing(cursor: str) -> Send:
    params = {"limit": _PAGE} | ({"cursor": cursor} if cursor else {})
    return lambda slack: slack.api_call("users.list", params=params)


def _is_member(user: Any) -> bool:  # noqa: ANN401 - JSON
    no_one = any(user.get(name) for name in _NOBODY) or user["id"] == _SLACKBOT
    return not no_one and bool((user.get("profile") or {}).get("email"))
