"""Slack's JSON into our values, and what our messages carry to be known again."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.model.manual_escalation import Remark
from reconciler.model.observed import Called, Channel
from reconciler.model.receipt import PostReceipt
from reconciler.services.errors import ServiceError

EVENT_TYPE: Final = "escalation_as_code"
_MENTION: Final = re.compile(r"<@([A-Z0-9]+)>")
"""A mention of a person in the text of a message of ours; text from files is escaped."""


@dataclass(frozen=True)
class Identity:
    """Who we are in Slack."""

    user: str
    bot: str
    workspace_url: str
    scopes: frozenset[str] | None
    """Scopes granted, when Slack tells them."""
    organisation: bool = False
    """True if the app is installed for a whole organisation."""


@dataclass(frozen=True)
class SlackAccount:
    """An active user."""

    id: str
    guest: str = ""
    """`multi-channel` or `single-channel` if the user is a guest."""


@dataclass(frozen=True)
class ListedChannel:
    """A channel as a listing shows it."""

    channel: Channel
    creator: str


@dataclass(frozen=True)
class PostedText:
    """A message of ours as a channel shows it."""

    ts: str
    text: str
    key: "PostKey | None"
    """What its metadata says; None if it has none of ours."""


@dataclass(frozen=True)
class PostKey:
    """What a message of ours is, by its metadata."""

    ticket: str
    kind: str


@dataclass(frozen=True)
class Messages:
    """What a conversation holds, as far as it concerns us."""

    ours: Mapping[PostKey, PostReceipt]
    pull_requests: Mapping[PostKey, str]
    """Ids of the proposals that those of our messages announce which announce no more than that."""
    ended: Mapping[PostKey, str]
    """Ids of pull requests that have ended, by the announcements that say so."""
    joined: frozenset[str]
    latest: float | None
    copies: Mapping[PostKey, tuple["PostCopy", ...]] = field(default_factory=dict)
    """Later messages of ours with the same key, oldest first."""
    answers: Mapping[PostKey, int] = field(default_factory=dict)
    """How many replies there are in the threads of ours."""
    called: Mapping[PostKey, Called] = field(default_factory=dict)
    """Whom ours call."""

    @property
    def about(self) -> str:
        """The ticket that the oldest of our messages is about; empty if there is none."""
        oldest = min(self.ours.items(), key=lambda each: float(each[1].ts), default=None)
        return oldest[0].ticket if oldest else ""


@dataclass(frozen=True)
class PostCopy:
    """A message of ours with the key of an older one."""

    ts: str
    used: bool
    """True if somebody else has answered in its thread or reacted to it."""
    replies: int


@dataclass(frozen=True)
class Thread:
    """What a thread holds, apart from its first message."""

    ours: tuple[str, ...]
    """Time stamps of our replies."""
    used: bool
    """True if somebody else has answered in it, or reacted to its first message."""


def metadata(
    key: PostKey,
    rev: str,
    pull_request: str = "",
    *,
    ended: bool = False,
    calls: Sequence[str] = (),
) -> dict[str, Any]:
    """What a message of ours carries to be found again. All values are texts, as Slack asks."""
    payload = {"ticket": key.ticket, "kind": key.kind, "rev": rev}
    if calls:
        payload["calls"] = " ".join(calls)
    if pull_request:
        payload["ended" if ended else "proposal"] = pull_request
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def read_account(user: Mapping[str, Any]) -> SlackAccount:
    """A user. Source: https://docs.slack.dev/reference/objects/user-object (`is_restricted`)."""
    single = bool(user.get("is_ultra_restricted"))
    guest = "single-channel" if single else "multi-channel" if user.get("is_restricted") else ""
    return SlackAccount(str(user["id"]), guest)


def listed(channel: Mapping[str, Any]) -> ListedChannel:
    """A channel as a listing shows it."""
    return ListedChannel(
        Channel(
            id=str(channel["id"]),
            name=str(channel["name"]),
            topic=str((channel.get("topic") or {}).get("value") or ""),
            purpose=str((channel.get("purpose") or {}).get("value") or ""),
            archived=bool(channel.get("is_archived")),
            bot_is_member=bool(channel.get("is_member")),
            hidden=bool(channel.get("is_private")),
            creator=str(channel.get("creator") or ""),
            previous_names=_names(channel.get("previous_names")),
        ),
        creator=str(channel.get("creator") or ""),
    )


def whole(channel: Mapping[str, Any]) -> ListedChannel:
    """A channel as Slack shows it on its own. Raises LookupError if what decides is missing.

    A channel without a creator would pass for somebody else's, and an archived one for a live one.
    """
    found = listed(channel)
    if found.channel.hidden:
        return found
    missing = {"creator", "is_archived"} - channel.keys()
    if missing:
        raise LookupError(*sorted(missing))
    return found


def is_private(refusal: ServiceError) -> bool:
    """Whether Slack refuses to show a channel because it is private.

    Then it asks for the scope of private channels, which the bot never has, although the bot has
    the one of public channels. Any other missing scope says nothing about the channel.
    """
    scopes = refusal.fields
    provided = scopes.get("provided", "").replace(" ", "").split(",")
    wants = refusal.code == "missing_scope" and scopes.get("needed") == "groups:read"
    return wants and "channels:read" in provided


def _names(names: object) -> tuple[str, ...] | None:
    return tuple(str(each) for each in names) if isinstance(names, list) else None


def read_messages(pages: Iterator[Any], identity: Identity) -> Messages:
    """Our messages in a conversation, and who joined it."""
    # By time stamp: pages that overlap show a message twice, and that is no copy.
    ours: dict[PostKey, dict[str, Mapping[str, Any]]] = {}
    joined: set[str] = set()
    latest: float | None = None
    for page in pages:
        for message in page["messages"]:
            latest = max(latest or 0.0, float(message["ts"]))
            if message.get("subtype") == "channel_join":
                joined.add(str(message["user"]))
            elif (key := _read_key(message, identity)) is not None:
                ours.setdefault(key, {})[str(message["ts"])] = message
    # The first one posted counts: whatever came later is a copy.
    first = {key: found[min(found, key=float)] for key, found in ours.items()}
    payloads = {key: each["metadata"].get("event_payload") or {} for key, each in first.items()}
    return Messages(
        ours={
            key: PostReceipt(ts=str(each["ts"]), rev=str(payloads[key].get("rev")))
            for key, each in first.items()
        },
        pull_requests=_named(payloads, "proposal"),
        ended=_named(payloads, "ended"),
        joined=frozenset(joined),
        latest=latest,
        copies={
            key: tuple(
                PostCopy(ts, _is_used(found[ts], identity), _replies(found[ts]))
                for ts in sorted(found, key=float)[1:]
            )
            for key, found in ours.items()
            if len(found) > 1
        },
        answers={key: _replies(each) for key, each in first.items() if _replies(each)},
        called={key: _called(each, payloads[key]) for key, each in first.items()},
    )


def _called(message: Mapping[str, Any], payload: Mapping[str, Any]) -> Called:
    return Called(
        frozenset(str(payload.get("calls") or "").split()),
        frozenset(_MENTION.findall(str(message.get("text") or ""))),
    )


def read_texts(pages: Iterator[Any], identity: Identity) -> tuple[PostedText, ...]:
    """Our messages in a conversation with their texts, oldest first."""
    found = [
        PostedText(str(each["ts"]), str(each.get("text") or ""), _read_key(each, identity))
        for page in pages
        for each in page["messages"]
        if not each.get("subtype") and _is_by(each, identity)
    ]
    return tuple(sorted(found, key=lambda each: float(each.ts)))


def read_thread(pages: Iterator[Any], ts: str, identity: Identity) -> Thread:
    """Who wrote in the thread of a message of ours."""
    every = {str(each["ts"]): each for page in pages for each in page["messages"]}
    first, replies = every.pop(ts, {}), every.values()
    return Thread(
        ours=tuple(str(each["ts"]) for each in replies if _is_by(each, identity)),
        used=bool(first.get("reactions"))
        or any(not _is_by(each, identity) or each.get("reactions") for each in replies),
    )


def _replies(message: Mapping[str, Any]) -> int:
    return int(message.get("reply_count") or 0)


def _is_used(message: Mapping[str, Any], identity: Identity) -> bool:
    """Whether somebody else has answered in its thread or reacted to it, or may have."""
    by = {str(each) for each in message.get("reply_users") or ()}
    known = len(by) == int(message.get("reply_users_count") or len(by))
    ours = bool(by) and by <= {identity.user, identity.bot} and known
    return bool(message.get("reactions")) or (_replies(message) > 0 and not ours)


def by_people(pages: Iterator[Any], identity: Identity) -> list[Remark]:
    """What people wrote in a conversation, oldest first; nothing of Slack's own, and no bots."""
    found = [
        Remark(str(message["ts"]), str(message.get("user") or ""), str(message.get("text") or ""))
        for page in pages
        for message in page["messages"]
        if not message.get("subtype") and not message.get("bot_id")
    ]
    people = (each for each in found if each.by not in {"", identity.user})
    return sorted(people, key=lambda each: float(each.id))


def _is_by(message: Mapping[str, Any], identity: Identity) -> bool:
    by_bot = bool(identity.bot) and message.get("bot_id") == identity.bot
    return message.get("user") == identity.user or by_bot


def _named(payloads: Mapping[PostKey, Mapping[str, Any]], name: str) -> dict[PostKey, str]:
    return {key: str(payload[name]) for key, payload in payloads.items() if payload.get(name)}


def _read_key(message: Mapping[str, Any], identity: Identity) -> PostKey | None:
    """The key of a message of ours; None for any other."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE or not _is_by(message, identity):
        return None
    payload = metadata.get("event_payload") or {}
    return PostKey(str(payload.get("ticket")), str(payload.get("kind")))


def stored(answer: object, field: str, asked: str) -> str:
    """The text as Slack stored it.

    Slack answers with the text itself or with the whole channel, depending on its mood.
    """
    if isinstance(answer, dict):
        if isinstance(answer.get(field), str):
            return str(answer[field])
        channel = answer.get("channel")
        if isinstance(channel, dict) and isinstance(channel.get(field), dict):
            return str(channel[field].get("value", asked))
    return asked
