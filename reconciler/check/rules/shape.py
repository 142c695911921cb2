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
        "Without this rule, a misspelt key would be ignored, and its value would be missing.",
        "asignee: dmitri",
        "assignee: dmitri",
    ),
    _rule(
        "missing-key",
        "Required keys are present",
        "The process requires them: a reason, a contact, findings, and why the reporter "
        "cannot continue.",
        Example(STANDARD.replace("contact: lena\n", ""), whole=True),
        "contact: lena",
    ),
    _rule(
        "wrong-type",
        "Values have the right type",
        "Write text, a list or a number where each is expected. Write numbers without quotes.",
        _IMPACT % ("high", '"many"'),
        _IMPACT % ("high", "5200"),
    ),
    _rule(
        "empty-value",
        "Values are not empty",
        "Each key has a value. If an optional key has no value, delete the key.",
        "contact:",
        "contact: lena",
    ),
    _rule(
        "bad-form",
        "Values have the right form",
        "Examples: handles are lower-case words with hyphens, tickets look like DS-1234, "
        "and a title is one line.",
        "contact: Lena",
        "contact: lena",
    ),
    _rule(
        "too-long",
        "Texts are short",
        "A line has at most 160 characters, a text at most 5,000 and a handle at most 40. "
        "Put more on the ticket.",
        "title: Card payments fail" + " again" * 30,
        "title: Card payments fail",
    ),
    _rule(
        "unknown-choice",
        "Choices are known",
        "Impact is critical, high, medium or low. The state of the customer communication "
        "is pending, drafted, sent or not-needed.",
        _IMPACT % ("urgent", "5200"),
        _IMPACT % ("high", "5200"),
    ),
    _rule(
        "number-too-small",
        "Numbers are large enough",
        "Examples: at least one customer is affected, and a limit is 0 or more.",
        _IMPACT % ("high", "0"),
        _IMPACT % ("high", "1"),
    ),
    _rule(
        "bad-time",
        "Times are complete",
        "A time has a date, a time of day and an offset from UTC. Then it means the same "
        "in each time zone.",
        _NEWS % "2026-11-20T14:05:00",
        _NEWS % "2026-11-20T14:05:00-05:00",
    ),
)
