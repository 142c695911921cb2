"""Slack: a post within the limit and a long one, each with metadata."""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.doctor.live.site import TEXT, LiveSite
from reconciler.doctor.live.slack_channel import lacks_channel
from reconciler.doctor.live.step import LiveStep
from reconciler.model import live_questions
from reconciler.model.live_check import LiveAnswer
from reconciler.services.errors import ServiceError
from reconciler.services.slack.values import PostedText, PostKey

SHORT, LONG = "canary-short", "canary-long"
_LENGTHS: Final = {SHORT: 3_900, LONG: 9_000}
_FILLERS: Final = {SHORT: "s", LONG: "l"}
"""Shows to which post a message without metadata belongs."""


class PostsStep(LiveStep):
    """Counts the messages, and looks where the metadata is."""

    title = "Slack: posts of 3,900 and 9,000 characters"
    questions = (live_questions.SHORT_POST, live_questions.LONG_POST, live_questions.METADATA)

    def __init__(self) -> None:
        """Begin without a refusal."""
        self._refused: ServiceError | None = None

    def lacks(self, site: LiveSite) -> str:
        """It needs the channel."""
        return lacks_channel(site)

    def make(self, site: LiveSite) -> int:
        """Post each, unless a message has its metadata."""
        made = 0
        for kind in _LENGTHS:
            if kind == LONG and self._refused is not None:
                continue
            key = _key(site, kind)
            if any(each.key == key for each in _texts(site)):
                continue
            made += self._post(site, kind)
        return made

    def _post(self, site: LiveSite, kind: str) -> int:
        assert site.channel is not None  # noqa: S101 - `lacks` looked
        try:
            site.slack.post(site.channel.id, _text(kind), _key(site, kind), "1")
        except ServiceError as error:
            if kind != LONG or error.code != "msg_too_long":
                raise
            self._refused = error
            return 0
        return 1

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Sort the messages by the letter that fills them."""
        messages = _texts(site)
        short, long_ = (_messages_of(messages, kind) for kind in (SHORT, LONG))
        value = _form(short, _text(SHORT))
        if value == "whole" and not any(each.key == _key(site, SHORT) for each in short):
            value = "without-metadata"
        yield LiveAnswer(live_questions.SHORT_POST, value)
        if self._refused is not None:
            yield LiveAnswer(live_questions.LONG_POST, "refused", self._refused.answer)
            return
        detail = f"{len(long_)} messages" if len(long_) > 1 else ""
        yield LiveAnswer(live_questions.LONG_POST, _form(long_, _text(LONG)), detail)
        where = [each.key == _key(site, LONG) for each in long_]
        place = "first" if where[:1] == [True] else "last" if where[-1:] == [True] else "missing"
        yield LiveAnswer(live_questions.METADATA, place)

    def remove(self, site: LiveSite) -> tuple[str, ...]:
        """Delete every message of the tool in its test channels."""
        count = 0
        for channel in site.own_channels():
            for each in site.slack.texts(channel.id, site.identity):
                site.slack.delete_post(channel.id, each.ts)
                count += 1
        return (f"{count} messages",) if count else ()


def _texts(site: LiveSite) -> Sequence[PostedText]:
    return site.slack.texts(site.channel.id, site.identity) if site.channel else ()


def _key(site: LiveSite, kind: str) -> PostKey:
    return PostKey(site.ticket, kind)


def _text(kind: str) -> str:
    return f"{TEXT} ".ljust(_LENGTHS[kind], _FILLERS[kind])


def _messages_of(messages: Sequence[PostedText], kind: str) -> list[PostedText]:
    ending = _FILLERS[kind] * 10
    return [each for each in messages if each.text.endswith(ending)]


def _form(messages: Sequence[PostedText], sent: str) -> str:
    if len(messages) > 1:
        return "split"
    return "whole" if messages and messages[0].text == sent else "cut"
