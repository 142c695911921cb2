"""Everything the sandbox remembers, and how to go back to an earlier moment of it."""

import dataclasses
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Final, cast

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.clock import Clock, jira_time
from reconciler.sandbox.github_git import Bare
from reconciler.sandbox.github_state import ACTIONS_BOT, GitHubState
from reconciler.sandbox.jira_state import JiraState
from reconciler.sandbox.moods import Moods
from reconciler.sandbox.slack_state import SlackState

_SCOPES: Final = ["read:jira-work", "write:jira-work", "read:jira-user"]
"""What the tool needs of a token with scopes."""


@dataclass
class World:
    """One company's Slack workspace, Jira site and GitHub repository, and the time there."""

    slack: SlackState
    jira: JiraState
    github: GitHubState
    bare: Bare
    """The git repository behind GitHub."""
    clock: Clock
    moods: Moods = field(default_factory=Moods)
    pages: str = ""
    """Address of the pages, if links in answers lead there; empty if they lead nowhere."""

    @property
    def forge(self) -> str:
        """Where people find GitHub."""
        return self.pages or "https://github.example"

    @property
    def workspace(self) -> str:
        """Where people find the Slack workspace."""
        return self.pages or f"https://{self.slack.domain}.slack.com"

    @property
    def jira_scopes(self) -> list[str] | None:
        """Scopes of the bot's token for Jira; None for a token of the site."""
        if self.moods.jira_address == "site":
            return None
        return self.jira.scopes or (_SCOPES if self.moods.jira_address == "gateway" else None)

    @property
    def organisation(self) -> bool:
        """Whether the Slack app is installed for a whole organisation."""
        mood = self.moods.slack_app
        return self.slack.organisation if mood is None else mood == "organisation"

    @property
    def free_plan(self) -> bool:
        """Whether GitHub has neither rulesets nor environments for the repository."""
        mood = self.moods.github_plan
        return self.github.free_plan if mood is None else mood == "no-rules"

    def notice_pushes(self) -> None:
        """Take note of what was pushed with git since the last look.

        A push that does not name an account known here is one of the Actions bot.
        """
        found, self.github.pushes_read = self.bare.pushed(self.github.pushes_read)
        for each in found:
            actor = each.login if each.login in self.github.users else ACTIONS_BOT
            self.github.moved(each.ref, each.before, each.after, actor, self.clock.now())

    def freeze(self) -> bytes:
        """The whole state as bytes that `thaw` reads."""
        self.notice_pushes()
        self.github.refs = self.bare.refs()
        return pickle.dumps(
            (self.slack, self.jira, self.github, self.clock, self.moods), protocol=5
        )

    def thaw(self, frozen: bytes) -> None:
        """Become the state that `freeze` saw."""
        # Only bytes that this process wrote itself ever come in here.
        self.slack, self.jira, self.github, clock, self.moods = pickle.loads(frozen)  # noqa: S301
        if self.bare.refs() != self.github.refs:
            self.bare.restore(self.github.refs)
        _, self.github.pushes_read = self.bare.pushed(0)
        self.clock.frozen, self.clock.offset = clock.frozen, clock.offset

    @contextmanager
    def as_of(self, frozen: bytes) -> Iterator[None]:
        """Show the state that `freeze` saw for as long as the context lasts.

        The time goes on, and git is not behind.
        """
        now = self.slack, self.jira, self.github
        self.slack, self.jira, self.github, *_ = pickle.loads(frozen)  # noqa: S301 - as above
        try:
            yield
        finally:
            self.slack, self.jira, self.github = now


def as_json(value: object) -> object:
    """Dataclasses, dates and tuples as plain JSON values."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, set):
        return sorted(value)
    if isinstance(value, datetime):
        return jira_time(value)
    return {name: as_json(getattr(value, name)) for name in _names(cast("type", type(value)))}


@cache
def _names(kind: type) -> tuple[str, ...]:
    """What is shown of a dataclass: all but the search index."""
    return tuple(each.name for each in dataclasses.fields(kind) if each.name != "index")


def describe(world: World) -> JsonObject:
    """The whole state as JSON: channels and issues by name, without the search index."""
    return {
        "now": world.clock.now().isoformat(),
        "slack": as_json(world.slack),
        "jira": as_json(world.jira),
        "github": {**cast("JsonObject", as_json(world.github)), "refs": world.bare.refs()},
    }
