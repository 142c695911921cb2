"""Companies of any size in a sandbox, for counting calls and waiting for them."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from reconciler.sandbox import serve

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from company import Company
from hub import Hub
from starts import Watched, watched


@contextmanager
def company(
    tickets: int, *, data_center: bool = False, desks: Sequence[str] = ("DS",)
) -> Iterator[tuple[Company, list[str]]]:
    """A company with so many tickets, shared out among its desks, and no escalation yet."""
    keys = [f"{desks[number % len(desks)]}-{5000 + number}" for number in range(tickets)]
    seed: dict[str, object] = {"tickets": {key: {"summary": f"Trouble {key}"} for key in keys}}
    if len(desks) > 1:
        seed["projects"] = {desk: {"name": desk, "lead": "hannah"} for desk in desks}
    with tempfile.TemporaryDirectory() as folder, serve(seed) as box:
        made = Company(Path(folder, "repo"), box, data_center, workers=8)
        # A hundred at once, which the caps of the example's policy would refuse.
        made.set_policy(safety={"posts": 100_000, "invitations": 100_000})
        yield made, keys


@contextmanager
def on_github() -> Iterator[Hub]:
    """A company on GitHub, whose policy asks for reviews."""
    with tempfile.TemporaryDirectory() as folder, serve() as box:
        yield Hub(Path(folder, "repo"), box)


def run_apply(hub: Hub) -> Watched:
    """What a run as in CI does, in a new process."""
    return watched(
        hub.folder,
        *("apply", "--record", "--comment", "--now", hub.now.isoformat()),
        **hub.env,
    )


def escalate(made: Company, key: str) -> None:
    """Declare an escalation with twelve members whose ids are in the roster.

    Initiator, contact, reporter, assignee, crew lead, two always included, five of a team.
    """
    made.write(key, stakeholders={"product_engineering": ["payments"], "client_facing": ["amara"]})


def count(made: Company, service: str) -> int:
    """How many calls a service got since the last time it was cleared."""
    return sum(call.service.startswith(service) for call in made.box.calls)
