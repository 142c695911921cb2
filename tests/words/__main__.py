"""Which words can be changed without breaking a golden? `make words` lists them.

Runs the tests that hold goldens in a copy of the project, with every word marked, lets them write
their goldens anew there, and looks for the marks in what they wrote.
"""

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
LEFT_OUT = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
HOLDERS = ("words", "render", "report", "history_command")


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(TOP, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        sys.path[:0] = [str(copy), str(copy / "tests")]
        os.chdir(copy)
        os.environ["UPDATE_GOLDENS"] = "1"
        return _look(copy, arguments)


def _look(copy: Path, arguments: list[str]) -> int:
    import pytest  # noqa: PLC0415 - everything is imported from the copy

    from words import marking  # noqa: PLC0415

    marks = marking.install()
    paths = [str(copy / "tests" / each) for each in HOLDERS]
    pytest.main(["-q", "-n", "0", "-p", "no:cacheprovider", "--tb=no", "-r", "", *paths])
    marking.import_all()
    left = marking.survivors(marks, _texts(copy))
    _list(marks.words, left, arguments)
    return 0


def _texts(copy: Path) -> Iterator[str]:
    from words.marking import pages  # noqa: PLC0415

    for path in (copy / "tests").rglob("*"):
        if path.is_file() and "golden" in str(path.parent):
            yield path.read_text(encoding="utf-8")
    yield from pages(copy)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _list(words: list, left: list, arguments: list[str]) -> None:
    strings = sorted({(each.module, each.line, each.text) for each in left})
    for module, line, text in strings:
        if not arguments or any(each in module for each in arguments):
            _say(f"{module}:{line}: {text[:120]!r}")
    total, missing = (Counter(each.module for each in found) for found in (words, left))
    for module in sorted(total):
        _say(f"{module}: {total[module] - missing[module]} of {total[module]}")
    _say(f"{len(words)} words, {len(left)} unseen, in {len(strings)} strings")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
