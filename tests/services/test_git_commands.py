"""Each output of git has one reader, and what leaves the clone has one way out."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CODE = Path(__file__).parents[2] / "reconciler"
OTHERS = {"demo", "sandbox"}
"""The people of the story and the other side of GitHub, who use git as anybody does."""


def arguments(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("argument", "module"),
    [
        ("--raw", "log"),
        ("diff-tree", "merge_bases"),
        ("ls-tree", "trees_and_blobs"),
        ("--batch", "objects"),
        ("--buffer", "blob_contents"),
        ("push", "remote"),
        ("fast-import", "new_commit"),
    ],
)
def test_one_module_gives_the_command(argument: str, module: str):
    found = [
        path.relative_to(CODE).as_posix()
        for path in sorted(CODE.rglob("*.py"))
        if path.relative_to(CODE).parts[0] not in OTHERS and argument in arguments(path)
    ]
    assert found == [f"services/git/{module}.py"]
