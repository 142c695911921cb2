"""What people declare in files."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from lives.book import ACTIVE, PER_DAY, ZONE, Episode, Ticket
from lives.life import DESKS, ENGINEERS, PICK, SOON, Life, Proposed, pick

INITIATORS = ("priya", "tomas", "sofia", "ravi")
CONTACTS = ("lena", "amara", "jun", "priya")
REPORTERS = ("owen", "jun", "ravi", "lena")
CLIENT_FACING = ("amara", "tomas", "lena")
RARELY = st.integers(0, 9).map(lambda number: number == 9)
PRODUCT = ("chloe", "pavel", "payments")


def _ended(ticket: Ticket) -> bool:
    return not ticket.now.open


class Declaring(Life):
    """Escalations through their lives, as files."""

    def _unheard(self) -> list[str]:
        return [key for keys in DESKS.values() for key in keys if self._free(key)]

    def _free(self, key: str) -> bool:
        before = self.pull_requests.get(key)
        waits = before is not None and (before.open or self.forgotten(key))
        return key not in self.book.tickets and not waits

    def _episode(
        self, desk: str, who: int, *, overridden: bool = False, assigned: bool = True
    ) -> Episode:
        return Episode(
            contact=pick(who, CONTACTS),
            initiator=pick(who, INITIATORS),
            arrived=self.firm.now,
            assignee=pick(who, (*ENGINEERS[desk], None)) if assigned else None,
            overridden=overridden,
        )

    @precondition(lambda self: self._unheard())
    @rule(
        plat=st.booleans(),
        who=st.lists(PICK, min_size=1, max_size=4),
        overridden=st.sampled_from((False, False, False, True)),
        soon=SOON,
    )
    def escalate(self, *, plat: bool, who: list[int], overridden: bool, soon: bool) -> None:
        """Some tickets are escalated, one after the other."""
        desk = "PLAT" if plat else "DS"
        for one, key in zip(
            who, [each for each in self._unheard() if each.startswith(desk)], strict=False
        ):
            episode = self._episode(desk, one, overridden=overridden)
            ticket = Ticket(key, pick(one, REPORTERS), [episode])
            ticket.client_facing = [pick(one, CLIENT_FACING)] if one % 2 else []
            self.book.bring(ticket, episode)
            self.declare(ticket)
        if soon:
            self.run()

    @precondition(lambda self: self._unheard())
    @rule(which=PICK, who=PICK, soon=SOON)
    def propose(self, which: int, who: int, *, soon: bool) -> None:
        """Somebody opens a branch, and waits for an acknowledgement."""
        key = pick(which, self._unheard())
        before = self.pull_requests.get(key)
        told = before is not None and before.told
        at = before.at if before is not None and told else self.firm.now
        self.pull_requests[key] = Proposed(who, at, told=told)
        self.firm.propose(self._proposed(key).file())
        self.pass_time(minutes=1)
        if soon:
            self.run()

    def _proposed(self, key: str) -> Ticket:
        who = self.pull_requests[key].who
        episode = self._episode(key.partition("-")[0], who)
        return Ticket(key, pick(who, REPORTERS), [episode])

    def _waiting(self) -> list[str]:
        return [
            key for key, it in self.pull_requests.items() if it.open and not self.forgotten(key)
        ]

    @precondition(lambda self: self._waiting())
    @rule(which=PICK, soon=SOON)
    def acknowledge(self, which: int, *, soon: bool) -> None:
        """Dev Support takes it: the branch is merged, and deleted."""
        key = pick(which, self._waiting())
        ticket = self._proposed(key)
        self.firm.drop(key)
        self.book.bring(ticket, ticket.now)
        self._declared(ticket, soon=soon)

    @precondition(lambda self: self._waiting())
    @rule(which=PICK, soon=SOON)
    def decline(self, which: int, *, soon: bool) -> None:
        """Dev Support does not take it: the branch is deleted."""
        key = pick(which, self._waiting())
        self.firm.drop(key)
        self.pull_requests[key].open = False
        self.pass_time(minutes=1)
        if soon:
            self.run()

    @initialize(who=st.lists(PICK, min_size=1, max_size=3), plat=st.booleans(), rush=RARELY)
    def begin(self, *, who: list[int], plat: bool, rush: bool) -> None:
        """Each life begins with an escalation; a few with more than may be active."""
        if rush:
            self._rush("PLAT" if plat else "DS")
        else:
            self.escalate(plat=plat, who=who, overridden=False, soon=False)

    def _rush(self, desk: str) -> None:
        """Days on which as many come as may, until there are more than may be active."""
        for number, key in enumerate(DESKS[desk][: ACTIVE[desk] + 1]):
            if number and number % PER_DAY[desk] == 0:
                self.pass_time(days=1)
            episode = self._episode(desk, number, assigned=number < 2)
            ticket = Ticket(key, pick(number, REPORTERS), [episode])
            self.book.bring(ticket, episode)
            self.declare(ticket)
        self.run()

    @precondition(lambda self: self.open())
    @rule(which=PICK, who=PICK, soon=SOON)
    def assign(self, which: int, who: int, *, soon: bool) -> None:
        """Somebody is assigned, or somebody else, or nobody any more."""
        ticket = pick(which, self.open())
        ticket.assign(pick(who, (*ENGINEERS[ticket.desk], None)), self.firm.now)
        self._declared(ticket, soon=soon)

    @precondition(lambda self: len(self.open()) > 1)
    @rule(one=PICK, other=PICK, soon=SOON)
    def swap(self, one: int, other: int, *, soon: bool) -> None:
        """Somebody leaves one escalation to nobody and takes another, in one commit."""
        first, second = pick(one, self.open()), pick(other, self.open())
        if first is second or first.desk != second.desk:
            return
        second.assign(first.now.assignee, self.firm.now)
        first.assign(None, self.firm.now)
        self.declare(first, second)
        if soon:
            self.run()

    @precondition(lambda self: self.open())
    @rule(which=PICK, who=PICK, hours=st.sampled_from((0, 0, 3, 20)), soon=SOON)
    def hand_over(self, which: int, who: int, hours: int, *, soon: bool) -> None:
        """The contact has found a replacement, for at once or for later."""
        ticket = pick(which, self.open())
        at = self.firm.now + timedelta(hours=hours)
        if ticket.now.handovers and ticket.now.handovers[-1][0] >= at:
            return  # each is later than the one above it
        ticket.hand_over(pick(who, CONTACTS), at, later=hours > 0)
        self._declared(ticket, soon=soon)

    @precondition(lambda self: self.open())
    @rule(which=PICK, hours=st.integers(1, 48), soon=SOON)
    def snooze(self, which: int, hours: int, *, soon: bool) -> None:
        """They know, and want to be left alone."""
        ticket = pick(which, self.open())
        ticket.now.snoozed = self.firm.now + timedelta(hours=hours)
        self._declared(ticket, soon=soon)

    @precondition(lambda self: self.open())
    @rule(which=PICK, who=PICK, product=st.booleans(), soon=SOON)
    def add_stakeholder(self, which: int, who: int, *, product: bool, soon: bool) -> None:
        """Somebody else belongs in the channel, or a whole team."""
        ticket = pick(which, self.open())
        named = ticket.product if product else ticket.client_facing
        person = pick(who, PRODUCT if product else CLIENT_FACING)
        if person not in named:
            named.append(person)
            self._declared(ticket, soon=soon)

    @precondition(lambda self: self.open())
    @rule(which=PICK, soon=SOON)
    def update(self, which: int, *, soon: bool) -> None:
        """There is news."""
        ticket = pick(which, self.open())
        self.news += 1
        at = self.firm.now.astimezone(ZONE).isoformat()
        text = f"The queue has drained, and this is news number {self.news}."
        ticket.add_update({"at": at, "by": "ines", "text": text}, self.firm.now)
        self._declared(ticket, soon=soon)

    @precondition(lambda self: self.open())
    @rule(which=PICK, soon=SOON)
    def assess(self, which: int, *, soon: bool) -> None:
        """The preliminary assessment, or a better one."""
        ticket = pick(which, self.open())
        self.news += 1
        ticket.assess(f"It looks like reason {self.news}.")
        self._declared(ticket, soon=soon)

    @precondition(lambda self: self.where(lambda each: each.now.open and each.now.assignee))
    @rule(which=PICK, soon=SOON)
    def resolve(self, which: int, *, soon: bool) -> None:
        """The cause is found."""
        ticket = pick(which, self.where(lambda each: each.now.open and each.now.assignee))
        self.book.end(ticket, "resolved")
        self._declared(ticket, soon=soon)

    @precondition(lambda self: self.open())
    @rule(which=PICK, soon=SOON)
    def withdraw(self, which: int, *, soon: bool) -> None:
        """It was a mistake."""
        ticket = pick(which, self.open())
        self.book.end(ticket, "withdrawn")
        self._declared(ticket, soon=soon)

    @precondition(lambda self: self.where(_ended))
    @rule(which=PICK, who=PICK, soon=SOON)
    def reopen(self, which: int, who: int, *, soon: bool) -> None:
        """It has come back."""
        ticket = pick(which, self.where(_ended))
        self.book.bring(ticket, self._episode(ticket.desk, who))
        self._declared(ticket, soon=soon)

    @rule(hours=st.integers(1, 30), soon=SOON)
    def wait(self, hours: int, *, soon: bool) -> None:
        """Time passes."""
        self.pass_time(hours=hours)
        if soon and self.book.tickets:
            self.run()

    @precondition(lambda self: self.where(lambda each: _ended(each) and self.in_use(each)))
    @rule(days=st.integers(13, 15))
    def grow_quiet(self, days: int) -> None:
        """Nobody writes for about as long as it takes until a channel is archived."""
        self.run()
        self.pass_time(days=days)
        self.run()

    def _declared(self, ticket: Ticket, *, soon: bool) -> None:
        self.declare(ticket)
        if soon:
            self.run()
