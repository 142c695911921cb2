"""What commands say of themselves, and of what cannot be done, each in a process of its own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from commands import commit_all, escalate
from company import TOP, escalation, resolution
from merge_policy import use_merge_policy

pytestmark = pytest.mark.usefixtures("screens")

LATE = ("--now", "2026-12-05T10:00:00-05:00")
Make = Callable[[Path], None]


def nothing(_folder: Path) -> None:
    """An empty folder."""


def company(folder: Path) -> None:
    """A repository of the example, with an escalation in each state."""
    shutil.copytree(TOP / "config", folder / "config")
    use_merge_policy(folder)
    states = {
        "DS-1": {},
        "DS-2": {"assignee": None},
        "DS-3": {"resolution": resolution()},
        "DS-4": {"withdrawn": {"by": "priya", "reason": "A mistake."}},
    }
    for ticket, changes in states.items():
        path = folder / f"escalations/2026/{ticket}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(escalation(ticket, **changes), sort_keys=False), "utf-8")
    commit_all(folder)


def without_git(folder: Path) -> None:
    """The example's policy and roster in no repository."""
    shutil.copytree(TOP / "config", folder / "config")
    use_merge_policy(folder)


def broken(folder: Path) -> None:
    """A repository whose policy nobody can read."""
    company(folder)
    (folder / "config/policy.yaml").write_text("desks: [", "utf-8")
    (folder / "escalations/2026/DS-5.yaml").write_text("ticket: [", "utf-8")
    (folder / "other.txt").write_text("Some text.", "utf-8")
    commit_all(folder)


ANSWERS = (
    *("--level", "high", "--who", "Payers", "--how-many", "40", "--symptom", "An error."),
    *("--reason", "Four in ten fail.", "--initiator", "priya", "--contact", "lena"),
)
MORE = ("--reporter", "lena", "--findings", "Only 3-D.", "--blocked-because", "We see no logs.")
RESOLVED = (
    *("--root-cause", "A host.", "--mitigation", "It is out.", "--follow-ups", "none"),
    *("--owner", "lena", "--state", "pending"),
)
MISTYPED = (
    ("chek",),
    ("setup", "githb"),
    ("explain", "role-contct"),
    ("explain", "--markdwn"),
)
COMMANDS: dict[str, tuple[Make, tuple[tuple[str, ...], ...]]] = {
    "help": (nothing, (("--help",), *MISTYPED)),
    "nothing there": (
        nothing,
        (
            ("check",),
            ("check", "nowhere.yaml"),
            ("desks",),
            ("status",),
            ("history",),
            ("history", "--verify"),
            ("report",),
            ("plan",),
            ("doctor",),
            ("assign", "DS-1", "nadia"),
            ("acknowledge", "5"),
            ("import", "DS-1"),
            ("form", "1", "--event", "event.json"),
            ("check", "--repo", "nowhere"),
            ("init", "there"),
            ("init", "there", "--desk", "ds"),
        ),
    ),
    "no git": (
        without_git,
        (
            ("check", "--base", "main"),
            ("desks",),
            ("history",),
            ("report",),
            ("acknowledge", "5"),
            ("acknowledge",),
            ("assign", "DS-1", "nadia"),
            ("init", "."),
        ),
    ),
    "broken": (
        broken,
        (
            ("check",),
            ("check", "other.txt"),
            ("check", "escalations/2026/DS-9.yaml"),
            ("desks",),
            ("status",),
            ("plan",),
            ("history",),
            ("report",),
            ("doctor",),
            ("acknowledge", "5"),
            ("assign", "DS-1", "nadia"),
            ("assign", "DS-1", "nadia", "--pr"),
            ("import", "DS-7"),
            ("form", "1", "--event", "other.txt"),
        ),
    ),
    "checks": (
        company,
        (
            ("check",),
            ("check", "config/policy.yaml"),
            ("check", "--base", "nowhere"),
            ("check", "--format", "json"),
            ("desks",),
            ("plan", "--desk", "XX"),
            ("apply", "config/policy.yaml"),
            ("apply", "--cap", "archives"),
            ("report", "--month", "2026-13"),
            ("report", "--desk", "XX"),
            ("report", "--since", "soon"),
            ("history", "XX-1"),
            ("history", "--verify", "--offline"),
            ("history", "--verify", "--audit-remote", "nowhere"),
            ("history", "--now", "soon"),
            ("history", "--now", "2026-11-20T14:05:00"),
            ("sandbox", "--seed", "config/policy.yaml"),
        ),
    ),
    "edits": (
        company,
        (
            ("open", "DS-1", *ANSWERS),
            ("open", "DS-10"),
            ("open", "DS-10", *ANSWERS),
            ("open", "DS-10", "--title", "It fails", *ANSWERS, *MORE, "--dry-run"),
            ("open", "DS-10", "--title", "It fails", *ANSWERS, *MORE, "--pr"),
            ("open", "DS-10", "--title", "It fails", *ANSWERS, *MORE, "--yes"),
            ("assign", "DS-1"),
            ("assign", "DS-1", "dmitri"),
            ("assign", "DS-1", "dmitry"),
            ("assign", "DS-2", "nadia", "--yes"),
            ("assign", "DS-9", "nadia"),
            ("handover", "DS-1", "owen", "--yes"),
            ("handover", "DS-1"),
            ("update", "DS-1"),
            ("update", "DS-1", "Two hosts are slow.", "--by", "dmitri", "--yes"),
            ("update", "DS-1", "--assessment", "A retired host.", "--yes"),
            ("update", "DS-3", "It is back.", "--by", "dmitri"),
            ("resolve", "DS-1"),
            ("resolve", "DS-1", *RESOLVED, "--yes"),
            ("resolve", "DS-3", *RESOLVED),
            ("resolve", "DS-3", "--state", "sent", "--yes"),
            ("reopen", "DS-2"),
            ("reopen", "DS-4", *ANSWERS, "--yes"),
            ("withdraw", "DS-2"),
            ("withdraw", "DS-2", "--by", "priya", "--reason", "A mistake.", "--yes"),
        ),
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_read_as_before(name: str, tmp_path: Path) -> None:
    make, commands = COMMANDS[name]
    folder = tmp_path / "here"
    folder.mkdir()
    make(folder)
    for arguments in commands:
        takes_time = arguments[0] not in {
            "--help",
            "chek",
            "explain",
            "setup",
            "desks",
            "sandbox",
            "init",
        }
        late = LATE if takes_time and "--now" not in arguments else ()
        escalate(folder, {}, *arguments, *late)
