"""Promises of when something will be done: nobody makes them in an escalation.

A sentence is a promise when it speaks of a time to come together with finishing, fixing or being
back, and not of the past. Text without any word of time is never looked at twice.
"""

import re
from functools import cache
from typing import Final, NamedTuple

from reconciler.judge.times import (
    ANY,
    BY,
    COMING,
    END,
    NEXT,
    SPAN,
    SURE,
    TARGET,
    WITHIN,
    WORDS,
)

_DONE: Final = (
    r"(?:fix(?:ed)?|hotfix|patch(?:ed)?|done|ready|resol(?:ved?|ution)|deploy(?:ed|ment)?"
    r"|complet(?:ed?|ion)|finish(?:ed)?|live|releas(?:ed?)|ship(?:ped)?|restor(?:ed?)|back"
    r"|mitigat(?:ed?|ion)|roll(?:ed)?\s+out|roll-?out|sort(?:ed)?(?:\s+out)?|solv(?:ed?)"
    r"|merg(?:ed?)|repair(?:ed)?|working\s+again|up\s+again|over|land(?:ed|s)?|close[d]?"
    r"|have\s+(?:it|this))"
)
_WILL: Final = (
    r"(?:will|'ll|shall|should|going\s+to|gonna|expect\w*|plan(?:s|ned)?\s+(?:to|for)"
    r"|aim\w*|hop(?:e|ing)|promis\w*|commit(?:ted)?\s+to|target\w*|due|scheduled|anticipat\w*"
    r"|try(?:ing)?\s+to|likely|hopefully|probably|is\s+to\s+be|are\s+to\s+be)"
)
_FUTURE: Final = (
    rf"(?:\b|(?='ll)){_WILL}\b.*?\b{_DONE}\b.*?(?P<time>{ANY})",
    rf"(?P<time>{ANY}).*?(?:\b|(?='ll)){_WILL}\b.*?\b{_DONE}\b",
    rf"\b{_DONE}\b.*?(?:\b|(?='ll)){_WILL}\b.*?(?P<time>{ANY})",
    (
        r"\b(?:expect|promise|plan|need|give)\s+(?:it|this|that|us|me|them|an?\s+(?:answer|fix))\b"
        rf".*?(?P<time>{ANY}|\b{SPAN})"
    ),
    rf"\b(?:we|i)\s+(?:\w+\s+)?need\s+(?P<time>(?:another\s+)?{SPAN})\s+(?:to|for)\b.*\b{_DONE}\b",
)
"""Promises whatever else the sentence says."""

_PRESENT: Final = (
    # The fix lands tomorrow; we deploy it next week; next week we deploy the fix.
    (
        r"\b(?:fix|hotfix|patch|deploy|deployment|releases?|ship|resolution|mitigation|roll-?out"
        rf"|repair|finish|restore|resolve)\b.*?(?P<time>{SURE})"
    ),
    rf"(?P<time>{SURE}).*?\b(?:we|i)\s+(?:fix|patch|deploy|release|ship|finish|restore|resolve)\b",
    # Done by EOD; it is fixed by Friday; back in 2 hours.
    (
        r"\b(?:done|ready|fixed|resolved|live|finished|complete|completed|deployed|restored|patched"
        rf"|released|shipped|merged)\b[^,]{{0,20}}?(?P<time>{BY}|\b{COMING}|\b{END}|\b{NEXT})"
    ),
    (
        r"\b(?:ready|live|done|back(?:\s+up|\s+online|\s+to\s+normal)?|up)\s+"
        rf"(?P<time>{WITHIN})"
    ),
    # By Friday. Probably tomorrow.
    (
        r"^\W*(?:(?:probably|maybe|hopefully|likely|some\s?time|perhaps)\s+)?"
        rf"(?P<time>{SURE})(?:\s+(?:(?:at\s+the\s+)?latest|probably|maybe|hopefully|(?:i|we)\s+think))?"
        r"\W*$"
    ),
    rf"(?P<time>\b(?:no\s+later\s+than\s+{TARGET}|{TARGET}\s+at\s+the\s+latest))",
)
"""Promises unless the sentence tells of the past."""

_CUES: Final = frozenset(
    re.findall(
        r"\w+",
        """
        fix fixed hotfix patch patched done ready resolve resolved resolution deploy
        deployed deployment complete completed completion finish finished live release
        released releases ship shipped restore restored back mitigate mitigated mitigation
        roll rolled rollout sort sorted solve solved merge merged repair repaired working
        up over land landed lands close closed have expect promise plan need give latest
        later
        """,
    )
)
"""One of these is in every promise of more than a few words."""

_FEW: Final = 8
_ESTIMATES: Final = frozenset(
    re.findall(
        r"\w+",
        """
        eta etr estimated expected target completion resolution time
        """,
    )
)
_WORD: Final = re.compile(r"[a-z]+|(?<=\d)[:-](?=\d)")
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


class _Patterns(NamedTuple):
    future: tuple[re.Pattern[str], ...]
    present: tuple[re.Pattern[str], ...]
    past: re.Pattern[str]


def promises(text: str) -> list[str]:
    """The words in which a text promises a time, one for each sentence that does."""
    words = _WORD.findall(text.lower())
    if WORDS.isdisjoint(words) and _ESTIMATES.isdisjoint(words):
        return []
    found = []
    for paragraph in _PARAGRAPH.split(text):
        for sentence in _SENTENCE.split(" ".join(paragraph.split())):
            shown = sentence[:_LONGEST]
            match = _promise(shown.translate(_STRAIGHT))
            if match:
                found.append(shown[slice(*match)])
    return found


def _promise(sentence: str) -> tuple[int, int] | None:
    words = _WORD.findall(sentence.lower())
    if not _ESTIMATES.isdisjoint(words):
        eta = _ETA.search(sentence)
        if eta and not _DENIED.search(sentence[: eta.start()]):
            return eta.span()
    if WORDS.isdisjoint(words) or (_CUES.isdisjoint(words) and len(words) > _FEW):
        return None
    patterns = _patterns()
    tells = patterns.past.search(sentence)
    for pattern in patterns.future if tells else patterns.future + patterns.present:
        match = pattern.search(sentence)
        if match:
            return match.span("time")
    return None


@cache
def _patterns() -> _Patterns:
    """Compiled when the first sentence with a time is met; most runs of a hook meet none."""
    past = (
        r"\b(?:was|were|been|had|did|went|got|since|ago|yesterday|last|broke|ran|came|fell"
        r"|until\s+then|each|every)\b"
    )
    return _Patterns(
        tuple(re.compile(pattern, re.IGNORECASE) for pattern in _FUTURE),
        tuple(re.compile(pattern, re.IGNORECASE) for pattern in _PRESENT),
        re.compile(past, re.IGNORECASE),
    )
