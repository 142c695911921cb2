"""Times as the pages show them: in the zone of the company's people."""

import re
from datetime import datetime
from typing import Final

from reconciler.sandbox.pages.people import ZONE

_TOKEN: Final = re.compile(r"\{([a-z_]+)\}")
_TIME: Final = "%-I:%M %p"
_FORMATS: Final = {
    "date_num": "%Y-%m-%d",
    "date_slash": "%m/%d/%Y",
    "date": "%B %-d, %Y",
    "date_pretty": "%B %-d, %Y",
    "date_short": "%b %-d, %Y",
    "date_short_pretty": "%b %-d, %Y",
    "date_long": "%A, %B %-d, %Y",
    "date_long_pretty": "%A, %B %-d, %Y",
    "date_long_full": "%A, %B %-d, %Y",
    "day_divider_pretty": "%A, %B %-d",
    "time": _TIME,
    "time_secs": "%-I:%M:%S %p",
    "ago": "%b %-d, %Y",
}
"""Source: "Date formatting" at https://docs.slack.dev/messaging/formatting-message-text."""


def slack_date(form: str, moment: datetime) -> str:
    """What Slack makes of the format of a date."""
    local = moment.astimezone(ZONE)
    return _TOKEN.sub(lambda found: _written(local, _FORMATS.get(found[1], "")) or found[0], form)


def at_time(moment: datetime) -> str:
    """A time of day."""
    return _written(moment.astimezone(ZONE), _TIME)


def on_day(moment: datetime) -> str:
    """A day with its weekday."""
    return _written(moment.astimezone(ZONE), "%A, %B %-d, %Y")


def in_full(moment: datetime) -> str:
    """A day and a time."""
    return _written(moment.astimezone(ZONE), f"%b %-d, %Y, {_TIME}")


def _written(local: datetime, form: str) -> str:
    day, hour = str(local.day), str(local.hour % 12 or 12)
    return local.strftime(form.replace("%-d", day).replace("%-I", hour))
