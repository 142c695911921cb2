"""All rules, in the order in which they are explained."""

from collections.abc import Iterable
from typing import Final

from reconciler.check.rule import Rule, RuleGroup
from reconciler.check.rules import (
    adopted,
    config,
    consistency,
    file,
    history,
    limits,
    owners,
    references,
    roles,
    shape,
    text,
    yaml,
)
from reconciler.model.attention import Attention
from reconciler.model.finding import Finding, Severity

_MODULES: Final = (
    file,
    yaml,
    shape,
    text,
    roles,
    owners,
    limits,
    consistency,
    history,
    adopted,
    references,
    config,
)
RULES: Final[dict[str, Rule]] = {
    rule.id: rule
    for group in RuleGroup
    for module in _MODULES
    for rule in module.RULES
    if rule.group is group
}

CONFIG_RULES: Final = tuple(rule for rule in RULES.values() if rule.group is RuleGroup.CONFIG)
"""What is asked of policy and roster."""

REFERENCE_RULES: Final = tuple(
    rule for rule in RULES.values() if rule.group is RuleGroup.REFERENCES
)
"""What a change of policy or roster can break in escalations that did not change."""

ESCALATION_RULES: Final = tuple(
    rule for rule in RULES.values() if rule.check is not None and rule.group is not RuleGroup.CONFIG
)
"""What is asked of escalations once they can be read."""


def attention(findings: Iterable[Finding]) -> Attention:
    """Whom an open pull request calls whose escalation has these findings.

    Warnings call as if there were none. One finding that calls fewer people is enough.
    """
    calls = {RULES[each.rule].calls for each in findings if each.severity is Severity.ERROR}
    return max(calls, key=list(Attention).index, default=Attention.ACKNOWLEDGERS)
