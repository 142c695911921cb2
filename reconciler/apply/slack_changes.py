"""Carrying out what belongs to Slack."""

from reconciler.apply.ledger import WITHOUT_CHANNEL, Ledger
from reconciler.apply.place import Place, Waits, message_place, remembered
from reconciler.desire.escape import slack_line
from reconciler.desire.placeholders import (
    ChannelRef,
    fill,
    fill_mentions,
    fill_reason,
    mentions_channel,
)
from reconciler.desire.slack_wording import REASON_LIMIT
from reconciler.model.change import (
    AddBookmark,
    Archive,
    Change,
    CreateChannel,
    EditBookmark,
    EditMessage,
    Invite,
    JoinChannel,
    Pin,
    PostMessage,
    RenameChannel,
    SetPurpose,
    SetTopic,
    Where,
)
from reconciler.model.desired import revision_without_channel
from reconciler.model.receipt import (
    BookmarkReceipt,
    ChannelReceipt,
    PostReceipt,
    TextReceipt,
)
from reconciler.services.errors import Effect, ServiceError
from reconciler.services.slack.gateway import SlackGateway
from reconciler.services.slack.values import Identity, PostKey

_INVITE_CURES = {
    "user_is_restricted": "Guests can't be invited; ask an administrator of the workspace.",
    "user_not_found": "Correct the Slack id in config/roster.yaml.",
    "no_user": "Correct the Slack id in config/roster.yaml.",
    "ura_max_channels": "The guest is in as many channels as they may be.",
}
_RENAME_CURES = {
    "not_authorized": "Rename it by hand; a bot may rename only what it made. Or keep the name:"
    " drift.channel_name: adopt in config/policy.yaml.",
    "name_taken": "Another channel has that name now. Keep the new one: drift.channel_name: adopt"
    " in config/policy.yaml.",
}


class SlackChanges:
    """Does Slack's changes of one escalation, one after the other."""

    def __init__(self, slack: SlackGateway, identity: Identity, ledger: Ledger) -> None:
        """Note in `ledger` what is done."""
        self._slack = slack
        self._identity = identity
        self._ledger = ledger

    def do(self, change: Change) -> bool:
        """Carry a change out; False when it is none of Slack's."""
        ledger = self._ledger
        needs_channel = not isinstance(change.op, CreateChannel | PostMessage | EditMessage)
        match change.op:
            case CreateChannel() | JoinChannel() | SetTopic() | SetPurpose() | Invite() | Pin():
                pass
            case PostMessage() | EditMessage() | AddBookmark() | EditBookmark() | Archive():
                pass
            case RenameChannel():
                pass
            case _:
                return False
        if needs_channel and ledger.channel is None:
            ledger.skipped(change, "the channel")
            return True
        try:
            self._dispatch(change)
        except ServiceError as error:
            if isinstance(change.op, CreateChannel) and error.effect is Effect.NONE:
                ledger.no_channel = f"Slack refuses to create it ({error.code or error.answer})"
            ledger.failed(change, error)
        return True

    def _dispatch(self, change: Change) -> None:
        channel = self._ledger.channel.id if self._ledger.channel else ""
        match change.op:
            case CreateChannel(name=name):
                self._create(change, name)
            case JoinChannel():
                self._slack.join(channel)
                self._ledger.look_again = True
                self._ledger.done(change)
            case RenameChannel(name=name):
                self._rename(change, channel, name)
            case SetTopic() | SetPurpose():
                self._headline(change, channel, change.op)
            case Invite(users=users):
                self._invite(change, channel, users)
            case Pin(kind=kind):
                self._pin(change, channel, kind)
            case AddBookmark() | EditBookmark():
                self._bookmark(change, channel, change.op)
            case Archive():
                self._slack.archive(channel)
                self._ledger.remember(archived=True)
                self._ledger.done(change)
            case PostMessage() | EditMessage():
                self._message(change, change.op)

    def _create(self, change: Change, name: str) -> None:
        try:
            made = self._slack.create(name)
        except ServiceError as error:
            if error.code != "name_taken":
                raise
            if self._made_meanwhile(name):
                self._ledger.look_again = True
                self._ledger.done(change, "another run made it at this moment")
            else:
                self._go_back_or_refuse(change, name)
            return
        self._ledger.channel = ChannelReceipt(id=made.id, name=made.name)
        self._ledger.remember(channel=self._ledger.channel)
        self._ledger.done(change, made.id)

    def _headline(self, change: Change, channel: str, op: SetTopic | SetPurpose) -> None:
        if isinstance(op, SetTopic):
            kept = TextReceipt(rev=op.rev, stored=self._slack.set_topic(channel, op.text))
            self._ledger.remember(topic=kept)
        else:
            kept = TextReceipt(rev=op.rev, stored=self._slack.set_purpose(channel, op.text))
            self._ledger.remember(purpose=kept)
        self._ledger.done(change)

    def _rename(self, change: Change, channel: str, name: str) -> None:
        try:
            self._slack.rename(channel, name)
        except ServiceError as error:
            if error.code not in _RENAME_CURES:
                raise
            self._ledger.refused(change, error.answer, _RENAME_CURES[error.code])
        else:
            self._ledger.done(change)

    def _made_meanwhile(self, name: str) -> bool:
        """Whether the channel is ours: nobody but another run of ours can have made it."""
        return any(
            each.channel.name == name and each.creator == self._identity.user
            for each in self._slack.own_channels()
        )

    def _go_back_or_refuse(self, change: Change, name: str) -> None:
        """Join the channel if we made it and were removed; else tell why the name is taken."""
        cure = f"Rename that channel, or give another name as `channel:` in {self._ledger.ticket}."
        for each in self._slack.all_channels():
            if each.channel.name != name:
                continue
            if each.creator == self._identity.user and not each.channel.archived:
                self._slack.join(each.channel.id)
                self._ledger.look_again = True
                self._ledger.done(change, "it was there, without the bot")
                return
            what = "an archived channel" if each.channel.archived else "a channel of others"
            told = f"#{name} is {what} ({each.channel.id}, made by {each.creator})"
            self._ledger.no_channel = f"the name #{name} is taken by {what}"
            self._ledger.refused(change, told, cure)
            return
        told = f"#{name} is taken by a private channel or a reserved name"
        self._ledger.no_channel = (
            f"the name #{name} is taken by a private channel or a reserved name"
        )
        self._ledger.refused(change, told, cure)

    def _invite(self, change: Change, channel: str, users: dict[str, str]) -> None:
        refused = self._slack.invite(channel, list(users.values()))
        invited = set(users.values()) - set(refused)
        self._ledger.remember(invited=tuple(sorted({*self._ledger.memory.invited, *invited})))
        if not refused:
            self._ledger.done(change)
            return
        handles = {slack_id: handle for handle, slack_id in users.items()}
        told = ", ".join(f"{handles.get(user, user)}: {code}" for user, code in refused.items())
        cures = {_INVITE_CURES.get(code, "") for code in refused.values()} - {""}
        self._ledger.refused(change, told, " ".join(sorted(cures)) or "the next run tries again")

    def _pin(self, change: Change, channel: str, kind: str) -> None:
        post = self._ledger.memory.posts.get(kind)
        if post is None:
            self._ledger.skipped(change, f"the {kind}")
            return
        self._slack.pin(channel, post.ts)
        self._ledger.remember(pinned=post.ts)
        self._ledger.done(change)

    def _bookmark(self, change: Change, channel: str, op: AddBookmark | EditBookmark) -> None:
        if isinstance(op, EditBookmark):
            bookmark = op.id
            self._slack.edit_bookmark(channel, op.id, op.title, op.link)
        else:
            bookmark = self._slack.add_bookmark(channel, op.title, op.link)
        kept = {**self._ledger.memory.bookmarks, op.kind: BookmarkReceipt(id=bookmark, rev=op.rev)}
        self._ledger.remember(bookmarks=kept)
        self._ledger.done(change)

    def _message(self, change: Change, op: PostMessage | EditMessage) -> None:
        ledger = self._ledger
        place = message_place(op, ledger.memory, ledger.channel, ledger.announced_in)
        if isinstance(place, Waits):
            ledger.skipped(change, place.what)
        elif mentions_channel(op.text) and ledger.channel is None:
            self._say_without_channel(change, op, place)
        else:
            self._send(op, place, fill(op.text, self._ref()), op.rev)
            ledger.done(change)

    def _say_without_channel(
        self, change: Change, op: PostMessage | EditMessage, place: Place
    ) -> None:
        """Say everything but where the channel is, and why there is none, unless that is said."""
        ledger = self._ledger
        if not ledger.no_channel or not op.without_channel:
            ledger.skipped(change, "the channel")
            return
        reason = slack_line(ledger.no_channel, REASON_LIMIT)
        text = fill_reason(op.without_channel, reason)
        rev = revision_without_channel(text)
        before = remembered(ledger.memory, op.where).get(op.kind)
        if before is None or before.rev != rev:
            self._send(op, place, text, rev)
        ledger.skipped(change, WITHOUT_CHANNEL)

    def _send(self, op: PostMessage | EditMessage, place: Place, text: str, rev: str) -> None:
        key = PostKey(self._ledger.ticket, op.kind)
        filled = fill_mentions(text, op.mentions)
        if isinstance(op, EditMessage):
            post = self._slack.edit_post(
                place.channel, op.ts, filled, key, rev, proposal=op.proposal
            )
        else:
            post = self._slack.post(
                place.channel, filled, key, rev, thread=place.thread, proposal=op.proposal
            )
        self._keep(op, post)

    def _keep(self, op: PostMessage | EditMessage, post: PostReceipt) -> None:
        memory = self._ledger.memory
        match op.where:
            case Where.CHANNEL:
                self._ledger.remember(posts={**memory.posts, op.kind: post})
            case Where.THREAD:
                self._ledger.remember(replies={**memory.replies, op.kind: post})
            case Where.ANNOUNCEMENT:
                self._ledger.remember(
                    announcements={**memory.announcements, op.kind: post},
                    announced_in=self._ledger.announced_in,
                )

    def _ref(self) -> ChannelRef:
        channel = self._ledger.channel
        return ChannelRef(
            channel.id if channel else "",
            channel.name if channel else "",
            self._identity.workspace_url,
        )
