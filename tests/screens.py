"""What the commands of a test printed, compared with a golden of the test's module.

A module that says `pytestmark = pytest.mark.usefixtures("screens")` has its screens in
`tests/screens/<folder>-<module>.txt`, one section for each test.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import forked
import pytest
from click.testing import CliRunner, Result
from goldens import hold_section, updating

from reconciler.sandbox import Box

FOLDER = Path(__file__).parent / "screens"


class Screens:
    """Collects what forked commands print."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shown: list[str] = []

    def add(self, arguments: list[str], status: int, out: str, err: str) -> None:
        texts = [_body(each) for each in (out, err) if each.strip()]
        ending = [f"(status {status})\n"] if status else []
        command = " ".join(each if " " not in each else repr(each) for each in arguments)
        self._shown.append("".join([f"$ escalate {command}\n", *texts, *ending]))

    def add_error(self, error: BaseException) -> None:
        """What an exception says."""
        self._shown.append(f"{type(error).__name__}: {error}\n")

    def add_github(self, state: dict[str, Any]) -> None:
        """Pull requests, and what stands under them, under issues, and beside commits."""
        for each in state["pulls"].values():
            body = f"\n{each['body'].rstrip()}" if each["body"] else ""
            self._shown.append(f"#{each['number']} of {each['author']}: {each['title']}{body}\n")
        for each in state["comments"]:
            self._shown.append(f"{each['author']} on #{each['number']}:\n{_ended(each['body'])}")
        for each in state["statuses"]:
            line = f"{each['context']}: {each['state']}: {each['description']}\n"
            if line not in self._shown:
                self._shown.append(line)

    @property
    def text(self) -> str:
        text = "\n".join(self._shown)
        for path in (self._folder, self._folder.parent):
            text = text.replace(str(path), "<tmp>")
        for pattern, shown in _CHANGING:
            text = pattern.sub(shown, text)
        return "\n".join(f"    {line}".rstrip() for line in text.split("\n")).rstrip() + "\n"


_CHANGING = (
    (re.compile(r"(127\.0\.0\.1(?::|', )|-port )\d+"), r"\1PORT"),
    (re.compile(r"\b[0-9a-f]{40}\b"), "c" * 40),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,16}\b"), "c" * 7),
    (re.compile(r"(?<=/p)\d{16}\b"), "TIME"),
    (re.compile(r"--now \S+ ?"), ""),
    (re.compile(r"(, |wait only )(?:\d+ (?:h|min|s) )+(of the run left|more)"), r"\1TIME \2"),
    (re.compile(r"(requests again at )\d\d:\d\d:\d\d"), r"\1HH:MM:SS"),
)


def _body(text: str) -> str:
    """A text of a stream; of JSON, what people read."""
    if text.lstrip()[:1] in {"{", "["}:
        try:
            told = json.loads(text)
        except ValueError:
            return _ended(text)
        return "".join(f"{each}\n" for each in ("(JSON)", *dict.fromkeys(_prose(told))))
    return _ended(text)


def _prose(told: object) -> Iterator[str]:
    """The sentences in JSON. Operations are left out: their texts are shown elsewhere."""
    if isinstance(told, str) and " " in told:
        yield f"  {told}"
    elif isinstance(told, list):
        for each in told:
            yield from _prose(each)
    elif isinstance(told, dict):
        for key, each in told.items():
            if key not in {"op", "$defs", "properties"}:
                yield from _prose(each)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def hold_screens(
    request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Collect during a test, and compare at its end."""
    screens = Screens(folder)
    box: Box | None = None
    if "box" in request.fixturenames:
        box = request.getfixturevalue("box")
    monkeypatch.setenv("COLUMNS", forked.WIDE["COLUMNS"])
    monkeypatch.setattr(CliRunner, "invoke", _watched(screens))
    monkeypatch.setattr(pytest, "raises", _raising(screens))
    forked.WATCHERS.append(screens.add)
    try:
        yield
    finally:
        forked.WATCHERS.remove(screens.add)
    if box is not None:
        screens.add_github(box.state()["github"])
    module = Path(str(request.node.path))
    path = FOLDER / f"{module.parent.name}-{module.stem.removeprefix('test_')}.txt"
    hold_section(path, request.node.name, screens.text if screens.text.strip() else "")


def _raising(screens: Screens) -> Any:
    """`pytest.raises` for a test that gives what was raised to `screens`."""
    raises = pytest.raises

    @contextmanager
    def raising(expected: Any, *, match: str | None = None) -> Iterator[Any]:
        with raises(expected, match=None if updating() else match) as info:
            yield info
        screens.add_error(info.value)

    return raising


def _watched(screens: Screens) -> Any:
    """What runs a command in this process, and gives what it printed to `screens`."""
    invoke = CliRunner.invoke

    def watched(runner: CliRunner, cli: click.Command, *given: Any, **options: Any) -> Result:
        result = invoke(runner, cli, *given, **options)
        words = [str(each) for each in (given[0] if given else options.get("args")) or ()]
        name = [] if isinstance(cli, click.Group) else [str(cli.name)]
        failed = result.exception
        said = failed.format_message() if isinstance(failed, click.ClickException) else ""
        status = result.return_value if isinstance(result.return_value, int) else result.exit_code
        screens.add([*name, *words], status, result.stdout, result.stderr or said)
        return result

    return watched
