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
from described import as_committed
from empty_github import EmptyGitHub
from hub import Hub

from reconciler.cli.main import cli
from reconciler.render.output_schemas import OUTPUTS, output_file_name, output_schema_text
from reconciler.sandbox import Box

SCHEMAS = Path(__file__).parents[2] / "schemas" / "output"
RUNS: dict[str, tuple[str, ...]] = {
    "acknowledge": ("acknowledge", "--all"),
    "apply": ("apply",),
    "check": ("check",),
    "desks": ("desks",),
    "doctor": ("doctor",),
    "doctor --live": ("doctor", "--live", "--ticket", "PAY-641"),
    "explain": ("explain", "role-contact"),
    "history": ("history", "DS-1071"),
    "history --verify": ("history", "--verify"),
    "plan": ("plan",),
    "report": ("report",),
    "roster import": ("roster", "import", "--csv", "people.csv", "--dry-run"),
    "simulate": ("simulate", "--per-day", "0"),
    "status": ("status",),
}
"""The words with which a test runs the command of each schema."""
HOSTILE = '=HYPERLINK("http://e") ##[error] <b>@team</b> | *x*'
PEOPLE = f"""\
name,email,github,team,role
"{HOSTILE.replace('"', '""')}",zoe@ledgerline.example,zoe-a,dev-support,engineer
Kai,kai@partner.example,,,
"""
STATUSES = {"doctor": 1, "doctor --live": 1, "history --verify": 1}
MAY_BE_EMPTY = {"apply", "check", "explain"}
WITHOUT_NOW = {"desks", "explain", "roster import"}


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
    assert {*RUNS, "setup github"} == OUTPUTS.keys()


@as_committed
@pytest.mark.parametrize("name", OUTPUTS)
def test_a_schema_is_fresh(name: str) -> None:
    text = (SCHEMAS / output_file_name(name)).read_text(encoding="utf-8")
    assert text == output_schema_text(name), "Run: make schemas"
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    assert '"description": ""' not in text, "add the key to reconciler/render/key_meanings.py"


def test_no_schema_is_left_over() -> None:
    assert {each.name for each in SCHEMAS.iterdir()} == {output_file_name(each) for each in OUTPUTS}


@pytest.fixture
def company(hub: Hub) -> Hub:
    """One escalation on main, one in a pull request, and a text that is hostile in each format."""
    hub.push("main", {"escalations/2026/DS-1071.yaml": escalation("DS-1071", title=HOSTILE)})
    hub.push("escalate/ds-1072", {"escalations/2026/DS-1072.yaml": escalation("DS-1072")})
    hub.open("escalate/ds-1072", "Escalate DS-1072")
    (hub.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return hub


@pytest.mark.parametrize("name", RUNS)
def test_what_a_command_prints(name: str, company: Hub) -> None:
    formats = FORMATS[name.partition(" --")[0]]
    for each in sorted(formats, key="json".__ne__):
        done = company.escalate(
            *(*RUNS[name], "--format", each),
            status=STATUSES.get(name, 0),
            now=name not in WITHOUT_NOW,
        )
        _expect(name, each, done.stdout, done.stderr)


def test_what_setup_github_would_do(tmp_path: Path, box: Box) -> None:
    empty = EmptyGitHub(tmp_path, box)
    empty.begin()
    for each in FORMATS["setup github"]:
        done = empty.setup("--dry-run", "--format", each)
        assert done.status == 0, done.told
        _expect("setup github", each, done.out, done.err)
    assert empty.setup("--yes", "--format", "json").status == 2


def _expect(name: str, style: str, out: str, err: str) -> None:
    """What holds for each command in one format."""
    _is_plain(out + err)
    if style == "json":
        found = json.loads(out)
        assert found["version"] == 1
        schema = json.loads(output_schema_text(name))
        jsonschema.Draft202012Validator(_strict(schema)).validate(found)
    elif style == "csv":
        header, *rows = csv.reader(io.StringIO(out))
        assert rows or name in MAY_BE_EMPTY
        assert {len(row) for row in rows} <= {len(header)}
        assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@"}]
    elif style == "markdown":
        assert "\n| " in out or name in MAY_BE_EMPTY


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
