"""What is wrong with a file before any YAML is read from it."""

import re
from collections.abc import Iterator
from typing import Final

from reconciler.load import characters
from reconciler.load.raw import EXECUTABLE, REGULAR, SUBMODULE, SYMLINK, RawFile, cap_of
from reconciler.model.finding import Finding, Position, Severity

MOST_FINDINGS: Final = 20
"""How many findings of one file are worth reading."""

_DIRECTIVE: Final = re.compile(r"^%.*", re.MULTILINE)
_PLAIN: Final = bytes([*range(0x20, 0x7F), *b"\n\t"])
_MODES: Final = {SYMLINK: "a symbolic link", SUBMODULE: "a submodule"}


def file_findings(raw: RawFile) -> Iterator[Finding]:
    """Whether it is an ordinary file of a bearable size."""
    top = Position(raw.path)
    if raw.mode == EXECUTABLE:
        yield Finding(
            "file-executable",
            top,
            "The file is executable.",
            f"Run: git update-index --chmod=-x {raw.path}",
            Severity.WARNING,
        )
    elif raw.mode != REGULAR:
        what = _MODES.get(raw.mode, "not a regular file")
        yield Finding(
            "file-not-regular",
            top,
            f"This is {what}. The tool does not follow it.",
            "Replace it with a regular file that contains the text.",
        )
    cap = cap_of(raw.path)
    if raw.bytes > cap:
        yield Finding(
            "file-too-large",
            top,
            f"The file has {raw.bytes:,} bytes; at most {cap:,} are allowed.",
            "Put logs and exports on the ticket and link to them.",
        )


def text_findings(path: str, data: bytes) -> Iterator[Finding]:
    """Whether the bytes are clean text: UTF-8, nothing hidden, no tabs, no directives."""
    if data.startswith(b"\xef\xbb\xbf"):
        yield Finding(
            "file-byte-order-mark",
            Position(path),
            "The file begins with a byte order mark.",
            "Save it as UTF-8 without a byte order mark (BOM).",
        )
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield _not_text(path, data[: error.start], f"Byte 0x{data[error.start]:02x} is not UTF-8.")
        return
    nul = data.find(b"\x00")
    if nul >= 0:
        yield _not_text(path, data[:nul], "The file contains a NUL byte.")
        return
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    # Deleting what is plain from the bytes is the fastest way to see that nothing else is there.
    if data.translate(None, _PLAIN) and characters.first_hidden(text):
        yield from _hidden(path, text)
    if "\t" in text:
        yield _tab(path, text)
    if "%" in text:
        yield from _directives(path, text)


def _not_text(path: str, before: bytes, message: str) -> Finding:
    position = _place(path, before.decode("utf-8", "replace"))
    return Finding("file-not-text", position, message, "Save the file as UTF-8 text.")


def _hidden(path: str, text: str) -> Iterator[Finding]:
    for count, match in enumerate(characters.HIDDEN.finditer(text)):
        if count == MOST_FINDINGS:
            return
        yield hidden_character(_place(path, text[: match.start()]), match.group())


def hidden_character(position: Position, character: str) -> Finding:
    """A finding about a character that cannot be seen."""
    what = characters.describe(character)
    if characters.is_control(character):
        return Finding(
            "text-control-character",
            position,
            f"The text contains the control character {what}.",
            "Delete the character, or replace it with visible characters.",
        )
    return Finding(
        "text-invisible-character",
        position,
        f"The text contains the invisible character {what}.",
        "Delete the character. If you cannot see it, type the word again.",
    )


def _tab(path: str, text: str) -> Finding:
    count = text.count("\t")
    times = "a tab" if count == 1 else f"{count:,} tabs"
    return Finding(
        "yaml-tab",
        _place(path, text[: text.index("\t")]),
        f"The file contains {times}. YAML parsers disagree about tabs.",
        "Use spaces instead of tabs.",
    )


def _directives(path: str, text: str) -> Iterator[Finding]:
    match = _DIRECTIVE.search(text)
    if match is not None:
        yield Finding(
            "yaml-directive",
            _place(path, text[: match.start()]),
            "A line begins with %, which is an instruction for the YAML parser.",
            "Delete the line. If it is text, indent the line.",
            length=min(80, len(match.group())),
        )


def _place(path: str, before: str) -> Position:
    """The position that follows some text."""
    return Position(path, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
