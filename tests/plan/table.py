"""Rows of the planner's tables: one facet in one state, and all that the planner says of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from plan.values import PullRequestScene, Scene, about, told

FACETS: Mapping[str, tuple[str, ...]] = {
    "label": ("jira.label",),
    "priority": ("jira.priority", "priority changes"),
    "assignee": ("jira.assignee",),
    "channel": ("slack.channel",),
    "channel-name": ("slack.name",),
    "membership": ("slack.membership",),
    "topic": ("slack.topic",),
    "purpose": ("slack.purpose",),
    "members": ("slack.members",),
    "brief": ("slack.brief", "messages of the channel"),
    "pin": ("slack.pin", "pins of"),
    "bookmark": ("slack.bookmark", "bookmarks of"),
    "update": ("slack.update", "messages of the channel"),
    "summary": ("slack.summary", "slack.withdrawn", "messages of the channel"),
    "archive": ("slack.archive", "latest message"),
    "announcement": ("slack.announcement", "messages of the announcement"),
    "reply": ("slack.thread", "replies to"),
    "reminder": ("slack.reminder", "replies to"),
    "proposal": ("slack.announcement", "slack.thread", "slack.reminder", "jira.ticket"),
    "remote-link": ("jira.remote_link",),
    "comment": ("jira.comment", "marks of the comments"),
    "follow-up": ("jira.link",),
    "receipt": ("jira.receipt",),
}
"""What plans call each facet and the readings that it asks for."""
STATES = (
    "absent",
    "same",
    "differs",
    "drifted",
    "ended",
    "held",
    "adopted",
    "reopened",
    "receipt-lost",
    "unreadable",
)
"""adopted: people made it by hand before there was a file. drifted: a person changed what a run
had done. receipt-lost: the property is gone while the services show what we made."""


@dataclass(frozen=True)
class Row:
    """A scene, and what the plan says: of the facet, or all of it when `whole`."""

    facet: str
    state: str
    scene: Callable[[], Scene | PullRequestScene]
    says: tuple[str, ...]
    variant: str = ""
    whole: bool = False
    receipt: Mapping[str, Any] = field(default_factory=dict)
    """Parts of the receipt from which the plan starts."""

    @property
    def name(self) -> str:
        return "-".join(each for each in (self.facet, self.state, self.variant) if each)

    def check(self) -> None:
        planned = self.scene().plan()
        lines = told(planned)
        found = lines if self.whole else about(lines, *FACETS[self.facet])
        assert found == list(self.says)
        remembered = planned.receipt.model_dump(
            mode="json", include=set(self.receipt), by_alias=True
        )
        assert remembered == dict(self.receipt)


def rows(*each: Row) -> pytest.MarkDecorator:
    """The rows as parameters of a test, named by facet and state."""
    return pytest.mark.parametrize("row", [pytest.param(one, id=one.name) for one in each])
