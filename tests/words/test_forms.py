"""What people are told who sent a form that cannot be carried out, and what one becomes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import yaml
from company import TOP, escalation, resolution
from forms import ASSESS, ASSIGN, ESCALATE, HANDOVER, REOPEN, RESOLVE, UPDATE, WITHDRAW, body
from goldens import hold
from merge_policy import merge_policy

from reconciler.edit.form_edit import edit_from_form
from reconciler.edit.form_fields import Form, FormKind, FormProblem
from reconciler.edit.form_verbs import VERBS
from reconciler.edit.read_form import read_form
from reconciler.edit.splice import EditRefusedError
from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.snapshot import Snapshot

GOLDEN = Path(__file__).parent / "golden" / "forms.txt"
AT = datetime(2026, 11, 23, 15, tzinfo=UTC)


def snapshot(**policy: object) -> Snapshot:
    """The example company with one escalation that is active and one that has ended."""
    files = {f"config/{name}.yaml": (TOP / f"config/{name}.yaml").read_text() for name in CONFIG}
    text = yaml.safe_load(merge_policy()) | policy
    files["config/policy.yaml"] = yaml.safe_dump(text)
    for ticket, more in (("DS-1071", {}), ("DS-1057", {"resolution": resolution()})):
        said = escalation(ticket, **more)
        files[f"escalations/2026/{ticket}.yaml"] = yaml.safe_dump(yaml.safe_load(yaml.dump(said)))
    loaded = load_snapshot([RawFile(path, each.encode()) for path, each in files.items()])
    assert loaded.snapshot is not None, loaded.findings
    return loaded.snapshot


CONFIG = ("policy", "roster")
ACCOUNT = {"account": "helper[bot]", "account_id": 7}


def _unread() -> Iterator[tuple[str, FormKind, str]]:
    for kind in FormKind:
        empty = "\n\n".join(f"### {label}\n\n_No response_" for label in VERBS[kind].fields)
        yield "nothing is filled in", kind, empty
    yield "too long", HANDOVER, "x" * 30_001
    first, second, *rest = body(HANDOVER).split("\n\n### ")
    yield "another order", HANDOVER, "\n\n### ".join([f"### {second}", first[4:], *rest])
    yield "no heading", HANDOVER, "DS-1071, please"
    yield (
        "a heading twice",
        HANDOVER,
        f"{body(HANDOVER)}\n\n### {VERBS[HANDOVER].fields[1]}\n\npriya",
    )


def _filled() -> Iterator[tuple[str, FormKind, str, dict[str, str]]]:
    yield "not the key of a ticket", ESCALATE, "priya", {"ticket": "the one with cards"}
    yield "not escalated", HANDOVER, "priya", {"ticket": "DS-9"}
    yield "ended", HANDOVER, "priya", {"ticket": "DS-1057"}
    yield "already escalated", ESCALATE, "priya", {"ticket": "DS-1071"}
    yield "an acknowledger", ESCALATE, "hannah", {}
    yield "nobody", ESCALATE, "priya", {"who_is_the_contact": "Lena Fisher"}
    yield "several", HANDOVER, "priya", {"who_takes_over": "Lena Fischer"}
    yield "no number", ESCALATE, "priya", {"about": "many"}
    yield "no time", HANDOVER, "priya", {"when_do": "tomorrow"}
    yield "no keys", RESOLVE, "dmitri", {"tickets": "some"}
    yield "not the desk", RESOLVE, "priya", {}
    yield "of no desk", RESOLVE, "priya", {}
    yield "not involved", HANDOVER, "carla", {}
    yield "the same again", HANDOVER, "priya", {"who_takes_over": "lena"}
    yield "a new one", ESCALATE, "priya", {}
    yield "one again", ESCALATE, "priya", {"ticket": "DS-1057"}
    yield "a handover", HANDOVER, "priya", {}
    yield "a resolution", RESOLVE, "dmitri", {}
    yield "not the desk", ASSIGN, "priya", {}
    yield "not on the roster", ASSIGN, "hannah", {"who_works": "Nadja"}
    yield "an engineer", ASSIGN, "hannah", {}
    yield "not the desk", UPDATE, "lena", {}
    yield "an update", UPDATE, "dmitri", {}
    yield "not the desk", ASSESS, "lena", {}
    yield "an assessment", ASSESS, "dmitri", {}
    yield "not the initiator", WITHDRAW, "lena", {}
    yield "a withdrawal", WITHDRAW, "priya", {}
    yield "ended", WITHDRAW, "priya", {"ticket": "DS-1057"}
    yield "never escalated", REOPEN, "priya", {"ticket": "DS-9"}
    yield "not ended", REOPEN, "priya", {}
    yield "an acknowledger", REOPEN, "hannah", {"ticket": "DS-1057"}
    yield "one again", REOPEN, "priya", {"ticket": "DS-1057"}


def _problem(found: FormProblem) -> str:
    field = f"{found.field}: " if found.field else ""
    return f"    {field}{found.what}\n        {found.remedy}"


def _lines() -> Iterator[str]:
    for title, kind, text in _unread():
        yield f"{kind}: {title}"
        found = read_form(kind, text)
        assert isinstance(found, tuple)
        yield from map(_problem, found)
    for title, kind, person, changes in _filled():
        yield f"{kind} by {person}: {title}"
        form = read_form(kind, body(kind, **changes))
        assert isinstance(form, Form), form
        yield _outcome(form, person, KNOWN.get(title, partial(snapshot, forms=ACCOUNT))())


def _two() -> Snapshot:
    """Two people of one name."""
    found = snapshot()
    roster = found.roster
    name = roster.people["lena"].name
    people = {**roster.people, "owen": roster.people["owen"].model_copy(update={"name": name})}
    return replace(found, roster=roster.model_copy(update={"people": people}))


def _without_desk() -> Snapshot:
    """A policy that does not know the desk of the escalations."""
    desks = yaml.safe_load((TOP / "config/policy.yaml").read_text())["desks"]
    return snapshot(desks={key: desk for key, desk in desks.items() if key != "DS"})


KNOWN = {"several": _two, "of no desk": _without_desk}


def _outcome(form: Form, person: str, known: Snapshot) -> str:
    try:
        found = edit_from_form(form, person, known, AT)
    except EditRefusedError as refused:
        return f"    refused: {refused}"
    return _problem(found) if isinstance(found, FormProblem) else f"    {found.subject}"


def test_what_is_said_of_forms_reads_as_before():
    hold(GOLDEN, "\n".join(_lines()) + "\n")
