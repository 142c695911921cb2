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
        "Usual causes are a colon or a quote in the middle of a text, or wrong indentation.",
        "title: Checkout: card payments fail",
        'title: "Checkout: card payments fail"',
    ),
    _rule(
        "yaml-duplicate-key",
        "A key is given once",
        "Most YAML parsers ignore one of the two without a message.",
        "contact: lena\ncontact: priya",
        "contact: lena",
    ),
    _rule(
        "yaml-anchor",
        "No anchors",
        "With anchors, a small file can become very large in memory, and a value is hard to read.",
        "reason: &why No one can pay.",
        'reason: "&why is not an anchor in quotes."',
    ),
    _rule(
        "yaml-alias",
        "No aliases",
        "An alias repeats a value from another place in the file.",
        "reason: *why",
        'reason: "*why* is not an alias in quotes."',
    ),
    _rule(
        "yaml-merge-key",
        "No merge keys",
        "`<<` adds keys from another place in the file. YAML parsers disagree about it.",
        "stakeholders:\n  <<: {client_facing: [priya]}",
        "stakeholders: {client_facing: [priya]}",
    ),
    _rule(
        "yaml-tag",
        "No tags",
        "A tag such as `!!python/object` changes the type of a value, or makes a parser run code.",
        "title: !!str Card payments fail",
        'title: "!!str is not a tag in quotes"',
    ),
    _rule(
        "yaml-directive",
        "No directives",
        "A line that begins with % is an instruction for the YAML parser.",
        Example("%YAML 1.1\n---\n" + STANDARD, whole=True),
        "title: 40% of card payments fail",
    ),
    _rule(
        "yaml-documents",
        "One document in a file",
        "Most YAML parsers ignore the text after a second ---.",
        Example(STANDARD + "---\n" + STANDARD, whole=True),
        "title: Card payments fail --- at checkout",
    ),
    _rule(
        "yaml-ambiguous",
        "Values mean the same for every parser",
        "Without quotes, some YAML parsers read `no` as false, `012` as ten, `1:30` as "
        "ninety and `2026-11-20` as a date. Others read text. Whole numbers, true, false "
        "and null need no quotes. A full date and time needs no quotes where a time is "
        "expected. In a text, put it in quotes.",
        _IMPACT % "1_000",
        _IMPACT % "1000",
    ),
    _rule(
        "yaml-key",
        "Keys are words",
        "Some YAML parsers do not read `on`, `1` and `null` as text. Lists and mappings "
        "cannot be keys.",
        "stakeholders: {on: [priya]}",
        "stakeholders: {client_facing: [priya]}",
    ),
    _rule(
        "yaml-tab",
        "No tabs",
        "YAML forbids tabs in indentation, and YAML parsers disagree about where indentation ends.",
        "reason:\tNo one can pay.",
        "reason: No one can pay.",
    ),
    _rule(
        "yaml-too-deep",
        "Values are not nested deeply",
        "Escalations, policy and roster need only a few levels. Hundreds of levels can "
        "crash a parser.",
        _DEEP,
        "stakeholders: {client_facing: [lena]}",
    ),
    _rule(
        "yaml-too-many-values",
        "The number of values is limited",
        "A short file can contain tens of thousands of empty values, and each needs memory.",
        "stakeholders: {client_facing: [" + "a, " * 10_000 + "]}",
        "stakeholders: {client_facing: [lena]}",
    ),
    _rule(
        "yaml-not-a-mapping",
        "A file is keys with values",
        "A list or a text at the top level is not an escalation.",
        Example("- ticket: DS-1042\n", whole=True),
        "ticket: DS-1042",
    ),
)
