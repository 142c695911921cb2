"""A day of the example company, made with the real commands: what the pictures show."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from company import TOP
from hub import Hub

from reconciler.sandbox import Box, serve

BEGIN = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)
FIRST, SECOND = "DS-1042", "DS-1057"
POLICY = "config/policy.yaml"
UPDATE = """
updates:
  - at: 2026-11-19T12:10:00-05:00
    by: dmitri
    text: |
      Reproduced with a test card. Our call to the 3-D Secure directory times out on two of the
      four EU hosts; the other two answer at once.
"""


class Example(Hub):
    """The company with its own policy, which lets runs merge."""

    def set_policy(self, **_: object) -> None:
        text = (TOP / POLICY).read_text(encoding="utf-8")
        (self.folder / POLICY).write_text(text, encoding="utf-8")


@dataclass
class Scenario:
    """A sandbox with an escalation that is worked on and one that waits for a review."""

    box: Box
    hub: Hub
    first: int
    second: int
    board: Path
    """Folder of the board's site."""

    @property
    def channel(self) -> str:
        """The page of the first escalation's channel."""
        return f"{self.box.pages_url}/archives/{self.hub.channel(FIRST)['id']}"

    @property
    def thread(self) -> str:
        """The page of the first announcement and its replies."""
        (announced,) = self.hub.announcements(FIRST)
        channel = self.hub.named("sre-escalations")["id"]
        return f"{self.box.pages_url}/archives/{channel}/p{announced['ts'].replace('.', '')}"

    @property
    def comment(self) -> str:
        """The tool's comment on the pull request that waits."""
        (comment,) = self.hub.plan_comments(self.second)
        return f"{self.pull(self.second)}#issuecomment-{comment['id']}"

    @property
    def merged(self) -> str:
        """The pull request of the first escalation."""
        return self.pull(self.first)

    def pull(self, number: int) -> str:
        """The page of a pull request."""
        return f"{self.box.pages_url}/{self.box.github.repository}/pull/{number}"


@contextmanager
def scenario() -> Iterator[Scenario]:
    """The sandbox, prepared; gone at the end."""
    with tempfile.TemporaryDirectory() as folder, serve() as box:
        yield _prepared(box, Path(folder))


def _prepared(box: Box, folder: Path) -> Scenario:
    hub = Example(folder / "repo", box, now=BEGIN)
    proposal = proposed(FIRST)
    first = _propose(hub, FIRST, proposal, "Card payments fail at checkout on the EU gateway")
    hub.reconcile("--record")
    hub.pass_time(minutes=9)
    hub.review(first, "hannah", body="The reason is valid.\n/assign dmitri")
    hub.reconcile("--record")
    hub.pass_time(minutes=61)
    changed = hub.box.world.bare.file("main", path_of(FIRST))
    assert changed is not None
    _propose(hub, FIRST, changed[1].rstrip("\n") + "\n" + UPDATE, "Update DS-1042", who="dmitri")
    hub.reconcile("--record")
    hub.pass_time(minutes=5)
    waits = proposed(SECOND)
    second = _propose(hub, SECOND, waits, "Autopay runs twice for some payers", who="tomas")
    hub.reconcile("--record")
    board = folder / "site"
    hub.git("fetch", "--quiet", "origin")
    hub.escalate("board", "--out", str(board))
    return Scenario(box, hub, first, second, board)


def path_of(ticket: str) -> str:
    return f"escalations/2026/{ticket}.yaml"


def proposed(ticket: str) -> str:
    """The example's file of a ticket without what people write later."""
    text = (TOP / path_of(ticket)).read_text(encoding="utf-8")
    return text.partition("\nassignee: ")[0].rstrip("\n") + "\n"


def _propose(hub: Hub, ticket: str, text: str, title: str, who: str = "priya") -> int:
    """Open a pull request with a file."""
    branch = f"{who}/{ticket.lower()}"
    hub.push(branch, {path_of(ticket): text}, who=who)
    return hub.open(branch, title, who=who)
