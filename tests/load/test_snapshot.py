"""Files in, a book and findings out."""

import pytest

from reconciler.check.rules.examples import POLICY, ROSTER, STANDARD
from reconciler.load.raw import (
    EXECUTABLE,
    POLICY_PATH,
    ROSTER_PATH,
    SPECIAL,
    SUBMODULE,
    SYMLINK,
    RawFile,
)
from reconciler.load.snapshot import Loaded, load_snapshot
from reconciler.model.finding import Severity


def raw(ticket: str, year: int = 2026, text: str = STANDARD) -> RawFile:
    path = f"escalations/{year}/{ticket}.yaml"
    return RawFile(path, text.replace("DS-1042", ticket).encode())


CONFIG = [RawFile(POLICY_PATH, POLICY.encode()), RawFile(ROSTER_PATH, ROSTER.encode())]


def load(*files: RawFile) -> Loaded:
    return load_snapshot([*CONFIG, *files])


def test_a_book_is_in_order_of_ticket() -> None:
    loaded = load(raw("DS-1042"), raw("PLAT-9"), raw("DS-987", 2025), raw("DS-99"))
    assert loaded.snapshot is not None
    tickets = [entry.escalation.ticket for entry in loaded.snapshot.entries]
    assert tickets == ["DS-99", "DS-987", "DS-1042", "PLAT-9"]


def test_a_broken_escalation_is_left_out_and_the_others_go_on() -> None:
    loaded = load(raw("DS-1"), raw("DS-2", text="ticket: ["), raw("DS-3", text="nope: 1"))
    assert loaded.snapshot is not None
    assert [entry.escalation.ticket for entry in loaded.snapshot.entries] == ["DS-1"]
    paths = {finding.position.path for finding in loaded.findings}
    assert paths == {"escalations/2026/DS-2.yaml", "escalations/2026/DS-3.yaml"}
    assert "escalations/2026/DS-2.yaml" in loaded.sources


@pytest.mark.parametrize("path", [POLICY_PATH, ROSTER_PATH])
@pytest.mark.parametrize("text", [None, "version: 2", "- x", ""])
def test_without_policy_or_roster_there_is_no_book(path: str, text: str | None) -> None:
    others = [file for file in CONFIG if file.path != path]
    files = [*others, raw("DS-1"), raw("DS-2", text="x")]
    if text is not None:
        files.append(RawFile(path, text.encode()))
    loaded = load_snapshot(files)
    assert loaded.snapshot is None
    assert [entry.escalation.ticket for entry in loaded.entries] == ["DS-1"]
    assert {path, "escalations/2026/DS-2.yaml"} == {f.position.path for f in loaded.findings}


@pytest.mark.parametrize(
    "path",
    [
        "escalations/DS-1.yaml",
        "escalations/2026/DS-1.yml",
        "escalations/2026/ds-1.yaml",
        "escalations/2026/x/DS-1.yaml",
        "escalations/26/DS-1.yaml",
        "escalations/1999/DS-1.yaml",
        "escalations/2026/DS-1.yaml~",
        "escalations/2026/DS-01.yaml",
        "escalations/2026/notes.txt",
        "escalations/2026/DS-1 .yaml",
        "escalations/2026/DS-1.yaml\n",
        "escalations/2026/",
        "escalations/policy.yaml",
    ],
)
def test_a_file_in_a_wrong_place_is_a_finding(path: str) -> None:
    found = load(RawFile(path, STANDARD.encode())).findings
    assert [finding.rule for finding in found] == ["file-misplaced"]
    assert "\n" not in found[0].message


@pytest.mark.parametrize(
    "path", ["README.md", "escalations/README.md", "escalations/2026/.gitkeep"]
)
def test_other_files_are_no_business_of_ours(path: str) -> None:
    assert load(RawFile(path, b"\x00")).findings == ()


def test_the_right_place_is_suggested() -> None:
    found = load(RawFile("escalations/2026/ds-1.yml", b"")).findings
    assert "Did you mean escalations/2026/DS-1.yaml?" in found[0].remedy
    found = load(RawFile("escalations/2026/roster.yml", b"")).findings
    assert "Did you mean config/roster.yaml?" in found[0].remedy


@pytest.mark.parametrize("mode", [SYMLINK, SUBMODULE, SPECIAL])
def test_what_is_no_ordinary_file_is_not_read(mode: str) -> None:
    file = RawFile("escalations/2026/DS-1.yaml", STANDARD.encode(), mode)
    loaded = load(file)
    assert [finding.rule for finding in loaded.findings] == ["file-not-regular"]
    assert loaded.entries == ()


def test_an_executable_file_is_read_with_a_warning() -> None:
    text = STANDARD.replace("DS-1042", "DS-1")
    loaded = load(RawFile("escalations/2026/DS-1.yaml", text.encode(), EXECUTABLE))
    assert [finding.severity for finding in loaded.findings] == [Severity.WARNING]
    assert len(loaded.entries) == 1


def test_a_large_file_is_known_by_its_size() -> None:
    loaded = load(RawFile("escalations/2026/DS-1.yaml", b"", size=70_000))
    assert [finding.rule for finding in loaded.findings] == ["file-too-large"]
    assert "70,000" in loaded.findings[0].message


def test_equal_bytes_are_not_read_again() -> None:
    first = load(raw("DS-1"), raw("DS-2"))
    changed = raw("DS-2", text=STANDARD.replace("level: high", "level: medium"))
    second = load_snapshot([*CONFIG, raw("DS-1"), changed], first)
    assert second.entries[0] is first.entries[0]
    assert second.entries[1] is not first.entries[1]
    assert set(second.sources) == set(first.sources)


@pytest.mark.parametrize("days", ["[mon]", "[sat, sun]"])
def test_a_desk_can_say_on_which_days_it_is_there(days: str) -> None:
    policy = POLICY.replace("  DS:\n", f"  DS:\n    hours: {{days: {days}}}\n", 1)
    loaded = load_snapshot([RawFile(POLICY_PATH, policy.encode()), CONFIG[1]])
    assert loaded.findings == ()
    assert loaded.snapshot is not None
    assert loaded.snapshot.policy.desks["DS"].hours.days == tuple(days[1:-1].split(", "))
