"""The texts that the code shows to people, with the file that each stands in."""

import ast
import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click
import yaml
from words.marking import is_prose

from reconciler.cli.main import cli

TOP = Path(__file__).parents[2]
NO_TEXT = {"Example", "compile", "getLogger", "NewType", "TypeVar", "strftime", "startswith"}
"""What these are called with is no text of the tool's, or nobody reads it."""
NO_PROSE = re.compile(
    r"^(?:[\w ]+ )?(?:\{[^{}]*\}|[\w.\[\]]+)(?: (?:==|!=|->|\|) |\[)|^[-\w]+(?:/[-\w]+)+$"
)
COMMENT = re.compile(r"(?:^|\s)#\s?(?!yaml-language-server|zizmor|v?\d)(.*)$")
LABELS = {"name", "description", "label", "placeholder", "about", "title", "value", "message"}
"""Keys of workflows, forms and actions whose values people read."""


@dataclass(frozen=True)
class Shown:
    """A text that people read, as Markdown, and where it stands."""

    place: str
    line: int
    text: str


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Each text of a module, with `{}` for each value that is put in; no docstrings."""
    yield from _strings(ast.parse(source))


def _strings(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in NO_TEXT:
            return
        case ast.JoinedStr(values=values):
            parts = (str(each.value) if isinstance(each, ast.Constant) else "{}" for each in values)
            yield node.lineno, "".join(parts)
            for each in values:
                if isinstance(each, ast.FormattedValue):
                    yield from _strings(each.value)
        case ast.Constant(value=str() as text):
            yield node.lineno, text
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _strings(child)


def messages() -> Iterator[Shown]:
    """The texts of the modules: help of options, findings, diagnostics, reports."""
    for path in sorted((TOP / "reconciler").rglob("*.py")):
        place = path.relative_to(TOP).as_posix()
        for line, text in strings(path.read_text(encoding="utf-8")):
            if is_prose(text) and NO_PROSE.search(text) is None:
                yield Shown(place, line, text.replace("{}", "`value`"))


def helps() -> Iterator[Shown]:
    """The help of each command; that of its options is among the messages."""
    context = click.Context(cli)
    yield Shown("escalate --help", 1, textwrap.dedent(cli.help or ""))
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        yield Shown(f"escalate {name} --help", 1, _undented(command.help or ""))


def _undented(docstring: str) -> str:
    first, _, rest = docstring.partition("\n")
    return f"{first}\n{textwrap.dedent(rest)}"


def descriptions() -> Iterator[Shown]:
    """What the schemas, and so editors, say about each key."""
    for path in sorted((TOP / "schemas").rglob("*.json")):
        for text in _described(json.loads(path.read_text(encoding="utf-8"))):
            yield Shown(path.relative_to(TOP).as_posix(), 1, text)


def _described(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("description"), str):
            yield node["description"]
        for each in node.values():
            yield from _described(each)
    elif isinstance(node, list):
        for each in node:
            yield from _described(each)


def templates() -> Iterator[Shown]:
    """What `escalate init` writes, the action, and the comments of the example files."""
    template = TOP / "reconciler" / "template"
    folders = (template, TOP / ".github")
    files = [each for folder in folders for each in folder.rglob("*") if each.is_file()]
    files += [TOP / "action.yml", *(TOP / "config").glob("*.yaml")]
    files += (TOP / "escalations").rglob("*.yaml")
    for path in sorted(files):
        place, text = path.relative_to(TOP).as_posix(), path.read_text(encoding="utf-8")
        if path.suffix == ".md":
            yield Shown(place, 1, text)
            continue
        yield from _comments(place, text)
        if path.suffix in {".yml", ".yaml"} and not place.startswith(("config/", "escalations/")):
            yield from (Shown(place, 1, each) for each in _labels(text))


def _comments(place: str, text: str) -> Iterator[Shown]:
    """Each comment, as far as it continues on the next line."""
    said: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        found = COMMENT.search(line)
        if found and line.lstrip().startswith("#"):
            said.append(found[1])
        elif found:
            yield Shown(place, number, found[1])
        if said and not line.lstrip().startswith("#"):
            yield Shown(place, number - len(said), "\n".join(said))
            said = []


def _labels(text: str) -> Iterator[str]:
    filled = re.sub(r"%%\w+", "value", re.sub(r"^\s*%%\w+$", "", text, flags=re.MULTILINE))
    yield from _labelled(yaml.safe_load(filled))


def _labelled(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) and key in LABELS:
                yield value
            elif key == "options" and isinstance(value, list):
                yield from map(str, value)
            else:
                yield from _labelled(value)
    elif isinstance(node, list):
        for each in node:
            yield from _labelled(each)


@cache
def goldens() -> tuple[Shown, ...]:
    """What tests have seen printed or posted; a line is a text. Headings are names of tests."""
    return tuple(_lines_of_goldens())


def _lines_of_goldens() -> Iterator[Shown]:
    folders = [each for each in (TOP / "tests").rglob("golden*") if each.is_dir()]
    for path in sorted(_files([*folders, TOP / "tests" / "screens"])):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip() and not line.startswith("#"):
                yield Shown(path.relative_to(TOP).as_posix(), number, line.strip())


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (each for each in folder.rglob("*") if each.is_file() and each.suffix != ".py")


def collected() -> tuple[Shown, ...]:
    """Everything but the goldens."""
    return (*messages(), *helps(), *descriptions(), *templates())
