"""Keeping tokens and private data out of what leaves the program.

Tokens: the settings register each one, and `redact_tokens` blanks those in everything that is
shown or sent. Private data: `PrivateData` names people by their handles in what the audit branch
keeps of a service's answer, and blanks whatever looks like a token there.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from reconciler.model.roster import Person, Roster

_SHORTEST_TOKEN: Final = 6
_tokens: set[str] = set()

LONGEST: Final = 300
"""Characters that `PrivateData` leaves of a text."""
_LIKE_A_TOKEN: Final = re.compile(
    r"\bxox[a-z]-[\w-]+|\bxapp-[\w-]+|\bgh[pousr]_\w+|\bgithub_pat_\w+|\bATATT[\w=-]+"
    r"|\b(?:bearer|basic)\s+[\w.~+/=-]{6,}",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[^\s<>@,;:'\"()]+@[^\s<>@,;:'\"()]+")
_SLACK_PERSON: Final = re.compile(r"\b[UW][A-Z0-9]{7,20}\b")
_JIRA_ACCOUNT: Final = re.compile(r"\b(?:[0-9]{4,}|[0-9a-f]{8}):[\w-]+|\b[0-9a-f]{24}\b")
_CHANNEL: Final = re.compile(r"#([a-z][a-z0-9_]{1,9}-[0-9]+)-[\w-]+")


def register_token(token: str) -> None:
    """Remember a token, so that `redact_tokens` finds it."""
    if len(token) >= _SHORTEST_TOKEN:
        _tokens.add(token)


def redact_tokens(text: str) -> str:
    """The text with every registered token blanked."""
    for token in _tokens:
        text = text.replace(token, "[token]")
    return text


def redact_free_text(text: str) -> str:
    """The text without registered tokens, and without whatever looks like a token."""
    return _LIKE_A_TOKEN.sub("[token]", redact_tokens(text))


class PrivateData:
    """The people of a roster by everything that identifies them, and texts without it."""

    def __init__(self, roster: Roster) -> None:
        """Take ids, addresses and names of everybody on the roster."""
        self._names = {person.name: handle for handle, person in roster.people.items()}
        everybody = roster.people.items()
        # Addresses first, for they contain names; then the longest, for the same reason.
        self._known = [
            (pattern, handle)
            for kind in (_addresses, _ids, _spellings)
            for pattern, handle in sorted(
                ((pattern, handle) for handle, person in everybody for pattern in kind(person)),
                key=lambda pair: -len(pair[0].pattern),
            )
        ]

    def redact(self, text: str) -> str:
        """The text on one line, of at most LONGEST characters, with handles instead of people.

        Other people's addresses and accounts, titles in names of channels, and tokens are blanked.
        """
        text = _LIKE_A_TOKEN.sub("[token]", text[: LONGEST * 8])
        for pattern, handle in self._known:
            text = pattern.sub(handle, text)
        text = _EMAIL.sub("[address]", text)
        text = _SLACK_PERSON.sub("[person]", text)
        text = _JIRA_ACCOUNT.sub("[account]", text)
        text = _CHANNEL.sub(r"#\1", text)  # the rest of the name is the title
        text = " ".join(text.split())
        return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."

    def handle(self, name: str) -> str:
        """The handle of somebody whom a service names; `somebody` when they are not ours."""
        return self._names.get(name, "somebody" if name else "")


def _addresses(person: Person) -> Iterator[re.Pattern[str]]:
    yield re.compile(re.escape(person.email), re.IGNORECASE)


def _ids(person: Person) -> Iterator[re.Pattern[str]]:
    for word in (person.slack, person.jira, person.github):
        if word:
            yield re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")


def _spellings(person: Person) -> Iterator[re.Pattern[str]]:
    for name in {person.name, _plain(person.name)}:
        parts = [re.escape(part) for part in re.split(r"[\W_]+", name) if part]
        if parts:
            flags = re.IGNORECASE if len(parts) > 1 else re.NOFLAG
            words = r"[\W_]+".join(parts)
            yield re.compile(rf"(?<![^\W_]){words}(?![^\W_])", flags)


def _plain(name: str) -> str:
    """The name without accents, as it ends up in names of channels and accounts."""
    parted = unicodedata.normalize("NFKD", name)
    return "".join(char for char in parted if not unicodedata.combining(char))
