"""What people do in Jira and Slack, and what happens to runs."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from lives.book import Ticket
from lives.firm import BOT, PEOPLE
from lives.life import LOOK_BACK, PICK, SOON, Life, pick
from lives.trail import holders
from reconciler.sandbox import Fault

PRIORITIES = ("Highest", "High", "Medium", "Low")
LABEL = "ESCALATION"


class Meddling(Life):
    """People with their own tokens, and calls that go wrong."""

    def _seen(self) -> list[Ticket]:
        """Active, and a run has seen to it."""
        return self.where(lambda each: each.now.active and self.trails[each.key].before)

    # Jira

    @precondition(lambda self: self.book.tickets)
    @rule(which=PICK, priority=st.sampled_from(PRIORITIES), soon=SOON)
    def set_priority(self, which: int, priority: str, *, soon: bool) -> None:
        """Somebody thinks that it is more urgent than that, or less."""
        ticket = pick(which, self.book.tickets.values())
        self._edit(ticket, {"fields": {"priority": {"name": priority}}})
        trail = self.trails[ticket.key]
        trail.priority = priority
        trail.had.add(priority)
        self._meddled(soon=soon)

    @precondition(lambda self: self._seen())
    @rule(which=PICK, soon=SOON)
    def take_the_label_off(self, which: int, *, soon: bool) -> None:
        """Somebody tidies up."""
        ticket = pick(which, self._seen())
        if not self.trails[ticket.key].fragile:
            self._edit(ticket, {"update": {"labels": [{"remove": LABEL}]}})
            self._meddled(soon=soon)

    def _told(self) -> list[Ticket]:
        """Over, and a run has had to do with it."""
        return self.where(lambda each: not each.now.open and self.trails[each.key].touched)

    @precondition(lambda self: self._told())
    @rule(which=PICK)
    def put_the_label_on(self, which: int) -> None:
        """Somebody thinks that it still is one."""
        ticket = pick(which, self._told())
        self._edit(ticket, {"update": {"labels": [{"add": LABEL}]}})
        trail = self.trails[ticket.key]
        trail.forgotten |= trail.had  # it looks as if a run had been killed after its edit
        self.run(thorough=True)

    @precondition(lambda self: self.book.tickets)
    @rule(which=PICK, who=st.sampled_from(("nadia", "ben", "owen")), soon=SOON)
    def take_over_in_jira(self, which: int, who: str, *, soon: bool) -> None:
        """Somebody assigns the ticket by hand."""
        ticket = pick(which, self.book.tickets.values())
        self._edit(ticket, {"fields": {"assignee": {"accountId": PEOPLE[who]["jira"]}}})
        self.trails[ticket.key].in_jira = {PEOPLE[who]["jira"]}
        self._meddled(soon=soon)

    @precondition(lambda self: self.book.tickets)
    @rule(which=PICK, remove=st.booleans(), soon=SOON)
    def spoil_a_comment(self, which: int, *, remove: bool, soon: bool) -> None:
        """Somebody edits the comment that names the channel, or removes it."""
        ticket = pick(which, self.book.tickets.values())
        ours = [
            each
            for each in self.firm.ticket(ticket.key)["comments"]
            if "All communication about it is in" in each["body"]
        ]
        if not ours:
            return
        path = f"issue/{ticket.key}/comment/{ours[0]['id']}"
        if remove:
            self.firm.jira("hannah", "DELETE", path)
            self.trails[ticket.key].comments.discard("channel")
        else:
            body = ours[0]["body"].replace("escalated", "de-escalated")
            self.firm.jira("hannah", "PUT", path, {"body": body})
        self._meddled(soon=soon)

    @precondition(lambda self: self._seen())
    @rule(which=PICK, mangled=st.booleans(), soon=SOON)
    def lose_the_receipt(self, which: int, *, mangled: bool, soon: bool) -> None:
        """Somebody takes the reconciler's own note off the ticket."""
        ticket = pick(which, self._seen())
        path, trail = f"issue/{ticket.key}/properties/escalation", self.trails[ticket.key]
        if (
            trail.fragile
            or (trail.room and not trail.in_use)
            or LABEL not in self.firm.ticket(ticket.key)["labels"]
        ):
            return
        if self.firm.now - ticket.now.arrived > LOOK_BACK:
            return  # its announcement is not looked for that far back
        if mangled:
            self.firm.jira("hannah", "PUT", path, {"v": 1, "posts": "nonsense"})
        elif "escalation" in self.firm.ticket(ticket.key)["properties"]:
            self.firm.jira("hannah", "DELETE", path)
        trail.fragile = True
        trail.forgotten |= trail.had
        if trail.room is not None:
            trail.room.first = True
        if not mangled and not trail.comments:
            trail.gave = {""}  # nothing shows that a run was here, so the change log is not read
        self._meddled(soon=soon)

    # Slack

    @precondition(lambda self: self.live())
    @rule(which=PICK, who=PICK, holder=st.booleans(), soon=st.booleans())
    def leave(self, which: int, who: int, *, holder: bool, soon: bool) -> None:
        """Somebody has had enough of a channel: one who must be there, or one who need not."""
        ticket = pick(which, self.live())
        channel, room = self.channel_of(ticket), self.trails[ticket.key].rooms[-1]
        if not room.inside:
            return  # a run was killed before anybody was invited
        free = room.inside - holders(ticket)
        handle = pick(who, sorted(free if free and not holder else room.inside))
        self.firm.slack(handle).conversations_leave(channel=channel["id"])
        room.inside.discard(handle)
        room.gone.add(handle)
        self._meddled(soon=soon)

    @precondition(lambda self: self.where(self.in_use))
    @rule(which=PICK, who=st.sampled_from(("jun", "grace", "felix", "tomas")), soon=SOON)
    def talk(self, which: int, who: str, *, soon: bool) -> None:
        """Somebody joins, says something and stays."""
        ticket = pick(which, self.where(self.in_use))
        channel, room = self.channel_of(ticket), self.trails[ticket.key].rooms[-1]
        self.firm.slack(who).conversations_join(channel=channel["id"])
        self.firm.slack(who).chat_postMessage(channel=channel["id"], text="I see it as well.")
        room.inside.add(who)
        room.gone.discard(who)
        self._meddled(soon=soon)

    @precondition(lambda self: self.where(self.in_use))
    @rule(which=PICK, purpose=st.booleans(), soon=SOON)
    def rewrite_the_topic(self, which: int, *, purpose: bool, soon: bool) -> None:
        """Somebody uses topic or purpose for something else."""
        ticket = pick(which, self.where(self.in_use))
        channel, sofia = self.channel_of(ticket)["id"], self.firm.slack("sofia")
        if PEOPLE["sofia"]["slack"] not in self.channel_of(ticket)["members"]:
            return
        if purpose:
            sofia.conversations_setPurpose(channel=channel, purpose="Fun")
        else:
            sofia.conversations_setTopic(channel=channel, topic="Lunch at noon")
        self._meddled(soon=soon)

    @precondition(lambda self: self.live())
    @rule(which=PICK, soon=SOON)
    def rename_the_channel(self, which: int, *, soon: bool) -> None:
        """Somebody finds a better name."""
        ticket = pick(which, self.live())
        channel, room = self.channel_of(ticket), self.trails[ticket.key].rooms[-1]
        if self.trails[ticket.key].loose or PEOPLE["hannah"]["slack"] not in channel["members"]:
            return  # nobody would know it by its name any more
        self.news += 1
        room.name = f"{ticket.key.lower()}-better-{self.news}"
        self.firm.slack("hannah").conversations_rename(channel=channel["id"], name=room.name)
        self._meddled(soon=soon)

    @precondition(lambda self: self.live())
    @rule(which=PICK, soon=SOON)
    def archive_by_hand(self, which: int, *, soon: bool) -> None:
        """Somebody thinks that it is over."""
        ticket = pick(which, self.live())
        channel, trail = self.channel_of(ticket), self.trails[ticket.key]
        if trail.loose or trail.fragile or PEOPLE["hannah"]["slack"] not in channel["members"]:
            return
        self.firm.slack("hannah").conversations_archive(channel=channel["id"])
        trail.rooms[-1].archived = "hand"
        self._meddled(soon=soon)

    def _archived_by_hand(self) -> list[Ticket]:
        rooms = {key: trail.room for key, trail in self.trails.items()}
        return self.where(lambda each: (it := rooms[each.key]) and it.archived == "hand")

    @precondition(lambda self: self._archived_by_hand())
    @rule(which=PICK, soon=SOON)
    def unarchive(self, which: int, *, soon: bool) -> None:
        """They see that it is not."""
        ticket = pick(which, self._archived_by_hand())
        self.firm.slack("hannah").conversations_unarchive(channel=self.channel_of(ticket)["id"])
        self.trails[ticket.key].rooms[-1].archived = ""
        self._meddled(soon=soon)

    @precondition(lambda self: self.where(lambda each: self.trails[each.key].hides))
    @rule(which=PICK, soon=SOON)
    def show_the_channel(self, which: int, *, soon: bool) -> None:
        """What an administrator made private is public again."""
        self._hide(pick(which, self.where(lambda each: self.trails[each.key].hides)), hide=False)
        self._meddled(soon=soon)

    @precondition(lambda self: self.live())
    @rule(which=PICK, out=st.booleans(), soon=SOON)
    def hide_the_channel(self, which: int, *, out: bool, soon: bool) -> None:
        """An administrator makes a channel private."""
        ticket = pick(which, self.live())
        trail = self.trails[ticket.key]
        if not trail.fragile and not trail.loose:
            self._hide(ticket, hide=True, out=out)
            self._meddled(soon=soon)

    def _hide(self, ticket: Ticket, *, hide: bool, out: bool = False) -> None:
        """There is no call for that; `out` if the bot is removed as well."""
        with self.firm.box.lock:
            channel = self.firm.box.world.slack.channels[self.channel_of(ticket)["id"]]
            channel.private = hide
            if out and BOT in channel.members:
                channel.members.remove(BOT)
        self.trails[ticket.key].rooms[-1].hidden = hide

    @precondition(lambda self: self.live())
    @rule(which=PICK, soon=SOON)
    def remove_the_bot(self, which: int, *, soon: bool) -> None:
        """Somebody takes the bot out of a channel."""
        ticket = pick(which, self.live())
        channel, trail = self.channel_of(ticket), self.trails[ticket.key]
        if trail.fragile or not {BOT, PEOPLE["hannah"]["slack"]} <= set(channel["members"]):
            return
        self.firm.slack("hannah").conversations_kick(channel=channel["id"], user=BOT)
        self._meddled(soon=soon)

    @precondition(lambda self: self.live())
    @rule(which=PICK, what=st.sampled_from(("brief", "pin", "bookmark", "update")))
    def tidy_the_channel(self, which: int, what: str) -> None:
        """Somebody removes what only a thorough run looks for, or an update that nobody does."""
        ticket = pick(which, self.live())
        channel, trail = self.channel_of(ticket), self.trails[ticket.key]
        wanted = "update-" if what == "update" else "brief"
        ours = [
            each
            for each in channel["messages"]
            if (each["metadata"] or {}).get("event_payload", {}).get("kind", "").startswith(wanted)
        ]
        if trail.fragile or not ours or BOT not in channel["members"]:
            return
        bot, place, ts = self.firm.bot, channel["id"], ours[0]["ts"]
        if what == "bookmark" and channel["bookmarks"]:
            mark = channel["bookmarks"][0]["id"]
            bot.bookmarks_remove(channel_id=place, bookmark_id=mark)
        elif what == "pin" and any(each["ts"] == ts for each in channel["pins"]):
            bot.pins_remove(channel=place, timestamp=ts)
        elif what in {"brief", "update"}:
            bot.chat_delete(channel=place, ts=ts)
        self.exact = False
        if what == "update":
            kind = ours[0]["metadata"]["event_payload"]["kind"]
            trail.rooms[-1].posts.discard(kind)
            trail.rooms[-1].deleted.add(kind)
            self._meddled(soon=False)
        else:
            self.run(thorough=True)

    def _edit(self, ticket: Ticket, body: dict[str, object]) -> None:
        self.firm.jira("hannah", "PUT", f"issue/{ticket.key}", body)

    def _meddled(self, *, soon: bool) -> None:
        self.pass_time(minutes=1)
        if soon:
            self.run()

    # Runs

    @precondition(lambda self: self.book.tickets)
    @rule(desk=st.sampled_from(("", "DS", "PLAT")), thorough=st.booleans())
    def reconcile(self, desk: str, *, thorough: bool) -> None:
        """A run, of all desks or of one."""
        self.run(desk, thorough=thorough)

    @precondition(lambda self: self.book.tickets)
    @rule(nth=st.integers(1, 40), after=st.booleans(), then=SOON)
    def crash(self, nth: int, *, after: bool, then: bool) -> None:
        """A run is killed, before or after one of its calls takes effect."""
        when = "after" if after else "before"
        self.break_off(Fault("hang", nth=nth, when=when, seconds=20.0), killed=True)
        if then:
            self.run()

    @precondition(lambda self: self.book.tickets)
    @rule(
        nth=st.integers(1, 40),
        kind=st.sampled_from(("drop", "status", "garbage")),
        after=st.booleans(),
        then=SOON,
    )
    def lose_an_answer(self, nth: int, kind: str, *, after: bool, then: bool) -> None:
        """A call fails, or takes effect and nobody learns of it."""
        when = "after" if after else "before"
        self.break_off(Fault(kind, nth=nth, when=when), killed=False)
        if then:
            self.run()
