"""Unquoted words of YAML: what they mean here, and which ones readers disagree about."""

import re
from typing import Final

from yaml.resolver import Resolver

Scalar = str | int | bool | None
A_DATE: Final = "a date"
"""What readers take some unquoted words for."""

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
_DATE: Final = re.compile(
    r"""[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:
        [ \t]+[0-9]{1,2}:.*
      | [Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]*)?
        (?:[ \t]*(?:[Zz]|[-+][0-9]{1,2}(?::?[0-9]{1,2})?))?
    )?""",
    re.VERBOSE,
)
_TIMESTAMP: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:[Zz]|[-+][0-9]{2}:?[0-9]{2})?"
)
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

_RESOLVERS: Final = Resolver.yaml_implicit_resolvers
_TEXT: Final = "tag:yaml.org,2002:str"
_OTHERS: Final = {
    "tag:yaml.org,2002:timestamp": A_DATE,
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:int": "a different number, or text",
    "tag:yaml.org,2002:float": "a different number, or text",
}


class Timestamp(str):
    """A point in time without quotes: a date to most readers, and a text to the others.

    Where a time belongs, both come to the same.
    """

    __slots__ = ()


class Ambiguous(Exception):  # noqa: N818 - an outcome, not an error of ours
    """Readers of YAML disagree about this word. Carries what some of them make of it."""


def meaning(word: str) -> Scalar:
    """What an unquoted word means, if every reader agrees."""
    if word and word[0] not in _STARTS:
        if word in _CORE:
            return _CORE[word]
        if word in _BOOLEANS:
            raise Ambiguous("true or false")
        return _as_the_library_has_it(word)
    if word in _CORE:
        return _CORE[word]
    if _INT.fullmatch(word) and word != "-0":
        return int(word)
    start = word[:_LONGEST]
    if _NUMBER.fullmatch(start):
        raise Ambiguous("a different number, or text")
    if _TIMESTAMP.fullmatch(word):
        return Timestamp(word)
    if _DATE.fullmatch(start) or _DATE.fullmatch(word):
        raise Ambiguous(A_DATE)
    return _as_the_library_has_it(word)


def means_itself(word: str) -> bool:
    """Whether every reader of YAML takes an unquoted word for text."""
    try:
        return type(meaning(word)) is str
    except Ambiguous:
        return False


def _as_the_library_has_it(word: str) -> str:
    """The word, unless the rules of PyYAML find something else in it: those of YAML 1.1."""
    for tag, pattern in _RESOLVERS.get(word[:1], ()):
        if tag != _TEXT and pattern.match(word):
            raise Ambiguous(_OTHERS.get(tag, "a special value"))
    return word
