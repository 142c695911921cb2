"""The refs of a bare repository, read from its files: starting git takes far longer."""

import os
from pathlib import Path


def read_refs(folder: Path) -> dict[str, str]:
    """Every ref and its commit, by name. A ref has a file of its own or a line in `packed-refs`."""
    found = {**_packed(folder), **_loose(folder)}
    return dict(sorted(found.items()))


def _packed(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / "packed-refs").read_text("utf-8", "surrogateescape").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split(" ", 1) for line in lines if line[:1] not in {"#", "^"})
    return {name: commit for commit, name in pairs}


def _loose(folder: Path) -> dict[str, str]:
    found = {}
    for place, _, names in os.walk(folder / "refs"):
        for name in names:
            path = Path(place, name)
            if path.suffix == ".lock":  # git is about to write a ref; none can be named so
                continue
            try:
                text = path.read_text(encoding="ascii")
            except FileNotFoundError:  # deleted or packed meanwhile
                continue
            found[path.relative_to(folder).as_posix()] = text.strip()
    return found
