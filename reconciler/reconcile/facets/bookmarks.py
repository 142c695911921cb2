"""Links at the top of the channel: to the ticket, its file and its pull request."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reconciler.model.change import Action, Change, Operation
from reconciler.model.desired import Bookmark, Desired
from reconciler.model.observed import Channel, Probe
from reconciler.model.receipt import BookmarkReceipt, Receipt
from reconciler.reconcile.facet import ChannelOperation, Evidence, Facet, Parts, ReadBack, unread
from reconciler.reconcile.step import Facts, Steps, why
from reconciler.reconcile.subject import Subject

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work


class Bookmarks(Facet):
    """Added once, and edited if their title or link was changed."""

    of_channel = True

    def plan(self, facts: Facts) -> Steps:
        for want in () if facts.desired.phase.ended else facts.desired.channel.bookmarks:
            known = facts.receipt.bookmarks.get(want.key)
            if known is not None and known.rev == want.digest:
                continue
            if known is None and (probe := unread(facts, Probe.BOOKMARKS)) is not None:
                yield probe
                return
            remembered = want.key in facts.stored.bookmarks and not facts.fresh
            fields = {"kind": want.key, "title": want.title, "link": want.link, "rev": want.digest}
            yield Change(
                facet="slack.bookmark",
                action=Action.CHANGE if known else Action.ADD,
                before="something else" if known else "",
                after=want.title,
                why=why(want.why, drifted=remembered),
                op=EditBookmark(id=known.id, **fields) if known else AddBookmark(**fields),
            )

    def recall_in_channel(self, receipt: Receipt, evidence: Evidence, channel: Channel) -> Parts:
        """Bookmarks with a desired link, and those of the receipt that the bot changed last."""
        found: dict[str, BookmarkReceipt] = {}
        bot = evidence.observed.bot
        for want in evidence.desired.channel.bookmarks if channel.bookmarks is not None else ():
            known = receipt.bookmarks.get(want.key)
            copies = {id_ for _, id_ in bookmark_copies(evidence.desired, channel, bot)}
            for each in channel.bookmarks or ():
                if each.id in copies:
                    continue
                ours = each.title == want.title or each.updated_by == bot
                if (known and each.id == known.id and ours) or each.link == want.link:
                    right = (each.title, each.link) == (want.title, want.link)
                    found[want.key] = BookmarkReceipt(id=each.id, rev=want.digest if right else "")
                    break
        return {} if channel.bookmarks is None else {"bookmarks": found}


def bookmark_copies(desired: Desired, channel: Channel, bot: str) -> Iterator[tuple[str, str]]:
    """Key and id of each bookmark of the bot that is equal to an older one of the bot."""
    for want in desired.channel.bookmarks:
        same = [
            each
            for each in channel.bookmarks or ()
            if (each.title, each.link, each.updated_by) == (want.title, want.link, bot)
        ]
        for each in sorted(same, key=lambda each: (each.created, each.id))[1:]:
            yield want.key, each.id


def desired_bookmarks(subject: Subject) -> tuple[Bookmark, ...]:
    """Links to the ticket, to the file, and to the pull request that brought it."""
    ticket, path = subject.escalation.ticket, subject.effective.source.path
    why = subject.at("ticket")
    bookmarks = (
        Bookmark("ticket", f"Ticket {ticket}", subject.links.ticket(ticket), why),
        Bookmark("file", "Escalation file", subject.links.file(path), why),
    )
    number = subject.arrival.pull_request if subject.arrival else None
    if number is None:
        return bookmarks
    link = subject.links.pull_request(number)
    return (*bookmarks, Bookmark("pull-request", f"Pull request #{number}", link, why))


class AddBookmark(ChannelOperation):
    """Add a bookmark."""

    do: str = "add_bookmark"
    kind: str
    title: str
    link: str
    rev: str
    what = "bookmarks"

    @property
    def thing(self) -> str:
        return self.kind

    def send(self, work: "Work") -> str:
        return work.slack.add_bookmark(work.room, self.title, self.link)

    def apply(self, change: Change, work: "Work") -> None:
        kept = BookmarkReceipt(id=self.send(work), rev=self.rev)
        work.remember(bookmarks={**work.receipt.bookmarks, self.kind: kept})
        work.done(change)

    def confirmed_in(self, channel: Channel, seen: ReadBack) -> bool:
        there = {(each.title, each.link) for each in channel.bookmarks or ()}
        return (self.title, self.link) in there


class EditBookmark(AddBookmark):
    """Correct a bookmark."""

    do: str = "edit_bookmark"
    id: str

    def send(self, work: "Work") -> str:
        work.slack.edit_bookmark(work.room, self.id, self.title, self.link)
        return self.id

    def replaces(self, planned: Operation) -> bool:
        return isinstance(planned, AddBookmark)

    def named_by(self, receipt: Receipt) -> frozenset[Probe]:
        return frozenset({Probe.BOOKMARKS})
