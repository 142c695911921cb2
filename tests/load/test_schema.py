"""What models refuse, in plain words and in the right place."""

from pathlib import Path

import pytest

from reconciler.check.rules.examples import POLICY, ROSTER, STANDARD
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH, RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.model.finding import Finding

PATH = "escalations/2026/DS-1042.yaml"


def findings(text: str, path: str = PATH) -> list[Finding]:
    texts = {PATH: STANDARD, POLICY_PATH: POLICY, ROSTER_PATH: ROSTER} | {path: text}
    loaded = load_snapshot(RawFile(name, content.encode()) for name, content in texts.items())
    assert all(finding.position.path == path for finding in loaded.findings)
    return list(loaded.findings)


ESCALATIONS = [
    ("level: high", "level: hihg", "unknown-choice", "4:10", "Did you mean high?"),
    ("title:", "titel:", "unknown-key", "2:1", "Did you mean title?"),
    ("contact: lena", "contact: 'Lena M'", "bad-form", "10:10", "client-facing"),
    ("contact: lena", "contact:", "empty-value", "10:1", "client-facing"),
    ("contact: lena", "contact: '  '", "empty-value", "10:10", "client-facing"),
    ("contact: lena", "contact: 5", "wrong-type", "10:10", "quotes"),
    ("contact: lena", "contact: true", "wrong-type", "10:10", "quotes"),
    ("contact: lena", "contact: [lena]", "wrong-type", "10:10", "client-facing"),
    ("how_many: 5200", "how_many: '5200'", "wrong-type", "6:13", "estimate"),
    ("how_many: 5200", "how_many: true", "wrong-type", "6:13", "estimate"),
    ("how_many: 5200", "how_many: -1", "number-too-small", "6:13", "1 or more"),
    ("ticket: DS-1042", "ticket: DS-01042", "bad-form", "1:9", "Jira ticket"),
    ("ticket: DS-1042", "ticket: ds-1042", "bad-form", "1:9", "Jira ticket"),
    (
        "title: Card payments fail at checkout",
        "title: 2001-12-14t21:59:43.10-05:00",
        "yaml-ambiguous",
        "2:8",
        'quotes: "2001-12-14t21',
    ),
    (
        "title: Card payments fail at checkout",
        "title: 2026-11-20T14:05:00",
        "yaml-ambiguous",
        "2:8",
        "quotes",
    ),
    ("contact: lena", "contact: 2026-11-20T14:05:00Z", "yaml-ambiguous", "10:10", "quotes"),
    (
        "reporter:",
        "updates: [{at: 2026-11-20T14:05:00Z, by: lena, text: 2026-11-20T14:05:00Z}]\nreporter:",
        "yaml-ambiguous",
        "11:54",
        "quotes",
    ),
    ("title: Card", "title: " + "x" * 160, "too-long", "2:8", "Shorten"),
    (
        "title: Card payments fail at checkout",
        "title: |\n  a\n  b",
        "bad-form",
        "2:8",
        "in one line",
    ),
    ("reporter:", "channel: Card_\nreporter:", "bad-form", "11:10", "channel's name"),
    ("reporter:", "updates: x\nreporter:", "wrong-type", "11:10", "Updates"),
    ("reporter:", "updates: [{at: now, by: a, text: b}]\nreporter:", "bad-time", "11:16", "offset"),
    (
        "reporter:",
        "updates: [{at: 5, by: a, text: b}]\nreporter:",
        "wrong-type",
        "11:16",
        "write the update",
    ),
    ("  person: lena\n", "", "missing-key", "11:1", "reporter of the ticket"),
]


@pytest.mark.parametrize(("old", "new", "rule", "place", "remedy"), ESCALATIONS)
def test_an_escalation_is_refused_in_words(
    old: str, new: str, rule: str, place: str, remedy: str
) -> None:
    assert old in STANDARD
    found = findings(STANDARD.replace(old, new, 1))
    match = next(finding for finding in found if finding.rule == rule)
    assert str(match.position) == f"{PATH}:{place}"
    assert remedy in match.remedy
    for jargon in ("Input should", "str_", "tuple", "pydantic", "Literal"):
        assert jargon not in match.message + match.remedy


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("nothing", "wrong-type"),
        ("[]", "empty-value"),
        ("", "empty-value"),
        ("5", "wrong-type"),
    ],
)
def test_follow_ups_have_one_finding_not_one_for_each_alternative(value: str, rule: str) -> None:
    resolution = (
        "resolution:\n  root_cause: a\n  mitigation: b\n"
        f"  follow_ups: {value}\n"
        "  customer_communication: {owner: lena, state: sent}\n"
    )
    found = findings(STANDARD + resolution)
    assert [finding.rule for finding in found] == [rule]
    assert "list of tickets, or the word none" in found[0].message


def test_a_bad_follow_up_is_told_by_itself() -> None:
    resolution = (
        "resolution:\n  root_cause: a\n  mitigation: b\n  follow_ups: [PAY-1, PAY-0]\n"
        "  customer_communication: {owner: lena, state: sent}\n"
    )
    found = findings(STANDARD + resolution)
    assert [finding.message for finding in found] == ["PAY-0 is not a ticket key."]


CONFIG = [
    (POLICY_PATH, "America/New_York", "America/New_Yrok", "bad-form"),
    (POLICY_PATH, "version: 1", "version: 2", "unknown-choice"),
    (POLICY_PATH, "  DS:", "  ds:", "bad-form"),
    (POLICY_PATH, "teams: [dev-support]", "teams: []", "empty-value"),
    (POLICY_PATH, "https://", "javascript:", "bad-form"),
    (ROSTER_PATH, "kind: product-engineering", "kind: product", "unknown-choice"),
    (ROSTER_PATH, "email: lena@acme.example", "email: lena", "bad-form"),
    (ROSTER_PATH, "  lena:", "  Lena:", "bad-form"),
]


@pytest.mark.parametrize(("path", "old", "new", "rule"), CONFIG)
def test_policy_and_roster_are_refused_in_words(path: str, old: str, new: str, rule: str) -> None:
    text = POLICY if path == POLICY_PATH else ROSTER
    assert old in text
    found = findings(text.replace(old, new, 1), path)
    assert rule in {finding.rule for finding in found}


@pytest.mark.parametrize("count", [41, 50])
def test_a_long_key_is_counted_and_not_what_it_holds(count: int) -> None:
    found = findings(ROSTER.replace("  lena:", f"  {'l' * count}:", 1), ROSTER_PATH)
    (long,) = [each for each in found if each.rule == "too-long"]
    assert long.message == f"The key {'l' * count} has {count} characters; at most 40 are allowed."
    assert long.length == count
    assert long.remedy == "Correct the key here and in each file that uses it."


def test_a_key_of_the_wrong_form_has_a_remedy_of_its_own() -> None:
    found = findings(ROSTER.replace("  lena:", "  Lena:", 1), ROSTER_PATH)
    (bad,) = [each for each in found if each.rule == "bad-form"]
    assert bad.remedy.endswith("Correct the key here and in each file that uses it.")


def test_many_errors_of_one_file_are_cut_short() -> None:
    text = STANDARD + "".join(f"key{number}: x\n" for number in range(2000))
    assert 0 < len(findings(text)) <= 21


def test_an_unknown_key_points_at_the_key_and_a_bad_value_at_the_value() -> None:
    text = STANDARD.replace("level: high", "levl: high")
    unknown = next(f for f in findings(text) if f.rule == "unknown-key")
    assert (unknown.position.column, unknown.length) == (3, 4)
    wrong = findings(STANDARD.replace("level: high", "level: huge"))[0]
    assert (wrong.position.column, wrong.length) == (10, 4)


def test_the_models_hold_the_example_files() -> None:
    root = Path(__file__).resolve().parents[2]
    paths = [*root.glob("escalations/*/*.yaml"), *root.glob("config/*.yaml")]
    assert len(paths) >= 12
    raws = [RawFile(path.relative_to(root).as_posix(), path.read_bytes()) for path in paths]
    assert load_snapshot(raws).findings == ()
