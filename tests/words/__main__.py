"""Which words can be changed without breaking a golden? `make words` lists them.

In a copy of the project every word that people read becomes a mark, and no assertion ends a test.
The tests that hold goldens write them there; a word whose mark is in none of them is listed,
except those of which `unseen.toml` says why no test can show them.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from marking import Marks, Word, drop_asserts, mark_sources, survivors

TOP = Path(__file__).parent.parent.parent
LEFT_OUT = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
HOLDS = re.compile(r"UPDATE_GOLDENS|UPDATE_DOCS|goldens import|usefixtures\(\"screens\"\)")
UNSEEN = Path(__file__).with_name("unseen.toml")


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(TOP, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        marks = mark_sources(copy)
        holders = sorted(
            str(path)
            for path in (copy / "tests").rglob("test_*.py")
            if HOLDS.search(path.read_text(encoding="utf-8"))
        )
        drop_asserts(copy)
        _write_goldens(copy, holders)
        left = survivors(marks, _texts(copy))
    return _list(marks, left, arguments)


def _write_goldens(copy: Path, holders: list[str]) -> None:
    env = {**os.environ, "UPDATE_GOLDENS": "1", "UPDATE_DOCS": "1", "PYTHONPATH": str(copy)}
    quiet = ("-q", "-n", "0", "-p", "no:cacheprovider", "--tb=no", "-r", "fE")
    for arguments in (
        ("-m", "pytest", *quiet, *holders),
        ("docs/generate.py",),
        ("-m", "reconciler", "explain", "--format", "markdown"),
    ):
        with (copy / "docs" / f"{arguments[-1].lstrip('-')[-8:]}.out").open("w") as out:
            stdout = None if "pytest" in arguments else out
            run = [sys.executable, *arguments]
            subprocess.run(run, cwd=copy, env=env, stdout=stdout, check=False)


def _texts(copy: Path) -> Iterator[str]:
    """Every file of the tests and pages; marks come into them only from what the code says."""
    for folder in ("tests", "docs"):
        for path in (copy / folder).rglob("*"):
            if path.is_file() and path.suffix != ".py":
                yield path.read_text(encoding="utf-8", errors="replace")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _list(marks: Marks, left: list[Word], arguments: list[str], reasons_in: Path = UNSEEN) -> int:
    """What is unseen and has no reason; 1 if there is any, or if a reason is not needed."""
    there = reasons_in.exists()
    reasons = tomllib.loads(reasons_in.read_text(encoding="utf-8")) if there else {}
    known = {(module, text) for module, each in reasons.items() for text in each}
    strings = {(each.module, each.text): each.line for each in left}
    unexplained = sorted((*key, line) for key, line in strings.items() if key not in known)
    for module, text, line in unexplained:
        if not arguments or any(each in module for each in arguments):
            _say(f"{module}:{line}: {text!r}")
    for module, text in sorted(known - strings.keys()):
        _say(f"unseen.toml names what a golden shows: {module}: {text!r}")
    missing = [each for each in left if (each.module, each.text) not in known]
    for module, count in sorted(Counter(each.module for each in missing).items()):
        _say(f"{module}: {count} unseen")
    _say(
        f"{len(marks.words)} words: {len(marks.words) - len(left)} seen, "
        f"{len(left) - len(missing)} unseen with a reason, {len(missing)} without"
    )
    return int(bool(missing) or bool(known - strings.keys()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
