"""Characters that a reader cannot see, or that change what a terminal or page shows."""

import re
import unicodedata
from typing import Final

# A zero-width joiner inside an emoji, and the non-joiner of Arabic and Indic scripts, are how
# those are written; everywhere else they hide something.
_INVISIBLE: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CONTROL: Final = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\ufffe\uffff"

HIDDEN: Final = re.compile(
    f"[{_CONTROL}{_INVISIBLE}\ud800-\udfff]"
    "|(?<![\u0600-\u0dff])\u200c"
    "|(?<![\u0600-\u0dff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
)
_BIDI: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONTROL_SET: Final = re.compile(f"[{_CONTROL}\ud800-\udfff]")


_PLAIN: Final = frozenset(map(chr, range(0x20, 0x7F))) | {"\n", "\t"}


def first_hidden(text: str) -> re.Match[str] | None:
    """The first hidden character. Looks at each kind of character once, which is much faster."""
    unusual = set(text) - _PLAIN
    if unusual and HIDDEN.search("".join(unusual)):
        return HIDDEN.search(text)
    return None


def is_control(character: str) -> bool:
    """Whether it is a control character (rather than one that merely cannot be seen)."""
    return _CONTROL_SET.match(character) is not None and character not in _BIDI


def describe(character: str) -> str:
    """The character's number and name, in plain letters."""
    name = unicodedata.name(character, "")
    if character in _BIDI:
        name += ", which changes the direction of text"
    return f"U+{ord(character):04X}" + (f" ({name.strip(', ')})" if name else "")


def visible(text: str) -> str:
    """The text with everything that cannot be seen written out, safe for any terminal."""
    return HIDDEN.sub(lambda match: _escape(match.group()), _on_one_line(text))


def _on_one_line(text: str) -> str:
    return text.replace("\t", "\\t").replace("\n", "\\n")


def _escape(character: str) -> str:
    number = ord(character)
    if number < 0x100:  # noqa: PLR2004 - the highest that \x can write
        return {"\r": "\\r"}.get(character, f"\\x{number:02x}")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"  # noqa: PLR2004
