"""The references are fresh and complete."""

import importlib.util
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest
from described import as_committed

from reconciler.cli.main import cli
from reconciler.model.receipt import Receipt
from reconciler.services.slack.gateway import SCOPES

TOP = Path(__file__).parents[2]
DOCS = TOP / "docs"
CODE = {path: path.read_text(encoding="utf-8") for path in (TOP / "reconciler").rglob("*.py")}


def generator() -> ModuleType:
    """`docs/generate.py`."""
    return script("generate")


def script(name: str) -> ModuleType:
    """A script of `docs/`, which is no package."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES: dict[str, Callable[[], str]] = generator().PAGES


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@as_committed
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_fresh(name: str) -> None:
    assert read(f"reference/{name}") == PAGES[name](), "stale: run `make docs`"


def commands() -> dict[str, click.Command]:
    return dict(_named(cli, ""))


def _named(group: click.Group, before: str) -> Iterator[tuple[str, click.Command]]:
    """Commands by their names, those of groups too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{before}{name}", command
        if isinstance(command, click.Group):
            yield from _named(command, f"{before}{name} ")


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_is_documented(name: str) -> None:
    page = read("reference/commands.md")
    section = page.partition(f"## escalate {name}\n")[2].partition("\n## ")[0]
    assert section, f"escalate {name} is not documented"
    own = [] if isinstance(commands()[name], click.Group) else commands()[name].params
    for option in own:
        if isinstance(option, click.Option) and not option.hidden:
            assert max(option.opts, key=len) in section
            assert option.help, f"{option.name} of escalate {name} has no help"


def test_every_environment_variable_is_documented() -> None:
    page = read("reference/commands.md")
    direct = re.compile(r'(?:environ|environment)(?:\.get\(|\[)"([A-Z_]+)"(?!\] =)')
    settings = re.compile(r'_url\(environment, "([A-Z_]+)"')
    read_here = {
        name
        for path, text in CODE.items()
        if "demo" not in path.relative_to(TOP).parts
        for name in [*direct.findall(text), *settings.findall(text)]
    }
    assert {"JIRA_BASE_URL", "SLACK_BOT_TOKEN", "ESCALATE_TIMEOUT", "COLUMNS"} <= read_here
    assert [name for name in sorted(read_here) if f"`{name}`" not in page] == []


def test_every_facet_is_explained() -> None:
    page = read("how-to/read-a-plan.md")
    planned = [text for path, text in CODE.items() if path.parent.name == "plan"]
    facets = {each for text in planned for each in re.findall(r'"((?:jira|slack)\.[a-z_]+)"', text)}
    facets |= {"slack.update", "slack.summary", "slack.withdrawn", "slack.contact"}
    assert [name for name in sorted(facets - {"jira.ticket"}) if f"`{name}`" not in page] == []


def test_every_part_of_the_receipt_is_explained() -> None:
    page = read("reference/receipt.md")
    assert [name for name in Receipt.model_fields if f"`{name}`" not in page] == []


def test_every_scope_of_the_slack_app_is_explained() -> None:
    page = read("how-to/slack-app.md")
    table = page.partition("## What the scopes are for")[2]
    assert set(re.findall(r"`([a-z.]+:[a-z.]+)`", table.partition("\n\nIt ")[0])) == SCOPES
