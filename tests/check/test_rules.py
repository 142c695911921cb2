"""The examples of every rule, through the real loader and the real judge."""

from datetime import datetime

import pytest

from reconciler.check.check import judge
from reconciler.check.registry import RULES
from reconciler.check.rule import Example, Rule
from reconciler.check.rules.examples import LONG_AGO, NOW, files_of
from reconciler.load.snapshot import load_snapshot
from reconciler.model.finding import Finding
from reconciler.model.forge import Account
from reconciler.model.timeline import Arrival


def findings_of(example: Example) -> tuple[Finding, ...]:
    loaded = load_snapshot(files_of(example))
    if loaded.snapshot is None:
        return loaded.findings
    base = None
    known = {path: example.arrived.get(path, LONG_AGO) for path in example.also}
    if example.before is not None:
        earlier = load_snapshot(files_of(example, base=True))
        assert earlier.findings == ()
        base = earlier.snapshot
        known |= dict.fromkeys(example.before, LONG_AGO)
    arrivals = {path: Arrival("c" * 40, datetime.fromisoformat(at)) for path, at in known.items()}
    author = Account(7, example.author) if example.author else None
    now = datetime.fromisoformat(NOW)
    found = judge(loaded.snapshot, arrivals, now, base, loaded.sources, author)
    return (*loaded.findings, *found)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_bad_example_breaks_this_rule_and_no_other(rule: Rule) -> None:
    found = findings_of(rule.bad)
    assert {finding.rule for finding in found} == {rule.id}
    assert all(finding.severity is rule.severity for finding in found)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_good_example_breaks_no_rule(rule: Rule) -> None:
    assert findings_of(rule.good) == ()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_findings_say_what_to_do(rule: Rule) -> None:
    for finding in findings_of(rule.bad):
        assert finding.message[-1] in ".!"
        assert finding.remedy
        assert "pydantic" not in finding.message
        assert finding.position.line >= 1
        assert finding.length >= 1
