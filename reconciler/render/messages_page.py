"""The page of messages: what runs and commands report, with the remedies, from the source code."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

_ARGUMENTS: Final = {
    "Diagnostic": ("facet", "message", "remedy"),
    "SetupError": ("message", "remedy"),
    "ServiceError": ("service", "call", "message"),
}
"""Constructors of what people read, with the names of their first arguments."""
_ANSWER: Final = "answer"
"""What a ServiceError calls its message."""
_TABLES: Final = ("_CURES", "_REMEDIES")
"""Tables of a module: what a service answers, and the remedy."""
_GROUPS: Final = (
    ("services/jira/", "Jira"),
    ("services/slack/", "Slack"),
    ("services/github/", "GitHub"),
    ("services/git/", "Git"),
    ("services/", "Settings and connections"),
    ("reconcile/", "Runs"),
    ("pull_requests/", "Pull requests"),
    ("history/", "Pull requests"),
    ("doctor/", "The check of an installation"),
    ("", "Commands"),
)
"""The beginning of a module's path, and the heading of its messages; the first that fits counts."""
_HOLE: Final = "…"


class KnownMessage(NamedTuple):
    """A message with its remedy; `…` stands for what differs each time."""

    group: str
    text: str
    remedy: str


def messages(sources: Mapping[str, str]) -> list[KnownMessage]:
    """The messages of modules, given by path in the package, with a text and a remedy of their own.

    A message that only passes on another one is not among them.
    """
    found = {each for path, text in sources.items() for each in _of_module(path, ast.parse(text))}
    return sorted(found, key=lambda each: (each.group, each.text.casefold(), each.remedy))


def messages_page(fresh: str, sources: Mapping[str, str]) -> str:
    """The page in Markdown; `fresh` is the line which shows that it is generated."""
    return "\n".join(_lines(fresh, messages(sources))) + "\n"


def _lines(fresh: str, found: list[KnownMessage]) -> Iterator[str]:
    yield from ("# Messages", "", fresh, "")
    yield "Each message of a run or a command, and what to do. `…` stands for what differs each"
    yield "time. Search this page for a few words of the message. Findings of `escalate check` are"
    yield "[rules](rules.md). [Troubleshooting](../how-to/troubleshooting.md) begins with what you"
    yield "see."
    for group in dict.fromkeys(group for _, group in _GROUPS):
        rows = [each for each in found if each.group == group]
        if rows:
            yield from ("", f"## {group}", "", "| Message | What to do |", "| --- | --- |")
            yield from (f"| {_code(each.text)} | {_code(each.remedy)} |" for each in rows)


def _code(text: str) -> str:
    """A text as code; one that has code itself is escaped, and its code kept."""
    cell = " ".join(text.split()).replace("|", "\\|")
    return " ".join(f"`{cell}`".split()) if "`" not in cell else f"`` {cell} ``"


def _of_module(path: str, module: ast.Module) -> Iterator[KnownMessage]:
    group = next(heading for start, heading in _GROUPS if path.startswith(start))
    texts = _constants(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            given = _given(node)
            text, remedy = (_text(given.get(name), texts) for name in ("message", "remedy"))
            if _has_words(text) and _has_words(remedy):
                yield KnownMessage(group, text, remedy)
    for code, remedy in _tables(module):
        yield KnownMessage(group, code, remedy)


def _given(call: ast.Call) -> dict[str, ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name not in _ARGUMENTS:
        return {}
    named = {each.arg or "": each.value for each in call.keywords}
    found = {**dict(zip(_ARGUMENTS[name], call.args, strict=False)), **named}
    return {"message" if key == _ANSWER else key: value for key, value in found.items()}


def _text(node: ast.expr | None, texts: Mapping[str, str]) -> str:  # noqa: PLR0911 - a table
    """A text of the code with `…` for each value; only `…` where it is no text."""
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=values):
            return "".join(_text(each, texts) for each in values)
        case ast.BoolOp(values=values):
            return _text(values[-1], texts)
        case ast.Name(id=name):
            return texts.get(name, _HOLE)
        case None:
            return ""
        case ast.FormattedValue(value=value):
            return _text(value, texts) if isinstance(value, ast.Name) else _HOLE
        case _:
            return _HOLE


def _constants(module: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _assigned(module):
        if isinstance(value, ast.Constant | ast.JoinedStr):
            found[name] = _text(value, found)
    return found


def _tables(module: ast.Module) -> Iterator[tuple[str, str]]:
    texts = _constants(module)
    for name, value in _assigned(module):
        if name in _TABLES and isinstance(value, ast.Dict):
            for key, remedy in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant):
                    code = f"HTTP {key.value}" if isinstance(key.value, int) else str(key.value)
                    yield code, _text(remedy, texts)


def _assigned(module: ast.Module) -> Iterable[tuple[str, ast.expr]]:
    for node in module.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value


def _has_words(text: str) -> bool:
    return any(letter.isalpha() for letter in text)
