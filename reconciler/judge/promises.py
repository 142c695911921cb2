"""Promises of when something will be done: nobody makes them in an escalation.

A sentence is a promise when it speaks of a time to come together with finishing, fixing or being
back, and not of the past. Text without any word of time is never looked at twice.
"""

import re
from typing import Final

_NUMBER: Final = (
    r"(?:\d+(?:\.\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|a\s+few|a\s+couple(?:\s+of)?|several|some|half\s+an?)"
)
_UNIT: Final = (
    r"(?:min(?:ute)?s?|h(?:ou)?rs?|h|days?|(?:business|working)\s+days?|weeks?|sprints?|months?)"
)
_SPAN: Final = (
    rf"(?:about\s+|around\s+|roughly\s+|approximately\s+|~\s*|less\s+than\s+|under\s+|the\s+next\s+)?"
    rf"{_NUMBER}(?:\s*(?:-|–|to|or)\s*{_NUMBER})?\s*(?:more\s+)?{_UNIT}\b(?!['’])"
)
_DAY: Final = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)\b(?!['’]s)"
)
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE: Final = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b|(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)\b)"
)
_CLOCK: Final = r"(?:\d{1,2}(?::\d\d)?\s*(?:am|pm|a\.m\.|p\.m\.|utc|gmt|e[sd]?t|o['’]clock)\b|\d{1,2}:\d\d\b|noon\b|midnight\b)"
_END: Final = (
    r"(?:eod|eob|cob|eow|eom|(?:the\s+)?(?:end|close)\s+of\s+(?:the\s+|this\s+|next\s+)?"
    r"(?:business\s+day|working\s+day|day|week|month|sprint|business|play|quarter|shift)"
    r"|(?:the\s+)?(?:weekend|next\s+(?:release|sprint))|lunch(?:time)?|dinner|the\s+morning)\b(?!['’])"
)
_NEXT: Final = (
    rf"(?:(?:early|late|later|first\s+thing)\s+)?(?:next|the\s+following|this\s+coming)\s+"
    rf"(?:{_DAY}|day|week|weekend|month|sprint|morning)\b(?!['’])"
)
_COMING: Final = (
    r"(?:(?:by\s+)?(?:tomorrow|tonight)\b(?!['’])|later\s+(?:today|this\s+(?:morning|afternoon|evening|week))"
    r"|this\s+(?:afternoon|evening)\b)"
)
_TARGET: Final = (
    rf"(?:{_END}|{_COMING}|{_NEXT}|{_DATE}|{_CLOCK}"
    rf"|(?:this\s+|(?:the\s+)?coming\s+)?(?:{_DAY}|week\b(?!['’]))|today\b(?!['’]))"
)

_BY: Final = rf"\b(?:by|before|no\s+later\s+than|not\s+later\s+than|until)\s+{_TARGET}"
_IN: Final = rf"\b(?:with)?in\s+{_SPAN}(?!\s+(?:ago|of|old)\b)"
_SURE: Final = rf"(?:{_BY}|{_IN}|\b{_END}|\b{_COMING}|\b{_NEXT})"
_TIME: Final = rf"(?:{_SURE}|\b(?:on|at|around)\s+{_TARGET}|\b(?:today|soon|shortly|momentarily|any\s+minute)\b)"

_DONE: Final = (
    r"(?:fix(?:ed)?|hotfix|patch(?:ed)?|done|ready|resol(?:ved?|ution)|deploy(?:ed|ment)?"
    r"|complet(?:ed?|ion)|finish(?:ed)?|live|releas(?:ed?)|ship(?:ped)?|restor(?:ed?)|back"
    r"|mitigat(?:ed?|ion)|roll(?:ed)?\s+out|roll-?out|sort(?:ed)?(?:\s+out)?|solv(?:ed?)"
    r"|merg(?:ed?)|repair(?:ed)?|working\s+again|up\s+again|over|land(?:ed|s)?|close[d]?|have\s+(?:it|this))"
)
_WILL: Final = (
    r"(?:will|['’]ll|shall|should|going\s+to|gonna|expect\w*|plan(?:s|ned)?\s+(?:to|for)"
    r"|aim\w*|hop(?:e|ing)|promis\w*|commit(?:ted)?\s+to|target\w*|due|scheduled|anticipat\w*"
    r"|try(?:ing)?\s+to|likely|hopefully|probably|is\s+to\s+be|are\s+to\s+be)"
)
_PAST: Final = (
    r"\b(?:was|were|been|had|did|went|got|since|ago|yesterday|last|broke|ran|came|fell"
    r"|until\s+then|each|every)\b"
)

_PROMISES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_WILL}\b.*?\b{_DONE}\b.*?(?P<time>{_TIME})",
        rf"(?P<time>{_TIME}).*?\b{_WILL}\b.*?\b{_DONE}\b",
        rf"\b{_DONE}\b.*?\b{_WILL}\b.*?(?P<time>{_TIME})",
        rf"\b(?:expect|promise|plan|need|give)\s+(?:it|this|that|us|me|them|an?\s+answer|an?\s+fix)\b"
        rf".*?(?P<time>{_TIME}|\b{_SPAN})",
        rf"\b(?:we|i)\s+(?:\w+\s+)?need\s+(?P<time>(?:another\s+)?{_SPAN})\s+(?:to|for)\b.*\b{_DONE}\b",
    )
)
_PRESENT: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "The fix lands tomorrow", "we deploy it next week", "next week we deploy the fix"
        rf"\b(?:fix|hotfix|patch|deploy|deployment|releases?|ship|resolution|mitigation|roll-?out"
        rf"|repair|finish|restore|resolve)\b.*?(?P<time>{_SURE})",
        rf"(?P<time>{_SURE}).*?\b(?:we|i)\s+(?:fix|patch|deploy|release|ship|finish|restore|resolve)\b",
        # "Done by EOD", "it is fixed by Friday", "back in 2 hours"
        rf"\b(?:done|ready|fixed|resolved|live|finished|complete|completed|deployed|restored"
        rf"|patched|released|shipped|merged)\b[^,]{{0,20}}?(?P<time>(?:{_BY}|\b{_COMING}|\b{_END}|\b{_NEXT}))",
        rf"\b(?:ready|live|done|back(?:\s+up|\s+online|\s+to\s+normal)?|up)\s+(?P<time>{_IN})",
        rf"^\W*(?:(?:probably|maybe|hopefully|likely|sometime|some\s+time|perhaps)\s+)?(?P<time>{_SURE})"
        rf"(?:\s+(?:at\s+the\s+)?latest|\s+(?:probably|maybe|hopefully|i\s+think|we\s+think))?\W*$",
        rf"(?P<time>\b(?:no\s+later\s+than\s+{_TARGET}|{_TARGET}\s+at\s+the\s+latest))",
    )
)
_PAST_WORDS: Final = re.compile(_PAST, re.IGNORECASE)
_ETA: Final = re.compile(
    r"\b(?:ETA|ETR|E\.T\.A\.|[Ee]ta(?=\s*[:=])"
    r"|(?i:estimated\s+(?:time|date|completion|fix|resolution|delivery)"
    r"|(?:expected|target|estimated)\s+(?:completion|resolution|fix|delivery)(?:\s+(?:date|time))?"
    r"|completion\s+(?:date|estimate)|time\s+to\s+(?:resolution|fix)))"
)
_NO_ETA: Final = re.compile(
    r"\b(?:no|without|not|never|cannot|can['’]t|won['’]t|nor|any)\b[^.]{0,40}$", re.IGNORECASE
)
_HINT: Final = re.compile(
    r"\b(?:by|before|until|(?:with)?in|eo[dbwm]|cob|close|end|tomorrow|tonight|later|this|next"
    r"|following|on|at|around|today|soon|shortly|momentarily|latest|minute|need|give|weekend)\b",
    re.IGNORECASE,
)
_LIKELY: Final = re.compile(
    rf"\b(?:{_DAY}|min(?:ute)?s?\b|h(?:ou)?rs?\b|\d+\s*h\b|days?\b|weeks?\b|months?\b|sprints?\b|eo[dbwm]\b|cob\b"
    rf"|tomorrow|tonight|today|later|this\s+\w|next|soon|shortly|momentarily|latest|noon|midnight|weekend"
    rf"|morning|lunch|business|\d{{1,2}}(?::\d\d|\s*[ap]m|st|nd|rd|th|\s+{_MONTH})|\d{{4}}-\d\d-\d\d"
    rf"|{_MONTH}\s+\d|next|utc|shift|play|quarter|release)",
    re.IGNORECASE,
)
_PARAGRAPH: Final = re.compile(r"\n\s*\n|\n\s*[-*•]\s+")
_SENTENCE: Final = re.compile(r"(?<=[.!?;])\s+")
_LONGEST: Final = 600


def promises(text: str) -> list[str]:
    """The words in which a text promises a time, one for each sentence that does."""
    if not _LIKELY.search(text) and not _ETA.search(text):
        return []
    found = []
    for paragraph in _PARAGRAPH.split(text):
        for sentence in _SENTENCE.split(" ".join(paragraph.split())):
            words = _promise(sentence[:_LONGEST])
            if words:
                found.append(words)
    return found


def _promise(sentence: str) -> str | None:
    eta = _ETA.search(sentence)
    if eta and not _NO_ETA.search(sentence[: eta.start()]):
        return eta.group()
    if not _LIKELY.search(sentence):
        return None
    past = _PAST_WORDS.search(sentence)
    patterns = _PROMISES if past else _PROMISES + _PRESENT
    for pattern in patterns:
        match = pattern.search(sentence)
        if match:
            return match.group("time")
    return None
