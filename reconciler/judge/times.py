"""Words for times to come, as pieces of regular expressions. Apostrophes are straight."""

import re
from typing import Final

_NUMBER: Final = (
    r"(?:\d+(?:\.\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|a\s+few|a\s+couple(?:\s+of)?|several|some|half\s+an?)"
)
_UNIT: Final = (
    r"(?:min(?:ute)?s?|h(?:ou)?rs?|h|days?|(?:business|working)\s+days?|weeks?|sprints?|months?)"
)
_OWNED: Final = r"\b(?!'s)"
"""Friday's export is a thing, not a time."""

SPAN: Final = (
    r"(?:about\s+|around\s+|roughly\s+|approximately\s+|~\s*|less\s+than\s+|under\s+"
    rf"|the\s+next\s+)?{_NUMBER}(?:\s*(?:-|to|or)\s*{_NUMBER})?\s*(?:more\s+)?{_UNIT}\b(?!')"
)
"""Two hours, a couple of days."""

_WEEKDAY: Final = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?"
    rf"|sat(?:urday)?|sun(?:day)?){_OWNED}"
)
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE: Final = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b|(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)\b)"
)
_CLOCK: Final = (
    r"(?:\d{1,2}(?::\d\d)?\s*(?:am|pm|a\.m\.|p\.m\.|utc|gmt|e[sd]?t|o'clock)\b"
    r"|\d{1,2}:\d\d\b|noon\b|midnight\b)"
)
END: Final = (
    r"(?:eod|eob|cob|eow|eom|(?:the\s+)?(?:end|close)\s+of\s+(?:the\s+|this\s+|next\s+)?"
    r"(?:business\s+day|working\s+day|day|week|month|sprint|business|play|quarter|shift)"
    r"|(?:the\s+)?(?:weekend|next\s+(?:release|sprint))|lunch(?:time)?|dinner"
    r"|the\s+morning)\b(?!')"
)
"""The end of the day."""

NEXT: Final = (
    r"(?:(?:early|late|later|first\s+thing)\s+)?(?:next|the\s+following|this\s+coming)\s+"
    rf"(?:{_WEEKDAY}|day|week|weekend|month|sprint|morning)\b(?!')"
)
"""Next week."""

COMING: Final = (
    r"(?:(?:by\s+)?(?:tomorrow|tonight)\b(?!')"
    r"|later\s+(?:today|this\s+(?:morning|afternoon|evening|week))|this\s+(?:afternoon|evening)\b)"
)
"""Tomorrow."""

TARGET: Final = (
    rf"(?:{END}|{COMING}|{NEXT}|{_DATE}|{_CLOCK}"
    rf"|(?:this\s+|(?:the\s+)?coming\s+)?(?:{_WEEKDAY}|week\b(?!'))|today\b(?!'))"
)
"""Friday, the end of the day, 5 pm: a time that something can be done by."""

BY: Final = rf"\b(?:by|before|no\s+later\s+than|not\s+later\s+than|until)\s+{TARGET}"
WITHIN: Final = rf"\b(?:with)?in\s+{SPAN}(?!\s+(?:ago|of|old)\b)"
SURE: Final = rf"(?:{BY}|{WITHIN}|\b{END}|\b{COMING}|\b{NEXT})"
"""What speaks of time to come whatever stands around it."""

ANY: Final = (
    rf"(?:{SURE}|\b(?:on|at|around)\s+{TARGET}"
    r"|\b(?:today|soon|shortly|momentarily|any\s+minute)\b)"
)
"""What speaks of time to come if the sentence does."""

WORDS: Final = frozenset((":", "-")) | frozenset(
    re.findall(
        r"\w+",
        """
        mon monday tue tues tuesday wed wednesday thu thurs thursday fri friday sat
        saturday sun sunday jan january feb february mar march apr april may jun june jul
        july aug august sep sept september oct october nov november dec december min mins
        minute minutes h hr hrs hour hours day days week weeks month months sprint sprints
        eod eob cob eow eom tomorrow tonight today later next soon shortly momentarily
        latest noon midnight weekend morning afternoon evening lunch lunchtime dinner
        business play quarter shift release following am pm m utc gmt est edt et clock st
        nd rd th
        """,
    )
)
"""A text without any of these speaks of no time. The signs stand between digits: 14:05."""
