"""New keys in a file that people wrote: lines are put in, and no other byte moves."""

import json
import re
from collections.abc import Mapping
from typing import Final

from reconciler.load.source import FileSource
from reconciler.load.unquoted_words import means_itself

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9._:-]*[A-Za-z0-9]")


def scalar(value: str | int) -> str:
    """A value as YAML takes it for what it is."""
    if isinstance(value, int):
        return str(value)
    bare = _PLAIN.fullmatch(value) is not None and means_itself(value)
    return value if bare else json.dumps(value)


def with_ids(
    data: bytes, path: str, ids: Mapping[str, Mapping[str, str | int]]
) -> tuple[bytes, tuple[str, ...]]:
    """A roster with more ids, after each person's GitHub login; and whom that can't be done for.

    People who are written in braces on one line are left to people.
    """
    source = FileSource(path, data)
    lines = data.decode("utf-8").splitlines(keepends=True)
    end = "\r\n" if b"\r\n" in data else "\n"
    left: list[str] = []
    added: dict[int, str] = {}
    for handle, new in ids.items():
        number = source.position("people", handle, "github").line
        line = lines[number - 1]
        found = re.match(r"( +)github:[ \t]", line)
        if found is None or source.position("people", handle).line == number:
            left.append(handle)
            continue
        text = "".join(f"{found[1]}{key}: {scalar(value)}{end}" for key, value in new.items())
        added[number] = text if line.endswith("\n") else end + text.removesuffix(end)
    written = "".join(line + added.get(number, "") for number, line in enumerate(lines, start=1))
    return written.encode(), tuple(left)
