"""Slack: a channel, and its topic."""

from collections.abc import Iterator
from typing import Final

from reconciler.doctor.live.site import ADDRESS, CHANNEL_PREFIX, LiveSite
from reconciler.doctor.live.step import LiveStep
from reconciler.model import live_questions
from reconciler.model.live_check import LiveAnswer
from reconciler.model.observed import Channel
from reconciler.services.errors import Effect, ServiceError

_TOPIC: Final = f"Test of escalate doctor --live & nothing else 🚒 {ADDRESS}"


class ChannelStep(LiveStep):
    """A channel of its own. Nobody can delete a channel, so the step archives it."""

    title = "Slack: channel, and topic with &, an emoji and a URL"
    questions = (
        live_questions.APP,
        live_questions.CHANNEL,
        live_questions.TOPIC,
        live_questions.TOPIC_READINGS,
    )

    def __init__(self) -> None:
        """Begin without an answer."""
        self._stored = ""
        self._refused: ServiceError | None = None

    def make(self, site: LiveSite) -> int:
        """Create the channel, and set its topic twice."""
        if site.channel is None:
            site.channel = self._created(site)
            if site.channel is None:
                return 0
        else:
            current = site.slack.channel(site.channel.id)
            if current is not None and current.topic == self._stored:
                return 0
        for _ in range(2):
            self._stored = site.slack.set_topic(site.channel.id, _TOPIC)
        return 1

    def _created(self, site: LiveSite) -> Channel | None:
        """The channel of this run; None if Slack refuses to create it."""
        name = f"{CHANNEL_PREFIX}{site.mark}"
        for each in site.own_channels():
            if each.name == name:  # the answer to its creation was lost
                return each
        try:
            return site.slack.create(name)
        except ServiceError as error:
            if error.effect is Effect.UNKNOWN or error.passing:
                raise
            self._refused = error
            return None

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Compare the topic with what was sent, and with the answer to that."""
        yield LiveAnswer(
            live_questions.APP, "organisation" if site.identity.organisation else "workspace"
        )
        if site.channel is None:
            why = self._refused.answer if self._refused else ""
            yield LiveAnswer(live_questions.CHANNEL, "refused", why)
            return
        yield LiveAnswer(live_questions.CHANNEL, "created")
        current = site.slack.channel(site.channel.id)
        shown = current.topic if current else ""
        yield LiveAnswer(live_questions.TOPIC, "kept" if shown == _TOPIC else "rewritten")
        same = shown == self._stored
        yield LiveAnswer(live_questions.TOPIC_READINGS, "same" if same else "different")

    def remove(self, site: LiveSite) -> tuple[str, ...]:
        """Archive the channel of this run and those of earlier ones."""
        found = site.own_channels()
        for each in found:
            site.slack.archive(each.id)
        site.channel = None
        return tuple(f"#{each.name} (archived; Slack deletes no channels)" for each in found)


def lacks_channel(site: LiveSite) -> str:
    """Why a step cannot work in the channel; empty if it can."""
    return "" if site.channel else "there is no channel"
