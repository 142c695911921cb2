"""Whom an open pull request calls, for every rule: acknowledgers, only overriders, or no one."""

import pytest
from check.test_rules import findings_of
from hypothesis import given
from hypothesis import strategies as st

from reconciler.check.registry import RULES, attention
from reconciler.check.rule import Example, Rule, RuleGroup
from reconciler.check.rules.examples import files_of
from reconciler.load.snapshot import load_snapshot
from reconciler.model.attention import Attention
from reconciler.model.finding import Finding, Position, Severity
from reconciler.model.forge import PullRequest
from reconciler.pull_requests.open import Opened

OVERRIDERS = {"limit-impact", "limit-per-day", "limit-active", "limit-per-assignee"}
NOBODY = {"role-initiator", "role-author", "unknown-person", "unknown-desk"}
NOT_READ = {"text-control-character", "text-invisible-character", "file-deleted"}
UNREADABLE = {RuleGroup.FILE, RuleGroup.YAML, RuleGroup.SHAPE}
OF_ESCALATIONS = [each for each in RULES.values() if each.group is not RuleGroup.CONFIG]
FULLEST_FIRST = list(Attention)


def opened(example: Example) -> Opened:
    """A pull request that brings the example's file."""
    loaded = load_snapshot(files_of(example))
    found = findings_of(example)
    brings = tuple(each for each in loaded.entries if each.source.path == example.path)
    if any(each.rule == "file-too-many" for each in found):
        brings = ()  # nothing is read of it
    request = PullRequest("12", "Escalate", "", "", "", "main", None)
    return Opened(request, brings=brings, findings=found)


def expected(rule: Rule) -> Attention:
    if rule.id in OVERRIDERS:
        return Attention.OVERRIDERS
    unreadable = rule.group in UNREADABLE and rule.severity is Severity.ERROR
    return (
        Attention.NOBODY if rule.id in NOBODY | NOT_READ or unreadable else Attention.ACKNOWLEDGERS
    )


@pytest.mark.parametrize("rule", OF_ESCALATIONS, ids=lambda rule: rule.id)
def test_each_rule_says_whom_it_calls(rule: Rule) -> None:
    assert rule.calls is expected(rule)


@pytest.mark.parametrize("rule", OF_ESCALATIONS, ids=lambda rule: rule.id)
def test_a_pull_request_that_breaks_it_calls_those(rule: Rule) -> None:
    change = opened(rule.bad)
    called = {change.calls(entry) for entry in change.brings}
    # What can't be read or is removed brings no escalation, so that nothing is announced.
    assert (called or {Attention.NOBODY}) == {rule.calls}
    limits = [change.limit(entry) for entry in change.brings]
    if rule.calls is Attention.OVERRIDERS:
        assert [each.rule for each in limits if each] == [rule.id]
    else:
        assert not any(limits)


def finding(rule: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(rule, Position("escalations/2026/DS-1042.yaml"), "It is.", "Do.", severity)


FINDINGS = st.builds(finding, st.sampled_from(list(RULES)), st.sampled_from(list(Severity)))


@given(st.lists(FINDINGS, max_size=6))
def test_the_finding_that_calls_the_fewest_decides(found: list[Finding]) -> None:
    errors = [each for each in found if each.severity is Severity.ERROR]
    called = FULLEST_FIRST.index(attention(found))
    assert called == max(
        (FULLEST_FIRST.index(RULES[each.rule].calls) for each in errors), default=0
    )


def test_a_doubtful_limit_calls_the_acknowledgers() -> None:
    assert attention([finding("limit-per-day", Severity.WARNING)]) is Attention.ACKNOWLEDGERS
