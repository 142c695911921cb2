"""What people write into fields, as values: people, numbers, times, tickets."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from reconciler.edit import form_fields as f
from reconciler.edit.form_fields import FormProblem
from reconciler.load.did_you_mean import did_you_mean
from reconciler.load.ticket_address import TicketAddressError, is_key, ticket_key
from reconciler.model.roster import Roster

_NONE: Final = frozenset({"", "none", "no", "-"})
_HOURS: Final = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")


class UnclearError(Exception):
    """A field that cannot be understood."""

    def __init__(self, field: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.problem = FormProblem(field, what, remedy)


def person_called(roster: Roster, field: str, said: Mapping[str, str]) -> str:
    """The handle of the one person who is called so, by handle, login, address or name."""
    word = said[field].removeprefix("@").casefold()
    found = roster.called(word)
    if len(found) == 1:
        return found[0]
    if found:
        raise UnclearError(
            field, "More than one person has this name.", f"Write one of: {', '.join(found)}."
        )
    names = [*roster.people, *(each.name for each in roster.people.values())]
    raise UnclearError(
        field,
        "No person on the roster has this name.",
        f"{did_you_mean(word, names)}Write a handle, a name, an e-mail address or a GitHub login.",
    )


def number(text: str) -> int:
    """An estimate from 1 on."""
    plain = re.sub(r"[\s,']", "", text)
    if re.fullmatch(r"[1-9][0-9]{0,8}", plain) is None:
        raise UnclearError(
            f.HOW_MANY,
            "This is not a number of 1 or more.",
            "Write your best estimate, such as 40.",
        )
    return int(plain)


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A time of the company's zone, unless it brings its own; None for at once."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or (moment.tzinfo is None and _HOURS.fullmatch(text) is None):
        raise UnclearError(
            f.FROM_WHEN,
            "This is not a date and time.",
            f"Write a time such as 2026-11-20 18:00, in the time zone {zone.key}. Or leave "
            "the field empty.",
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def tickets(text: str) -> list[str]:
    """Keys of tickets; none where nothing, or a word for it, is written."""
    if text.strip(" .").lower() in _NONE:
        return []
    try:
        found = [ticket_key(each) for each in re.split(r"[,\s]+", text) if each]
    except TicketAddressError as error:
        found = [str(error)]
    if not all(map(is_key, found)):
        raise UnclearError(
            f.FOLLOW_UPS,
            "These are not keys of tickets.",
            "Write keys separated by commas, such as PAY-641, PAY-655; or write none.",
        )
    return found
