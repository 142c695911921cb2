"""Unquoted words of YAML: what they mean here, and which ones readers disagree about."""

import re
from typing import Final

Scalar = str | int | bool | None

_CORE: Final[dict[str, Scalar]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_INT: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_BOOLEANS: Final = frozenset(
    form
    for word in ("y", "n", "yes", "no", "on", "off")
    for form in (word, word.capitalize(), word.upper())
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ \t]+[0-9]{1,2}:.*)?")
_NUMBER: Final = re.compile(
    r"""[-+]?(?:
        0[bB][01_]+ | 0[oO]?[0-7_]+ | 0[xX][0-9a-fA-F_]+      # binary, octal, hexadecimal
      | [0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?            # 1:30 counts in sixties
      | [0-9][0-9_]*                                           # 1_000, 007, +5, too long
      | (?:[0-9][0-9_]*)?\.[0-9_]+(?:[eE][-+]?[0-9]+)? | [0-9][0-9_]*\.(?:[eE][-+]?[0-9]+)?
      | [0-9][0-9_]*[eE][-+]?[0-9]+
      | \.(?:inf|Inf|INF)
    )|\.(?:nan|NaN|NAN)""",
    re.VERBOSE,
)
_LONGEST: Final = 100
"""What begins with a number of so many digits is taken for one without reading on."""

_STARTS: Final = frozenset("0123456789+-.=")
"""What numbers and dates begin with."""


class Ambiguous(Exception):  # noqa: N818 - an outcome, not an error of ours
    """Readers of YAML disagree about this word. Carries what some of them make of it."""


def meaning(word: str) -> Scalar:
    """What an unquoted word means, if every reader agrees."""
    if word and word[0] not in _STARTS:
        if word in _CORE:
            return _CORE[word]
        if word in _BOOLEANS:
            raise Ambiguous("true or false")
        return word
    if word in _CORE:
        return _CORE[word]
    if _INT.fullmatch(word) and word != "-0":
        return int(word)
    start = word[:_LONGEST]
    if _NUMBER.fullmatch(start):
        raise Ambiguous("another number, or text")
    if _DATE.fullmatch(start):
        raise Ambiguous("a date")
    if word == "=":
        raise Ambiguous("a special value")
    return word
