"""Lines of `.gitattributes` by which git would write other bytes into our files than it stores.

Source: gitattributes(5). With `ident`, a filter, another encoding or `eol=crlf`, the file in a
folder differs from the committed one. `text` and `eol=lf` change nothing in a file with line feeds.
"""

import re
from collections.abc import Iterator
from typing import Final

from reconciler.load.characters import visible
from reconciler.load.raw import ATTRIBUTES, ESCALATIONS, SCHEMAS, RawFile
from reconciler.model.finding import Finding, Position

_FOLDERS: Final = frozenset({ESCALATIONS, "config", SCHEMAS})
_ENDINGS: Final = (".yaml", ".json")
_CHANGES: Final = re.compile(
    r"ident|export-subst|filter(=.*)?|working-tree-encoding(=.*)?|eol=crlf"
)
_WILD: Final = re.compile(r"[*?\[\]\\]")
_MACRO: Final = "[attr]"
_WORD: Final = re.compile(r"\S+")


def is_attributes(path: str) -> bool:
    """True for each file from which git reads attributes."""
    return path.rpartition("/")[2] == ATTRIBUTES


def attribute_findings(raw: RawFile) -> Iterator[Finding]:
    """Lines whose pattern can match our files and whose attributes change bytes.

    A later line that takes an attribute back is not considered.
    """
    macros: set[str] = set()
    for number, line in enumerate(raw.data.decode("utf-8", "replace").splitlines(), start=1):
        pattern, *attributes = _WORD.finditer(line) or (None,)
        if pattern is None or pattern.group().startswith("#"):
            continue
        found = next((each for each in attributes if _changes(each.group(), macros)), None)
        if found is None:
            continue
        if pattern.group().startswith(_MACRO):
            macros.add(pattern.group().removeprefix(_MACRO))
        elif _can_match(raw.path, pattern.group()):
            shown = visible(found.group())
            yield Finding(
                "file-attributes",
                Position(raw.path, number, found.start() + 1),
                f"With the attribute {shown}, git changes files of the tool when it writes them.",
                "Delete the attribute, or limit the pattern to other files.",
                length=len(found.group()),
            )


def _changes(attribute: str, macros: set[str]) -> bool:
    return attribute in macros or _CHANGES.fullmatch(attribute) is not None


def _can_match(path: str, pattern: str) -> bool:
    """True if a pattern of the attributes at a path can match one of our files."""
    if pattern.startswith('"'):
        return True
    folder, _, _ = path.rpartition("/")
    *parents, name = pattern.removeprefix("/").split("/")
    if not folder and parents and not _WILD.search(parents[0]) and parents[0] not in _FOLDERS:
        return False
    if not folder and not parents and pattern.startswith("/"):
        return False  # it matches in the top folder only
    return _can_be_ours(name)


def _can_be_ours(name: str) -> bool:
    """True if a file name that matches can end like our files."""
    ending = _WILD.split(name)[-1]
    if ending == name:
        return name.endswith(_ENDINGS)
    return any(each.endswith(ending) or ending.endswith(each) for each in _ENDINGS)
