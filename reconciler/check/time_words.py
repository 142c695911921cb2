"""Words for times to come. Apostrophes and dashes are straight."""

import re
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

_NUMBER: Final = (
    r"(?:\d+(?:\.\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|a\s+few|a\s+couple(?:\s+of)?|several|some|half\s+an?)"
)
_UNIT: Final = (
    r"(?:min(?:ute)?s?|h(?:ou)?rs?|h|days?|(?:business|working)\s+days?|weeks?|sprints?|months?)"
)
_SPAN: Final = (
    r"(?:about\s+|around\s+|roughly\s+|approximately\s+|~\s*|less\s+than\s+|under\s+"
    rf"|another\s+|the\s+next\s+)?{_NUMBER}(?:\s*(?:-|to|or)\s*{_NUMBER})?\s*(?:more\s+)?"
    rf"{_UNIT}\b(?!')"
)
_WEEKDAY: Final = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)\b(?!'s)"
)
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_ORDINAL: Final = r"\d{1,2}(?:st|nd|rd|th)\b"
_CALENDAR: Final = (
    rf"\d{{4}}-\d\d-\d\d|(?:\d{{1,2}}|{_ORDINAL})\s+(?:of\s+)?{_MONTH}"
    rf"|{_MONTH}\s+(?:{_ORDINAL}|\d{{1,2}}\b)|(?:the\s+)?{_ORDINAL}"
    r"|\d{1,2}(?::\d\d)?\s*(?:am|pm|a\.m\.|p\.m\.|utc|gmt|e[sd]?t|o'clock)\b"
    r"|\d{1,2}:\d\d\b|noon\b|midnight\b"
    rf"|(?:this\s+|(?:the\s+)?coming\s+)?(?:{_WEEKDAY}|week\b(?!'))|today\b(?!')"
)
_COMING: Final = (
    # The end of the day
    r"(?:eod|eob|cob|eow|eom|(?:the\s+)?(?:end|close)\s+of\s+(?:the\s+|this\s+|next\s+)?"
    r"(?:business\s+day|working\s+day|day|week|month|sprint|business|play|quarter|shift)"
    r"|(?:the\s+)?(?:weekend|next\s+(?:release|sprint))|lunch(?:time)?|dinner|the\s+morning"
    # Tomorrow
    r"|tomorrow|tonight|later\s+(?:today|this\s+(?:morning|afternoon|evening|week))"
    r"|this\s+(?:afternoon|evening)"
    # Next week
    r"|(?:(?:early|late|later|first\s+thing)\s+)?(?:next|the\s+following|this\s+coming)\s+"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|day|week|weekend|month|morning))\b(?!')"
)
_TIME: Final = (
    r"\b(?:(?P<late>no\s+later\s+than|not\s+later\s+than)\s+|(?P<by>by|before|until)\s+"
    r"|(?P<on>on|at|around)\s+)?"
    rf"(?:(?P<coming>{_COMING})|(?P<calendar>{_CALENDAR}))(?P<latest>\s+at\s+the\s+latest\b)?"
    rf"|\b(?P<within>(?:with)?in\s+{_SPAN})(?!\s+(?:ago|of|old)\b)"
    rf"|\b(?P<span>{_SPAN})"
    r"|\b(?P<soon>soon|shortly|momentarily|any\s+minute)\b"
)


class TimeWordKind(StrEnum):
    """How much a word for a time says. The values stand for it in a masked sentence."""

    LATEST = "\x01"
    """At the latest: a promise whatever else is said."""
    BY = "\x02"
    """By Friday, tomorrow, next week."""
    WITHIN = "\x03"
    """In two hours."""
    ON = "\x04"
    """On Friday, today, soon: the sentence may speak of the past."""
    SPAN = "\x05"
    """Two hours: may be how long something takes."""


class Times(NamedTuple):
    """A sentence with its times masked, and where they stood."""

    masked: str
    spans: tuple[tuple[int, int], ...]


def times_in(sentence: str) -> Times:
    """Find the words for times in a sentence, and put a sign for their kind in their place."""
    pieces, spans, end = [], [], 0
    for match in _pattern().finditer(sentence):
        kind = _kind(match)
        if kind is None:
            continue
        pieces += [sentence[end : match.start()], kind.value]
        spans.append(match.span())
        end = match.end()
    return Times("".join([*pieces, sentence[end:]]), tuple(spans))


def _kind(match: re.Match[str]) -> TimeWordKind | None:
    found = match.groupdict()
    if found["late"] or found["latest"]:
        return TimeWordKind.LATEST
    if found["coming"] or (found["by"] and found["calendar"]):
        return TimeWordKind.BY
    if found["within"]:
        return TimeWordKind.WITHIN
    if found["on"] or found["soon"] or match.group().lower() == "today":
        return TimeWordKind.ON
    return TimeWordKind.SPAN if found["span"] else None


@cache
def _pattern() -> re.Pattern[str]:
    """Compiled when the first sentence that may hold a time is met."""
    return re.compile(_TIME, re.IGNORECASE)


WORDS: Final = frozenset(
    b"""
    mon monday tue tues tuesday wed wednesday thu thurs thursday fri friday sat saturday sun
    sunday jan january feb february mar march apr april may jun june jul july aug august sep
    sept september oct october nov november dec december min mins minute minutes h hr hrs
    hour hours day days week weeks month months sprint sprints eod eob cob eow eom tomorrow
    tonight today later next soon shortly momentarily latest noon midnight weekend morning
    afternoon evening lunch lunchtime dinner business play quarter shift release following
    am pm m utc gmt est edt et clock st nd rd th :
    """.split()
)
"""A text without any of these speaks of no time."""

_DIGITS: Final = b"0123456789"
_LOWER: Final = bytes(
    ord("0")
    if byte in _DIGITS
    else byte
    if byte in b":-"
    else ord(chr(byte).lower())
    if chr(byte).isascii() and chr(byte).isalpha()
    else ord(" ")
    for byte in range(256)
)
_LETTERS: Final = bytes(
    byte if byte in b"abcdefghijklmnopqrstuvwxyz" else ord(" ") for byte in range(256)
)


def words_of(text: str) -> list[bytes]:
    """The words of a text in small letters, with a colon if a clock's or date's digits are in it.

    Every text of every file goes through here, so it works on bytes, which is fastest.
    """
    lower = text.encode("utf-8", "replace").translate(_LOWER)
    words = lower.translate(_LETTERS).split()
    if b"0:0" in lower or b"0-0" in lower:
        words.append(b":")
    return words
