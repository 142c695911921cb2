"""The traps of YAML, all closed. The loader keeps these rules."""

from reconciler.check.rule import Example, Rule, RuleGroup
from reconciler.check.rules.examples import STANDARD

_IMPACT = "impact:\n  level: high\n  who: All billers\n  how_many: %s\n  symptom: An error.\n"
_DEEP = "stakeholders: {client_facing: " + "[" * 13 + "lena" + "]" * 13 + "}"


def _rule(name: str, title: str, explanation: str, bad: str | Example, good: str) -> Rule:
    broken = Example(bad) if isinstance(bad, str) else bad
    return Rule(name, RuleGroup.YAML, title, explanation, broken, Example(good))


RULES = (
    _rule(
        "yaml-syntax",
        "The file is valid YAML",
        "Usually a colon or a quote in the middle of text, or indentation that does not fit.",
        "title: Checkout: card payments fail",
        'title: "Checkout: card payments fail"',
    ),
    _rule(
        "yaml-duplicate-key",
        "A key is given once",
        "Most readers of YAML drop one of the two without a word.",
        "contact: lena\ncontact: priya",
        "contact: lena",
    ),
    _rule(
        "yaml-anchor",
        "No anchors",
        "Anchors let a small file grow without bounds, and hide what a value is.",
        "reason: &why Nobody can pay.",
        'reason: "&why is not an anchor in quotes."',
    ),
    _rule(
        "yaml-alias",
        "No aliases",
        "An alias repeats a value from elsewhere in the file.",
        "reason: *why",
        'reason: "*why* is not an alias in quotes."',
    ),
    _rule(
        "yaml-merge-key",
        "No merge keys",
        "`<<` mixes in keys from elsewhere; readers of YAML disagree about it.",
        "stakeholders:\n  <<: {client_facing: [priya]}",
        "stakeholders: {client_facing: [priya]}",
    ),
    _rule(
        "yaml-tag",
        "No tags",
        "A tag such as `!!python/object` changes what a value is, or makes a reader run it.",
        "title: !!str Card payments fail",
        'title: "!!str is not a tag in quotes"',
    ),
    _rule(
        "yaml-directive",
        "No directives",
        "A line that begins with % gives orders to the reader of YAML.",
        Example("%YAML 1.1\n---\n" + STANDARD, whole=True),
        "title: 40% of card payments fail",
    ),
    _rule(
        "yaml-documents",
        "One document in a file",
        "What stands after a second --- is skipped by most readers.",
        Example(STANDARD + "---\n" + STANDARD, whole=True),
        "title: Card payments fail --- at checkout",
    ),
    _rule(
        "yaml-ambiguous",
        "Words mean the same to every reader",
        "Without quotes, `no` is false, `012` is ten, `1:30` is ninety and `2026-11-20` is a date "
        "to some readers of YAML and text to others. Whole numbers, true, false and null are the "
        "same to all and need no quotes. A full point in time needs none where a time belongs; "
        "in a text it is a date to some.",
        _IMPACT % "1_000",
        _IMPACT % "1000",
    ),
    _rule(
        "yaml-key",
        "Keys are words",
        "`on`, `1` and `null` are not text to some readers of YAML, and lists and mappings cannot "
        "be keys at all.",
        "stakeholders: {on: [priya]}",
        "stakeholders: {client_facing: [priya]}",
    ),
    _rule(
        "yaml-tab",
        "No tabs",
        "YAML forbids tabs in indentation, and readers disagree about where that is.",
        "reason:\tNobody can pay.",
        "reason: Nobody can pay.",
    ),
    _rule(
        "yaml-too-deep",
        "Values are not nested deeply",
        "Files of ours need a few levels. Hundreds are an attack on the reader.",
        _DEEP,
        "stakeholders: {client_facing: [lena]}",
    ),
    _rule(
        "yaml-too-many-values",
        "A file holds a bearable number of values",
        "A short file can hold tens of thousands of empty values, each of which costs memory.",
        "stakeholders: {client_facing: [" + "a, " * 10_000 + "]}",
        "stakeholders: {client_facing: [lena]}",
    ),
    _rule(
        "yaml-not-a-mapping",
        "A file is keys with values",
        "A list or a mere text at the top declares nothing.",
        Example("- ticket: DS-1042\n", whole=True),
        "ticket: DS-1042",
    ),
)
