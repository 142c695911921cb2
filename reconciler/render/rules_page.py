"""Rules explained: one of them for a terminal, all of them as a page of the documentation."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.check.rule import Example, Rule, RuleGroup
from reconciler.load.characters import visible
from reconciler.model.attention import Attention
from reconciler.model.finding import Severity

PAGE: Final = "docs/reference/rules.md"
_MOST_LINES: Final = 16
_LONGEST: Final = 90

_GROUPS: Final = {
    RuleGroup.FILE: "What kind of file it is. Checked before the content is read.",
    RuleGroup.YAML: (
        "Parts of YAML that parsers read in different ways, such as text that another parser "
        "reads as a number. All of them are refused."
    ),
    RuleGroup.SHAPE: "Keys and values are those of the schemas in `schemas/`.",
    RuleGroup.TEXT: "The wording of texts.",
    RuleGroup.ROLES: "Who may do what.",
    RuleGroup.LIMITS: "How many escalations a desk accepts.",
    RuleGroup.CONSISTENCY: (
        "The values of a file fit each other and its name, and history is not changed. Changes "
        "of history are checked with `--base`."
    ),
    RuleGroup.REFERENCES: "People, teams, desks and tickets in a file exist.",
    RuleGroup.CONFIG: "The values of policy and roster fit each other.",
}
_HEAD: Final = (
    "# Rules\n\n`escalate explain --format markdown` writes this page. A test fails if the page is "
    "out of date.\n\nEach finding of `escalate check` names a rule of this page, and `escalate "
    "explain RULE` prints it.\nThe examples show only the keys that matter.\n"
)


def rules_page(rules: Iterable[Rule]) -> str:
    """The page of all rules."""
    every = list(rules)
    parts = [_HEAD, _attention(every)]
    for group in RuleGroup:
        members = [rule for rule in every if rule.group is group]
        links = ", ".join(f"[{rule.id}](#{rule.id})" for rule in members)
        parts.append(f"## {group.value.capitalize()}\n\n{_filled(_GROUPS[group])}\n\n{links}\n")
        parts += [rule_section(rule) for rule in members]
    return "\n".join(parts)


_CALLED: Final = {
    Attention.ACKNOWLEDGERS: (
        "The tool announces the escalation, and calls the acknowledgers of its desk."
    ),
    Attention.OVERRIDERS: (
        "The tool announces the escalation. It answers the author with the remedy of the finding, "
        "and calls only the overriders of the desk. If the limits allow the escalation later, it "
        "calls the acknowledgers then."
    ),
    Attention.NOBODY: (
        "The tool does not announce the escalation. The check answers in the pull request."
    ),
}


def _attention(every: Iterable[Rule]) -> str:
    """The table of whom an open pull request calls, by the rules that its escalation breaks."""
    rules = [each for each in every if each.group is not RuleGroup.CONFIG]
    rows = []
    for attention, effect in _CALLED.items():
        broken = (f"[{each.id}](#{each.id})" for each in rules if each.calls is attention)
        rows.append(f"| {attention.value} | {effect} | {', '.join(broken)} |")
    return (
        "## Who is called\n\nAn open pull request calls people in Slack. Its escalation can break "
        "rules. If it breaks several, the lowest row\nof this table counts.\n\n"
        "| Called | What the tool does | Rules |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )


def rule_section(rule: Rule) -> str:
    """A rule as a section of a page."""
    severity = " (a warning)" if rule.severity is Severity.WARNING else ""
    return (
        f"### {rule.id}\n\n**{rule.title}**{severity}. {rule.explanation}\n\n"
        f"Breaks it:\n\n{_fenced(rule.bad)}\nKeeps it:\n\n{_fenced(rule.good)}"
    )


def _fenced(example: Example) -> str:
    parts = []
    for caption, lines in _parts(example):
        code = "\n".join(lines)
        body = f"```yaml\n{code}\n```\n" if lines else ""
        parts.append("\n".join(part for part in (f"{caption}\n" if caption else "", body) if part))
    return "\n".join(parts)


def rule_text(rule: Rule) -> str:
    """One rule for a terminal."""
    kind = "warning" if rule.severity is Severity.WARNING else "error"
    parts = [f"{rule.id} ({rule.group.value}, {kind})", rule.title + ".", _filled(rule.explanation)]
    for title, example in (("Breaks it:", rule.bad), ("Keeps it:", rule.good)):
        parts.append("\n".join([title, *_indented(example)]))
    parts.append(f"See {PAGE}#{rule.id}")
    return "\n\n".join(parts) + "\n"


def _indented(example: Example) -> Iterator[str]:
    for caption, lines in _parts(example):
        if caption:
            yield f"  ({caption})"
        for line in lines:
            yield f"    {line}"


def rules_list(rules: Iterable[Rule]) -> str:
    """All rules, a line each."""
    every = list(rules)
    widest = max(len(rule.id) for rule in every)
    blocks = [
        "\n".join(
            [group.value, *(f"  {r.id:<{widest}}  {r.title}" for r in every if r.group is group)]
        )
        for group in RuleGroup
    ]
    return "\n\n".join([*blocks, "More about one: escalate explain RULE"]) + "\n"


def _parts(example: Example) -> Iterator[tuple[str, list[str]]]:
    """Captions with lines of YAML: what was there before, then what is there now."""
    for text in (example.before or {}).values():
        if text and text != example.text:
            yield "Before:", _lines(text)
    now = _lines(example.text)
    changed = any(example.before.values()) if example.before else False
    caption = example.note or ("Now:" if changed and now else "")
    if caption or now:
        yield caption, now


def _lines(text: str) -> list[str]:
    lines = [visible(line) for line in text.replace("\udce9", "\\xe9").splitlines()]
    lines = [line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…" for line in lines]
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], "# …"]


def _filled(text: str) -> str:
    return textwrap.fill(text, 80, break_on_hyphens=False, break_long_words=False)
