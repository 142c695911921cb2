"""Times that Slack shows in the zone of their reader."""

from datetime import datetime
from zoneinfo import ZoneInfo


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    """A moment for Slack. Where Slack cannot show it, such as in a notification: in `zone`.

    Source: https://docs.slack.dev/messaging/formatting-message-text (date formatting).
    """
    otherwise = f"{moment.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{otherwise}>"
