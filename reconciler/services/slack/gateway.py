"""What the reconciler reads from Slack and writes to it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from reconciler.model.manual_escalation import Remark
from reconciler.model.observed import Channel, SeenBookmark
from reconciler.model.receipt import PostReceipt
from reconciler.model.refusals import REFUSALS
from reconciler.services.errors import ServiceError, cut, reading_answer
from reconciler.services.paging import Paging
from reconciler.services.slack.values import (
    Identity,
    ListedChannel,
    Messages,
    PostedText,
    PostKey,
    SlackAccount,
    Thread,
    by_people,
    is_private,
    listed,
    metadata,
    read_account,
    read_messages,
    read_texts,
    read_thread,
    stored,
    whole,
)
from reconciler.services.slack.wire import Send, SlackWire, refusals_by_person

_PAGE: Final = 999
"""The most that Slack gives in one page."""
SCOPES: Final = frozenset(
    {
        "bookmarks:read",
        "bookmarks:write",
        "channels:history",
        "channels:join",
        "channels:manage",
        "channels:read",
        "chat:write",
        "metadata.message:read",
        "pins:read",
        "pins:write",
        "users:read",
        "users:read.email",
    }
)
"""What the bot needs; nothing else is asked for."""
_THERE: Final = "already_in_channel"
_INVITE_BATCH: Final = 100
"""The smaller of the two limits that Slack's reference gives for one call."""


class SlackGateway:
    """One workspace."""

    def __init__(self, wire: SlackWire, team: str = "") -> None:
        """Send through `wire`; `team` is the workspace for an app of a whole organisation.

        Slack ignores it for an app of one workspace.
        Source: https://docs.slack.dev/enterprise/developing-for-enterprise-orgs (`team_id`).
        """
        self._wire = wire
        self._team = {"team_id": team} if team else {}

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    @reading_answer("Slack", "auth.test")
    def identify(self) -> Identity:
        """Who the token is."""
        answer = self._wire.call("auth.test", lambda slack: slack.auth_test(), repeatable=True)
        if answer.get("is_enterprise_install") and not self._team:
            raise _no_team()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        scopes = headers.get("x-oauth-scopes")
        return Identity(
            user=str(answer["user_id"]),
            bot=str(answer.get("bot_id") or ""),
            workspace_url=str(answer["url"]),
            scopes=None if scopes is None else frozenset(scopes.replace(" ", "").split(",")),
            organisation=bool(answer.get("is_enterprise_install")),
        )

    @reading_answer("Slack", "users.conversations")
    def own_channels(self) -> list[ListedChannel]:
        """The public channels that the bot is in and that are not archived."""
        return [
            listed({**each, "is_member": True})
            for page in self._pages(
                "users.conversations",
                {"types": "public_channel", "exclude_archived": True, **self._team},
            )
            for each in page["channels"]
        ]

    @reading_answer("Slack", "conversations.list")
    def all_channels(self) -> list[ListedChannel]:
        """Every public channel, archived ones too. Only for when something is amiss."""
        pages = self._pages("conversations.list", {"types": "public_channel", **self._team})
        return [listed(each) for page in pages for each in page["channels"]]

    @reading_answer("Slack", "conversations.info")
    def channel(self, channel: str) -> Channel | None:
        """A channel; None if Slack says that it was deleted or made private.

        Raises ServiceError if Slack says anything else: it may well be there.
        """
        try:
            answer = self._wire.call(
                "conversations.info",
                lambda slack: slack.conversations_info(channel=channel),
                repeatable=True,
            )
        except ServiceError as error:
            if error.code == "channel_not_found" or is_private(error):
                return None
            raise
        return whole(answer["channel"]).channel

    @reading_answer("Slack", "conversations.members")
    def members(self, channel: str) -> frozenset[str]:
        """Ids of the people in a channel."""
        pages = self._pages("conversations.members", {"channel": channel})
        return frozenset(str(each) for page in pages for each in page["members"])

    @reading_answer("Slack", "conversations.history")
    def messages(self, channel: str, identity: Identity, oldest: float | None = None) -> Messages:
        """Our messages in a channel, and who joined it."""
        options: dict[str, Any] = {"channel": channel, "include_all_metadata": True}
        if oldest is not None:
            options |= {"oldest": f"{oldest:.6f}", "inclusive": True}
        return read_messages(self._pages("conversations.history", options), identity)

    @reading_answer("Slack", "conversations.history")
    def posts_by_people(self, channel: str, identity: Identity, oldest: float) -> list[Remark]:
        """What people wrote in a channel since a moment, oldest first."""
        options = {"channel": channel, "oldest": f"{oldest:.6f}", "inclusive": True}
        return by_people(self._pages("conversations.history", options), identity)

    @reading_answer("Slack", "conversations.history")
    def texts(self, channel: str, identity: Identity) -> tuple[PostedText, ...]:
        """Our messages in a channel with their texts, oldest first."""
        options = {"channel": channel, "include_all_metadata": True}
        return read_texts(self._pages("conversations.history", options), identity)

    @reading_answer("Slack", "conversations.replies")
    def replies(self, channel: str, ts: str, identity: Identity) -> Messages:
        """Our replies in a thread."""
        options = {"channel": channel, "ts": ts, "include_all_metadata": True}
        return read_messages(self._pages("conversations.replies", options), identity)

    @reading_answer("Slack", "conversations.replies")
    def thread(self, channel: str, ts: str, identity: Identity) -> Thread:
        """Who wrote in the thread of a message; nobody did if the message is gone."""
        try:
            pages = list(self._pages("conversations.replies", {"channel": channel, "ts": ts}))
        except ServiceError as error:
            if error.code == "thread_not_found":
                return Thread((), used=False)
            raise
        return read_thread(iter(pages), ts, identity)

    @reading_answer("Slack", "conversations.history")
    def message(self, channel: str, ts: str, identity: Identity) -> Messages:
        """The one message at a time stamp, if it is ours."""
        answer = self._wire.call(
            "conversations.history",
            lambda slack: slack.conversations_history(
                channel=channel,
                oldest=ts,
                latest=ts,
                inclusive=True,
                limit=1,
                include_all_metadata=True,
            ),
            repeatable=True,
        )
        return read_messages(iter([answer]), identity)

    @reading_answer("Slack", "conversations.history")
    def latest(self, channel: str) -> float | None:
        """When the latest message was written, in seconds of Unix time."""
        for page in self._pages("conversations.history", {"channel": channel, "limit": 1}):
            for each in page["messages"]:
                return float(each["ts"])
        return None

    @reading_answer("Slack", "bookmarks.list")
    def bookmarks(self, channel: str) -> tuple[SeenBookmark, ...]:
        """The bookmarks of a channel."""
        answer = self._wire.call(
            "bookmarks.list",
            lambda slack: slack.bookmarks_list(channel_id=channel),
            repeatable=True,
        )
        return tuple(
            SeenBookmark(
                str(each["id"]),
                str(each["title"]),
                str(each.get("link") or ""),
                str(each.get("last_updated_by_user_id") or ""),
                int(each.get("date_created") or 0),
            )
            for each in answer["bookmarks"]
        )

    @reading_answer("Slack", "pins.list")
    def pins(self, channel: str) -> frozenset[str]:
        """Time stamps of the pinned messages."""
        answer = self._wire.call(
            "pins.list", lambda slack: slack.pins_list(channel=channel), repeatable=True
        )
        pinned = (each.get("message") or {} for each in answer["items"])
        return frozenset(str(each["ts"]) for each in pinned if "ts" in each)

    @reading_answer("Slack", "users.lookupByEmail")
    def find_user(self, email: str) -> SlackAccount | None:
        """The active user with this address; None when there is none."""
        try:
            answer = self._wire.call(
                "users.lookupByEmail",
                lambda slack: slack.users_lookupByEmail(email=email),
                repeatable=True,
            )
        except ServiceError as error:
            if error.code == "users_not_found":
                return None
            raise
        user = answer["user"]
        return None if user.get("deleted") else read_account(user)

    def create(self, name: str) -> Channel:
        """Create a public channel."""
        answer = self._wire.call(
            "conversations.create",
            lambda slack: slack.conversations_create(name=name, team_id=self._team.get("team_id")),
            repeatable=False,
        )
        with reading_answer("Slack", "conversations.create"):
            return listed({**answer["channel"], "is_member": True}).channel

    def join(self, channel: str) -> None:
        """Join a public channel."""
        self._wire.call(
            "conversations.join",
            lambda slack: slack.conversations_join(channel=channel),
            repeatable=True,
        )

    def rename(self, channel: str, name: str) -> None:
        """Rename a channel, which only its creator and administrators may."""
        self._wire.call(
            "conversations.rename",
            lambda slack: slack.conversations_rename(channel=channel, name=name),
            repeatable=False,
        )

    def set_topic(self, channel: str, text: str) -> str:
        """Set the topic; the answer is the text as Slack stored it."""
        answer = self._wire.call(
            "conversations.setTopic",
            lambda slack: slack.conversations_setTopic(channel=channel, topic=text),
            repeatable=False,
        )
        return stored(answer.data, "topic", text)

    def set_purpose(self, channel: str, text: str) -> str:
        """Set the purpose; the answer is the text as Slack stored it."""
        answer = self._wire.call(
            "conversations.setPurpose",
            lambda slack: slack.conversations_setPurpose(channel=channel, purpose=text),
            repeatable=False,
        )
        return stored(answer.data, "purpose", text)

    def invite(self, channel: str, users: list[str]) -> dict[str, str]:
        """Invite people; the answer is why some could not be, by id.

        If none of them can be, Slack answers with the error of one of them.
        Source: https://docs.slack.dev/reference/methods/conversations.invite (`force`, `errors`).
        """
        refused: dict[str, str] = {}
        for start in range(0, len(users), _INVITE_BATCH):
            refused |= self._invite(channel, users[start : start + _INVITE_BATCH])
        return {user: code for user, code in refused.items() if code != _THERE}

    def _invite(self, channel: str, users: list[str]) -> dict[str, str]:
        try:
            answer = self._wire.call(
                "conversations.invite",
                lambda slack: slack.conversations_invite(channel=channel, users=users, force=True),
                repeatable=True,
            )
        except ServiceError as error:
            if set(users) <= error.fields.keys():
                return {user: error.fields[user] for user in users}
            if error.code not in REFUSALS | {_THERE}:
                raise
            if len(users) == 1:
                return {users[0]: error.code}
            # Slack does not say of whom that is true.
            middle = len(users) // 2
            return self._invite(channel, users[:middle]) | self._invite(channel, users[middle:])
        with reading_answer("Slack", "conversations.invite"):
            return refusals_by_person(answer.data)

    def post(  # noqa: PLR0913 - the parts of a message
        self,
        channel: str,
        text: str,
        key: PostKey,
        rev: str,
        *,
        blocks: Sequence[dict[str, Any]] = (),
        calls: Sequence[str] = (),
        thread: str | None = None,
        pull_request: str = "",
        ended: bool = False,
    ) -> PostReceipt:
        """Post a message that can be found again by its metadata."""
        answer = self._wire.call(
            "chat.postMessage",
            lambda slack: slack.chat_postMessage(
                channel=channel,
                text=text,
                blocks=list(blocks) or None,
                metadata=metadata(key, rev, pull_request, ended=ended, calls=calls),
                thread_ts=thread,
                unfurl_links=False,
                unfurl_media=False,
            ),
            repeatable=False,
        )
        with reading_answer("Slack", "chat.postMessage"):
            return PostReceipt(ts=str(answer["ts"]), rev=rev)

    def edit_post(  # noqa: PLR0913 - the parts of a message
        self,
        channel: str,
        ts: str,
        text: str,
        key: PostKey,
        rev: str,
        *,
        blocks: Sequence[dict[str, Any]] = (),
        calls: Sequence[str] = (),
        pull_request: str = "",
        ended: bool = False,
    ) -> PostReceipt:
        """Edit a message of ours. Without blocks, those that are there are removed."""
        self._wire.call(
            "chat.update",
            lambda slack: slack.chat_update(
                channel=channel,
                ts=ts,
                text=text,
                blocks=list(blocks),
                metadata=metadata(key, rev, pull_request, ended=ended, calls=calls),
            ),
            repeatable=True,
        )
        return PostReceipt(ts=ts, rev=rev)

    def delete_post(self, channel: str, ts: str) -> None:
        """Delete a message of ours."""
        self._quietly(
            "message_not_found",
            "chat.delete",
            lambda slack: slack.chat_delete(channel=channel, ts=ts),
        )

    def pin(self, channel: str, ts: str) -> None:
        """Pin a message."""
        self._quietly(
            "already_pinned",
            "pins.add",
            lambda slack: slack.pins_add(channel=channel, timestamp=ts),
        )

    def add_bookmark(self, channel: str, title: str, link: str) -> str:
        """Add a bookmark; the answer is its id."""
        answer = self._wire.call(
            "bookmarks.add",
            lambda slack: slack.bookmarks_add(
                channel_id=channel, title=title, type="link", link=link
            ),
            repeatable=False,
        )
        with reading_answer("Slack", "bookmarks.add"):
            return str(answer["bookmark"]["id"])

    def edit_bookmark(self, channel: str, bookmark: str, title: str, link: str) -> None:
        """Change a bookmark."""
        self._wire.call(
            "bookmarks.edit",
            lambda slack: slack.bookmarks_edit(
                channel_id=channel, bookmark_id=bookmark, title=title, link=link
            ),
            repeatable=True,
        )

    def remove_bookmark(self, channel: str, bookmark: str) -> None:
        """Remove a bookmark."""
        self._quietly(
            "not_found",
            "bookmarks.remove",
            lambda slack: slack.bookmarks_remove(channel_id=channel, bookmark_id=bookmark),
        )

    def unpin(self, channel: str, ts: str) -> None:
        """Remove the pin of a message."""
        self._quietly(
            {"no_pin", "not_pinned", "message_not_found"},
            "pins.remove",
            lambda slack: slack.pins_remove(channel=channel, timestamp=ts),
        )

    def archive(self, channel: str) -> None:
        """Archive a channel."""
        self._quietly(
            "already_archived",
            "conversations.archive",
            lambda slack: slack.conversations_archive(channel=channel),
        )

    def _quietly(self, done: str | set[str], method: str, send: Send) -> None:
        """Call; an error of `done` says that it was so already."""
        try:
            self._wire.call(method, send, repeatable=True)
        except ServiceError as error:
            if error.code not in ({done} if isinstance(done, str) else done):
                raise

    def _pages(self, method: str, options: dict[str, Any]) -> Iterator[Any]:
        cursor, paging = "", Paging("Slack", method)
        while True:
            params = {"limit": _PAGE, **options} | ({"cursor": cursor} if cursor else {})
            page = self._wire.call(method, _calling(method, params), repeatable=True)
            yield page
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if page.get("has_more") and not cursor:
                raise cut("Slack", method)
            if not cursor:
                return
            paging.turn(cursor, _entries(page.data))


def _no_team() -> ServiceError:
    return ServiceError(
        "Slack",
        "auth.test",
        "the app is installed for a whole organisation, and SLACK_TEAM_ID is not set",
        code="no-team",
        remedy="Set SLACK_TEAM_ID to the id of the workspace. It begins with T, and is in the"
        " address https://app.slack.com/client/T... of Slack in a browser.",
    )


def _entries(page: Any) -> int:  # noqa: ANN401 - JSON
    return sum(len(each) for each in page.values() if isinstance(each, list))


def _calling(method: str, params: dict[str, Any]) -> Send:
    return lambda slack: slack.api_call(method, params=params)
