"""What is said of files that cannot be read: YAML that is broken, and values that do not fit."""

import itertools
from collections.abc import Iterator
from pathlib import Path

from goldens import hold

from reconciler.check.rules.examples import POLICY, ROSTER, STANDARD
from reconciler.load.parser import IS_FAST
from reconciler.load.raw import SPECIAL, SUBMODULE, SYMLINK, RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.load.strict_yaml import parse
from reconciler.model.finding import Finding

GOLDEN = Path(__file__).parent / "golden" / "files.txt"
PATH = "escalations/2026/DS-1042.yaml"
BROKEN = (
    "a: b: c",
    "a:\n  b: 1\n c: 2",
    "a: 1\nb\nc: 2",
    "a: 1\nb",
    "- 1\nb: 2",
    "a:\n  - 1\n  b",
    "a:\n  - 1\n  b: 2",
    "a: - 1",
    'a: "open',
    'a: "open\n---\n',
    "a: 'open\n...\n",
    "a: @x",
    "a: `x",
    "a: %x",
    "\ta: 1",
    "a: [1, 2",
    "a: [1 2: 3",
    "a: [1, b: 2, {",
    "a: [,",
    "a: {b: 1",
    "a: {b: 1 c: 2}",
    "a: {b: 1]",
    "a: }",
    "a: ]",
    'a: "\\q"',
    'a: "\\ud800"',
    'a: "\\xzz"',
    'a: "\\U00110000"',
    "a: 1\n--- b\n",
    "a: 1\n---\nb: 2",
    "? [a]\n: 1",
    "{a: 1}: 2",
    "'': 1",
    ": 1",
    "? \n: 1",
    "null: 1",
    "yes: 1",
    "1: 1",
    "a: &x 1",
    "a: *x",
    "<<: {a: 1}",
    "a: !!int 1",
    "a: yes",
    "a: 0o17",
    "a: 1_000",
    "\ta: 1\n\tb: 2",
    "a: 1:30",
    "a: 2026-11-20",
    "a: .inf",
    "a: ~x\nb: =",
    "a: |x\n  b",
    "a: >99\n  b",
    "%YAML 9.9\n---\na: 1",
    "%TAG x\n---\na: 1",
    "a: !<x 1",
    "a: 1\na: 2",
    "- a",
    "a",
    "",
    "a: " + "[" * 60 + "]" * 60,
    "a: [" + "1, " * 60_000 + "1]",
)
BYTES = (
    b"a: \x00",
    b"a: \xff",
    b"a: \xed\xa0\x80",
    b"\xef\xbb\xbfa: 1",
    "a: x\u202ey".encode(),
    "a: x\u2028y".encode(),
    b"a: x\x07",
    b"a: 1\rb: 2",
    b"a: " + b"x" * 400_000,
)
VALUES: dict[str, tuple[str, ...]] = {
    "ticket": ("ticket: 5", "ticket: ds-1", "ticket: ''", "ticket:", "ticket: [DS-1]"),
    "title": (
        "title: |\n  two\n  lines",
        f"title: {'x' * 300}",
        "title: {a: b}",
        "title: true",
        'title: ""',
        "title: 2026-11-20",
        "title: 2026-11-20T14:05:00-05:00",
    ),
    "impact": (
        "impact: high",
        "impact: {level: hgih, who: x, how_many: 1, symptom: x}",
        "impact: {level: high, who: x, how_many: 0, symptom: x}",
        "impact: {level: high, who: x, how_many: many, symptom: x}",
        "impact: {level: high, who: x, how_many: 1.5, symptom: x}",
        "impact: []",
        "impact: {severity: high, affected: x, customers: 1, symptoms: x}",
    ),
    "contact": ("contact: Lena Fischer", "contact: 'on'", "contact: 7"),
    "reporter": ("reporter: lena", "reporter: {persn: lena}", "reporter: {person: lena, x: 1}"),
    "updates": (
        "updates: x",
        "updates: [{at: soon, by: lena, text: x}]",
        'updates: [{at: "2026-11-20", by: lena, text: x}]',
        'updates: [{at: "2026-11-20T10:00:00", by: lena, text: x}]',
        'updates: [{at: "2026-13-20T10:00:00Z", by: lena, text: x}]',
        "updates: [{at: 5, by: lena, text: x}]",
        "updates: [{at: [], by: lena, text: x}]",
        "updates: [x]",
        "updates: []",
    ),
    "resolution": (
        "resolution: {cause: x, fix: x, follow_ups: [], customer_communication: {}}",
        "resolution: {cause: x, fix: x, follow_ups: 5, customer_communication: x}",
        "resolution: {cause: x, fix: x, follow_ups: [x], customer_communication: x}",
        "resolution: {cause: x, fix: x, follow_ups:, customer_communication: x}",
    ),
    "limits": ("limits: {override: true}", "override: {by: x}", "titel: x", "nothing_like_it: x"),
}
POLICIES = (
    "acknowledgement: maybe",
    "acknowledgement: true",
    "acknowledgement:",
    "channel: {archive_after_idle_days:}",
    "jira: {browse_url: jira, follow_up_link: 5}",
    "repository_url: x",
    "default_branch: 5",
    "default_branch: 'a b'",
    "desks: {ds: {}}",
    "desks: []",
    "desks: {DS: {teams: []}}",
    "desks: {DS: {hours: {days: [monday], start: '9:00'}}}",
    "desks: {DS: {hours: {days: []}}}",
    "jira: {priority: }",
    "jira: {label: 'a b', priority: Highest}",
    "safety: {archives: -1}",
    "safety: {archives: x}",
    "forms: {account: x}",
    "drift: {topic: maybe}",
    "reminders: {acknowledgement_minutes: 0}",
    "limits: {per_day: 0}",
    "timezone: Mars/Base",
    "version: 2",
)
ROSTERS = (
    "people: {Lena: {name: x}}",
    f"people: {{{'x' * 41}: {{name: x}}}}",
    "people: {lena: {name: x, email: none, github: '@x', team: x, role: boss}}",
    "people: []",
    "teams: {x: {name: X, kind: other}}",
    "teams: {}",
)


PLACES = (
    ("escalations/DS-1042.yaml", "100644"),
    ("escalations/2026/ds-1042.yml", "100644"),
    ("escalations/2026/policy.yml", "100644"),
    ("config/roster.yml", "100644"),
    (PATH, SUBMODULE),
    (PATH, SYMLINK),
    (PATH, SPECIAL),
)


def _placed(path: str, mode: str) -> str:
    raws = [RawFile("config/policy.yaml", POLICY.encode())]
    raws += [RawFile("config/roster.yaml", ROSTER.encode())]
    found = load_snapshot([*raws, RawFile(path, STANDARD.encode(), mode)]).findings
    return "".join(_line(each) for each in found)


def _line(found: Finding) -> str:
    return f"{found.position} {found.rule}: {found.message}\n    {found.remedy}\n"


def _shown(text: str | bytes) -> str:
    return f"`{text!r}`" if len(text) < 100 else f"`{text[:20]!r}` and so on"


def _parsed(data: bytes) -> Iterator[str]:
    """Both parsers, and the second only where it says something else."""
    said = ""
    for fast in (True, False) if IS_FAST else (False, False):
        lines = "".join(_line(each) for each in parse("f.yaml", data, fast=fast).findings)
        if lines != said:
            yield lines
        said = lines


def _loaded(escalation: str = STANDARD, policy: str = POLICY, roster: str = ROSTER) -> str:
    files = {"config/policy.yaml": policy, "config/roster.yaml": roster, PATH: escalation}
    found = load_snapshot([RawFile(path, text.encode()) for path, text in files.items()]).findings
    return "".join(_line(each) for each in found) or "nothing is found\n"


def _with(text: str, value: str) -> str:
    """A file with a value instead of the one that has its key."""
    key = value.partition(":")[0]
    kept, dropping = [], False
    for line in text.splitlines(keepends=True):
        if line[:1].strip():
            dropping = line.startswith(f"{key}:")
        if not dropping:
            kept.append(line)
    return "".join(kept) + value + "\n"


def _files() -> Iterator[str]:
    for text in BROKEN:
        yield f"{_shown(text)}\n"
        yield from _parsed(text.encode())
    for data in BYTES:
        yield f"{_shown(data)}\n"
        yield from _parsed(data)
    for value in itertools.chain.from_iterable(VALUES.values()):
        yield f"{_shown(value)}\n{_loaded(_with(STANDARD, value))}"
    for path, mode in PLACES:
        yield f"{path} ({mode})\n{_placed(path, mode)}"
    for value in POLICIES:
        yield f"policy: {_shown(value)}\n{_loaded(policy=_with(POLICY, value))}"
    for value in ROSTERS:
        yield f"roster: {_shown(value)}\n{_loaded(roster=_with(ROSTER, value))}"


def test_what_is_said_of_files_reads_as_before():
    hold(GOLDEN, "\n".join(_files()))
