"""`--format`: each command prints what it can, and each JSON is of its schema."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from company import escalation
from hub import Hub

from reconciler.cli.main import cli
from reconciler.render.output_schemas import OUTPUTS, output_file_name, output_schema_text

SCHEMAS = Path(__file__).parents[2] / "schemas" / "output"
RUNS: dict[str, tuple[str, ...]] = {
    "check": ("check",),
    "history": ("history", "DS-1071"),
    "plan": ("plan",),
    "report": ("report",),
    "simulate": ("simulate", "--per-day", "0"),
    "status": ("status",),
}
"""The words with which a test runs the command of each schema."""
HOSTILE = '=HYPERLINK("http://e") ##[error] <b>@team</b> | *x*'
STATUSES: dict[str, int] = {}
MAY_BE_EMPTY = {"check"}


def formats() -> Iterator[tuple[str, list[str]]]:
    """Commands with `--format`, and its values."""

    def walk(group: click.Group, before: str) -> Iterator[tuple[str, list[str]]]:
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                yield from walk(command, f"{before}{name} ")
            for each in command.params if command else ():
                if "--format" in each.opts and isinstance(each.type, click.Choice):
                    yield f"{before}{name}", [str(choice) for choice in each.type.choices]

    return walk(cli, "")


FORMATS = dict(formats())


def test_each_command_with_json_has_a_schema_and_a_run() -> None:
    assert {name for name, found in FORMATS.items() if "json" in found} == {
        name.partition(" --")[0] for name in OUTPUTS
    }
    assert RUNS.keys() == OUTPUTS.keys()


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_schema_is_fresh(name: str) -> None:
    text = (SCHEMAS / output_file_name(name)).read_text(encoding="utf-8")
    assert text == output_schema_text(name), "Run: make schemas"
    jsonschema.Draft202012Validator.check_schema(json.loads(text))


def test_no_schema_is_left_over() -> None:
    assert {each.name for each in SCHEMAS.iterdir()} == {output_file_name(each) for each in OUTPUTS}


@pytest.fixture
def company(hub: Hub) -> Hub:
    """One escalation on main, one in a pull request, and a text that is hostile in each format."""
    hub.push("main", {"escalations/2026/DS-1071.yaml": escalation("DS-1071", title=HOSTILE)})
    hub.push("escalate/ds-1072", {"escalations/2026/DS-1072.yaml": escalation("DS-1072")})
    hub.open("escalate/ds-1072", "Escalate DS-1072")
    return hub


@pytest.mark.parametrize("name", OUTPUTS)
def test_what_a_command_prints(name: str, company: Hub) -> None:
    for each in FORMATS[name.partition(" --")[0]]:
        if "--verify" in name and each not in {"text", "json"}:
            continue
        done = company.escalate(*RUNS[name], "--format", each, status=STATUSES.get(name, 0))
        _is_plain(done.stdout + done.stderr)
        if each == "json":
            found = json.loads(done.stdout)
            assert found["version"] == 1
            schema = json.loads(output_schema_text(name))
            jsonschema.Draft202012Validator(_strict(schema)).validate(found)
        elif each == "csv":
            header, *rows = csv.reader(io.StringIO(done.stdout))
            assert rows or name in MAY_BE_EMPTY
            assert {len(row) for row in rows} <= {len(header)}
            assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@"}]
        elif each == "markdown":
            assert "\n| " in done.stdout or name in MAY_BE_EMPTY


def _is_plain(text: str) -> None:
    hidden = {each for each in text if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"}}
    assert hidden <= {"\n", "\u200b"}, "a zero-width space parts what GitHub would link"
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    assert "##[" not in text


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, with keys that it does not name refused. Operations have more keys."""
    parts = [schema, *(each for name, each in schema["$defs"].items() if name != "Operation")]
    for each in parts:
        if "properties" in each:
            each["additionalProperties"] = False
    return schema


@pytest.mark.parametrize(
    ("former", "now"),
    [(("--json",), "json"), (("--markdown",), "markdown"), (("--csv",), "csv"), ((), "text")],
)
def test_former_flags_work(former: tuple[str, ...], now: str, company: Hub) -> None:
    asked = company.escalate("report", "--format", now).stdout
    assert company.escalate("report", *former).stdout == asked
