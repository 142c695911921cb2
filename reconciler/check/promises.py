"""Promises of when something will be done: nobody makes them in an escalation.

A sentence is a promise when it speaks of a time to come together with finishing, fixing or being
back, and not of the past. Text without any word of time is never looked at twice.
"""

import re
from functools import cache
from typing import Final

from reconciler.check.time_words import WORDS, TimeWordKind, times_in, words_of

_BY: Final = TimeWordKind.BY.value
_WITHIN: Final = TimeWordKind.WITHIN.value
_SPAN: Final = TimeWordKind.SPAN.value
_SURE: Final = f"[{_BY}{_WITHIN}]"
_ANY: Final = f"[{_BY}{_WITHIN}{TimeWordKind.ON.value}]"

_DONE: Final = (
    r"\b(?:fix(?:ed)?|hotfix|patch(?:ed)?|done|ready|resol(?:ved?|ution)|deploy(?:ed|ment)?"
    r"|complet(?:ed?|ion)|finish(?:ed)?|live|released?|ship(?:ped)?|restored?|back"
    r"|mitigat(?:ed?|ion)|roll(?:ed)?\s+out|roll-?out|sort(?:ed)?|solved?"
    r"|merged?|repair(?:ed)?|working\s+again|up\s+again|over|land(?:ed|s)?|closed?"
    r"|have\s+(?:it|this))\b"
)
_WILL: Final = (
    r"(?:\b(?:will|shall|should|going\s+to|gonna|expect\w*|plan(?:s|ned)?\s+(?:to|for)"
    r"|aim\w*|hop(?:e|ing)|promis\w*|commit(?:ted)?\s+to|target\w*|due|scheduled|anticipat\w*"
    r"|try(?:ing)?\s+to|likely|hopefully|probably|is\s+to\s+be|are\s+to\s+be)|'ll)\b"
)
_FUTURE: Final = (
    rf"{_WILL}.*?{_DONE}.*?{_ANY}",
    rf"{_WILL}.*?{_ANY}.*?{_DONE}",
    rf"{_ANY}.*?{_WILL}.*?{_DONE}",
    rf"{_DONE}.*?{_WILL}.*?{_ANY}",
    (
        r"\b(?:expect|promise|plan|need|give)\s+(?:it|this|that|us|me|them|an?\s+(?:answer|fix))\b"
        rf".*?[{_BY}{_WITHIN}{TimeWordKind.ON.value}{_SPAN}]"
    ),
    rf"\b(?:we|i)\s+(?:\w+\s+)?need\s+{_SPAN}\s+(?:to|for)\b.*{_DONE}",
    TimeWordKind.LATEST.value,
)
"""Promises whatever else the sentence says."""

_PRESENT: Final = (
    # The fix lands tomorrow; we deploy it next week; next week we deploy the fix.
    (
        r"\b(?:fix|hotfix|patch|deploy|deployment|releases?|ship|resolution|mitigation|roll-?out"
        rf"|repair|finish|restore|resolve)\b.*?{_SURE}"
    ),
    rf"{_SURE}.*?\b(?:we|i)\s+(?:fix|patch|deploy|release|ship|finish|restore|resolve)\b",
    # Done by EOD; it is fixed by Friday; back in 2 hours.
    (
        r"\b(?:done|ready|fixed|resolved|live|finished|complete|completed|deployed|restored|patched"
        rf"|released|shipped|merged)\b[^,]{{0,20}}?{_BY}"
    ),
    rf"\b(?:ready|live|done|back(?:\s+up|\s+online|\s+to\s+normal)?|up)\s+{_WITHIN}",
    # By Friday. Probably tomorrow.
    (
        rf"^\W*(?:(?:probably|maybe|hopefully|likely|some\s?time|perhaps)\s+)?{_SURE}"
        r"(?:\s+(?:latest|probably|maybe|hopefully|(?:i|we)\s+think))?\W*$"
    ),
)
"""Promises unless the sentence tells of the past."""

_CUES: Final = frozenset(
    b"""
    fix fixed hotfix patch patched done ready resolve resolved resolution deploy deployed
    deployment complete completed completion finish finished live release released releases
    ship shipped restore restored back mitigate mitigated mitigation roll rolled rollout
    sort sorted solve solved merge merged repair repaired working up over land landed lands
    close closed have expect promise plan need give latest later
    """.split()
)
"""One of these is in every promise of more than a few words."""

_PAST: Final = frozenset(
    b"""
    was were been had did went got since ago yesterday last broke ran came fell each every
    """.split()
)
"""One of these makes a sentence tell of the past, or of what happens again and again."""

_COMMITS: Final = frozenset(
    b"""
    will ll shall should going gonna expect expects expected expecting plan plans planned aim aims
    aiming hope hoping promise promises promised commit committed target targets targeted targeting
    due scheduled anticipate anticipates anticipated anticipating try trying likely hopefully
    probably be need give later latest
    """.split()
)
"""One of these is in every promise that also tells of the past."""

_FEW: Final = 8
_SHORT: Final = 80
"""Characters; no sentence of a few words is longer."""

_ESTIMATES: Final = frozenset(
    b"""
    eta etr estimated expected target completion resolution time
    """.split()
)
_ETA: Final = re.compile(
    r"\b(?:ETA|ETR|[Ee]ta(?=\s*[:=])"
    r"|(?i:estimated\s+(?:time|date|completion|fix|resolution|delivery)"
    r"|(?:expected|target)\s+(?:completion|resolution|fix|delivery)(?:\s+(?:date|time))?"
    r"|completion\s+(?:date|estimate)|time\s+to\s+(?:resolution|fix)))\b"
)
_DENIED: Final = re.compile(
    r"\b(?:no|without|not|never|cannot|can't|won't|nor|any)\b[^.]{0,40}$", re.IGNORECASE
)
_PARAGRAPH: Final = re.compile(r"\n\s*\n|\n\s*[-*•]\s+")
_SENTENCE: Final = re.compile(r"(?<=[.!?;])\s+")
_LONGEST: Final = 600
_STRAIGHT: Final = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2013": "-", "\u2014": "-"})


def promises(text: str) -> list[str]:
    """The words in which a text promises a time, one for each sentence that does."""
    words = words_of(text)
    if WORDS.isdisjoint(words) and _ESTIMATES.isdisjoint(words):
        return []
    may_be_long = not (_CUES.isdisjoint(words) and _ESTIMATES.isdisjoint(words))
    found = []
    for paragraph in _PARAGRAPH.split(text) if "\n" in text else (text,):
        for sentence in _SENTENCE.split(" ".join(paragraph.split())):
            if may_be_long or len(sentence) < _SHORT:
                shown = sentence[:_LONGEST]
                match = _promise(shown.translate(_STRAIGHT) if not shown.isascii() else shown)
                if match:
                    found.append(shown[slice(*match)])
    return found


def _promise(sentence: str) -> tuple[int, int] | None:
    words = words_of(sentence)
    if not _ESTIMATES.isdisjoint(words):
        eta = _ETA.search(sentence)
        if eta and not _DENIED.search(sentence[: eta.start()]):
            return eta.span()
    if WORDS.isdisjoint(words) or (_CUES.isdisjoint(words) and len(words) > _FEW):
        return None
    tells = not _PAST.isdisjoint(words) or (b"until" in words and b"then" in words)
    if tells and _COMMITS.isdisjoint(words):
        return None
    times = times_in(sentence)
    if not times.spans:
        return None
    future, present = _patterns()
    for pattern in future if tells else future + present:
        match = pattern.search(times.masked)
        if match:
            return times.spans[_last_time(times.masked, match.end())]
    return None


def _last_time(masked: str, end: int) -> int:
    """Which time it is that a promise names: the last one in it."""
    return sum(masked[:end].count(kind.value) for kind in TimeWordKind) - 1


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    """Compiled when the first sentence that needs them is met; most runs of a hook meet none."""
    future = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _FUTURE)
    present = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _PRESENT)
    return future, present
