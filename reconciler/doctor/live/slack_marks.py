"""Slack: a pin and a bookmark."""

from collections.abc import Iterator

from reconciler.doctor.live.site import ADDRESS, LiveSite
from reconciler.doctor.live.slack_channel import lacks_channel
from reconciler.doctor.live.step import LiveStep
from reconciler.model import live_questions
from reconciler.model.live_check import LiveAnswer

_TITLE = "Test of escalate doctor --live"


class MarksStep(LiveStep):
    """Pins the first message of the tool, and adds a bookmark."""

    title = "Slack: pin and bookmark"
    questions = (live_questions.PIN, live_questions.BOOKMARK)

    def lacks(self, site: LiveSite) -> str:
        """It needs the channel and a message."""
        return lacks_channel(site) or ("" if _first(site) else "there is no message")

    def make(self, site: LiveSite) -> int:
        """Pin twice; add the bookmark once, because Slack takes the same one again."""
        assert site.channel is not None  # noqa: S101 - `lacks` looked
        channel, made = site.channel.id, 0
        if _first(site) not in site.slack.pins(channel):
            for _ in range(2):
                site.slack.pin(channel, _first(site))
            made += 1
        if not site.slack.bookmarks(channel):
            site.slack.add_bookmark(channel, _TITLE, ADDRESS)
            made += 1
        return made

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Look at both."""
        assert site.channel is not None  # noqa: S101 - `lacks` looked
        pins = site.slack.pins(site.channel.id)
        yield LiveAnswer(live_questions.PIN, "one" if pins == {_first(site)} else "missing")
        bookmarks = [(each.title, each.link) for each in site.slack.bookmarks(site.channel.id)]
        kept = bookmarks == [(_TITLE, ADDRESS)]
        yield LiveAnswer(live_questions.BOOKMARK, "kept" if kept else "changed")

    def remove(self, site: LiveSite) -> tuple[str, ...]:
        """Remove both from the tool's test channels."""
        removed: list[str] = []
        for channel in site.own_channels():
            for ts in site.slack.pins(channel.id):
                site.slack.unpin(channel.id, ts)
                removed.append("pin")
            for each in site.slack.bookmarks(channel.id):
                site.slack.remove_bookmark(channel.id, each.id)
                removed.append("bookmark")
        return tuple(removed)


def _first(site: LiveSite) -> str:
    """The time stamp of the tool's first message; empty if there is none."""
    if site.channel is None:
        return ""
    return next((each.ts for each in site.slack.texts(site.channel.id, site.identity)), "")
