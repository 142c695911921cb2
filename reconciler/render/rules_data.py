"""Rules for programs and for spreadsheets."""

from collections.abc import Iterable

from pydantic import Field

from reconciler.check.rule import Rule, RuleGroup
from reconciler.model.attention import Attention
from reconciler.model.base import Value
from reconciler.model.finding import Severity
from reconciler.model.output import Output
from reconciler.render.sheet import Sheet, sheet_of


class ShownRule(Value):
    """A rule of `escalate check`."""

    rule: str = Field(description="Name of the rule.")
    group: RuleGroup = Field(description="The group of rules.")
    severity: Severity = Field(description="The severity of its findings.")
    title: str = Field(description="The rule in one sentence.")
    explanation: str = Field(description="More about the rule.")
    calls: Attention = Field(description="Whom a pull request calls that breaks the rule.")


class RulesOutput(Output):
    """Rules of `escalate check`."""

    rules: tuple[ShownRule, ...] = Field(description="One rule, or all rules.")


def rules_output(rules: Iterable[Rule]) -> RulesOutput:
    """Rules for programs."""
    return RulesOutput(rules=tuple(_shown(each) for each in rules))


def rules_sheet(rules: Iterable[Rule]) -> Sheet:
    """A row for each rule."""
    return sheet_of(ShownRule, (_shown(each) for each in rules))


def _shown(rule: Rule) -> ShownRule:
    return ShownRule(
        rule=rule.id,
        group=rule.group,
        severity=rule.severity,
        title=rule.title,
        explanation=rule.explanation,
        calls=rule.calls,
    )
