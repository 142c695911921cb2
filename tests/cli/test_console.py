"""Everything that people read goes through one console, which knows colour, width and tokens."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import reconciler

PACKAGE = Path(reconciler.__file__).parent
CONSOLE = "render/console.py"
ALLOWED = {
    ("cli/prompts.py", "click.confirm"),  # a question
    ("cli/prompts.py", "click.prompt"),  # a question whose answer is hidden
    ("cli/sandbox.py", "click.echo"),  # tokens of the sandbox, to paste into a shell
    ("cli/log_options.py", "stream.write"),  # lines of the log: docs/reference/logs.md
}
"""What else prints, and why."""
_OF_CLICK = {"echo", "secho", "echo_via_pager", "confirm", "prompt", "pause", "getchar"}
_OF_STREAMS = {"write", "writelines"}
_STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__", "stream"}


def printing(source: str) -> Iterator[str]:
    """The calls of a module that print."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "click":
            yield from (f"click.{each.name}" for each in node.names if each.name in _OF_CLICK)
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in {"print", "Console", "Progress"}:
            yield called.id
        if isinstance(called, ast.Attribute):
            owner = ast.unparse(called.value).removesuffix(".buffer")
            if owner == "click" and called.attr in _OF_CLICK:
                yield f"click.{called.attr}"
            if owner.rpartition(".")[2] in _STREAMS and called.attr in _OF_STREAMS:
                yield f"{owner.rpartition('.')[2]}.{called.attr}"


def test_one_module_prints() -> None:
    found = {
        (path, call)
        for each in PACKAGE.rglob("*.py")
        if (path := each.relative_to(PACKAGE).as_posix()) != CONSOLE
        for call in printing(each.read_text(encoding="utf-8"))
    }
    assert found == ALLOWED


@pytest.mark.parametrize(
    "source",
    [
        "print('x')",
        "import click\nclick.echo('x')",
        "from click import secho\nsecho('x')",
        "import sys\nsys.stderr.write('x')",
        "import sys\nsys.stdout.buffer.write(b'x')",
        "from rich.console import Console\nConsole().print('x')",
    ],
)
def test_what_counts_as_printing(source: str) -> None:
    assert list(printing(source))
