"""Keys and values are those of the schema. The loader keeps these rules."""

from reconciler.check.rule import Example, Rule, RuleGroup
from reconciler.check.rules.examples import STANDARD

_IMPACT = "impact:\n  level: %s\n  who: All billers\n  how_many: %s\n  symptom: An error.\n"
_NEWS = "assignee: dmitri\nupdates:\n  - {at: %s, by: dmitri, text: Reproduced.}"


def _rule(name: str, title: str, explanation: str, bad: str | Example, good: str) -> Rule:
    broken = Example(bad) if isinstance(bad, str) else bad
    return Rule(name, RuleGroup.SHAPE, title, explanation, broken, Example(good))


RULES = (
    _rule(
        "unknown-key",
        "Every key is known",
        "A misspelt key would be ignored in silence, and an escalation would lack what it says.",
        "asignee: dmitri",
        "assignee: dmitri",
    ),
    _rule(
        "missing-key",
        "Every key that is needed is there",
        "The process asks for it: a reason, a contact, findings, why the reporter cannot go on.",
        Example(STANDARD.replace("contact: lena\n", ""), whole=True),
        "contact: lena",
    ),
    _rule(
        "wrong-type",
        "Values are of the right kind",
        "Text where text belongs, a list where a list belongs, numbers without quotes.",
        _IMPACT % ("high", '"many"'),
        _IMPACT % ("high", "5200"),
    ),
    _rule(
        "empty-value",
        "Values are not empty",
        "A key with nothing behind it says nothing. Leave optional keys out.",
        "contact:",
        "contact: lena",
    ),
    _rule(
        "bad-form",
        "Values have the right form",
        "Handles are lower-case words with hyphens, tickets look like DS-1234, titles are one "
        "line, and so on.",
        "contact: Lena",
        "contact: lena",
    ),
    _rule(
        "too-long",
        "Texts are short",
        "A line has up to 160 characters and a text up to 5,000. More belongs on the ticket.",
        "title: Card payments fail" + " again" * 30,
        "title: Card payments fail",
    ),
    _rule(
        "unknown-choice",
        "Choices are among those given",
        "Impact is critical, high or medium; the state of the customer communication is pending, "
        "drafted, sent or not-needed.",
        _IMPACT % ("urgent", "5200"),
        _IMPACT % ("high", "5200"),
    ),
    _rule(
        "number-too-small",
        "Numbers are large enough",
        "At least one is affected; a limit is not below zero.",
        _IMPACT % ("high", "0"),
        _IMPACT % ("high", "1"),
    ),
    _rule(
        "bad-time",
        "Times are complete",
        "A point in time has a date, a time and an offset from UTC, so that it means the same "
        "everywhere.",
        _NEWS % "2026-11-20T14:05:00",
        _NEWS % "2026-11-20T14:05:00-05:00",
    ),
)
