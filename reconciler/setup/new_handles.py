"""Handles for new people: short, and of letters that everybody can type."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import count
from typing import Final

from reconciler.load.unquoted_words import means_itself
from reconciler.model.base import HANDLE_PATTERN

_LONGEST: Final = 40
_OTHERS: Final = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})


def new_handle(name: str, email: str, taken: Collection[str]) -> str:
    """A handle that no one has: the first name, the whole name, or one with a number.

    Empty if neither the name nor the address has letters that a handle can have.
    """
    return next((each for each in _candidates(name, email) if _fits(each, taken)), "")


def _candidates(name: str, email: str) -> Iterator[str]:
    words = _words(name)
    if words:
        yield words[0]
        yield "-".join(words)
    local = _words(email.partition("@")[0])
    if local:
        yield "-".join(local)
    base = (words or local)[:1]
    if base:
        yield from (f"{base[0]}-{number}" for number in count(2))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_OTHERS))
    return re.findall(
        r"[a-z0-9]+", "".join(each for each in plain if each.isascii() or each == " ")
    )


def _fits(handle: str, taken: Collection[str]) -> bool:
    right = re.search(HANDLE_PATTERN, handle) is not None and len(handle) <= _LONGEST
    return right and handle not in taken and means_itself(handle)
