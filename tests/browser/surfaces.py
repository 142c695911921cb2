"""What is looked at: one entry for each surface. `make pictures` shows all of them.

To add a surface, add an entry: its name, and what gives its address in a prepared sandbox.
"""

from collections.abc import Callable
from typing import NamedTuple

from browser.scenario import Scenario


class Surface(NamedTuple):
    """A page that people look at."""

    name: str
    address: Callable[[Scenario], str]
    golden: bool = False
    """Whether a picture of it is kept and compared (kept/*.png)."""
    readme: bool = False
    """Whether the README shows it (docs/pictures/*.png)."""


def page(path: str) -> Callable[[Scenario], str]:
    """A page of the sandbox."""
    return lambda scenario: f"{scenario.box.pages_url}{path}"


def board(name: str) -> Callable[[Scenario], str]:
    """A page of the board, which is a file."""
    return lambda scenario: (scenario.board / name).as_uri()


SURFACES = [
    Surface("home", page("/")),
    Surface("desk-channel", page("/archives/sre-escalations")),
    Surface("channel", lambda it: it.channel, golden=True, readme=True),
    Surface("thread", lambda it: it.thread),
    Surface("ticket", page("/browse/DS-1042")),
    Surface("pull-requests", page("/ledgerline/escalations/pulls")),
    Surface("comment", lambda it: it.comment, golden=True, readme=True),
    Surface("merged-pull-request", lambda it: it.merged),
    Surface("not-found", page("/nothing")),
    Surface("board", board("index.html"), readme=True),
    Surface("board-dossier", board("e/DS-1042.html")),
    Surface("board-figures", board("figures.html")),
]
