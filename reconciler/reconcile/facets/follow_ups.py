"""A link on the ticket to each ticket for the work that remains."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reconciler.model.change import Action, Change
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.finding import Position
from reconciler.model.observed import Ticket
from reconciler.reconcile.facet import Facet, ReadBack, TicketOperation
from reconciler.reconcile.step import Facts, Problem, Steps, why
from reconciler.reconcile.subject import Subject

if TYPE_CHECKING:
    from reconciler.reconcile.engine.work import Work
    from reconciler.services.jira.edit import TicketEdit


class FollowUps(Facet):
    """Links of the type that the policy names."""

    needs = frozenset({"Jira"})

    def plan(self, facts: Facts) -> Steps:
        want, linked = facts.desired.jira, facts.ticket.links
        for key, position in want.follow_ups:
            unread = facts.observed.unknown.get(f"ticket/{key}")
            if unread is not None and key not in linked:
                yield Problem(unread)
            elif key in facts.observed.missing_tickets:
                message = f"the follow-up {key} is not visible in Jira ({position})"
                remedy = "Correct the key, or let the reconciler's account browse its project."
                yield Problem(Diagnostic("jira.link", message, remedy))
            elif key not in linked:
                screen = facts.ticket.editable
                yield Change(
                    facet="jira.link",
                    action=Action.ADD,
                    after=f"{want.follow_up_link} {key}",
                    why=why(position, drifted=False),
                    op=LinkTicket(
                        key=key,
                        link_type=want.follow_up_link,
                        apart=screen is not None and LinkTicket.field not in screen,
                    ),
                )


def desired_follow_ups(subject: Subject) -> tuple[tuple[str, Position], ...]:
    """The tickets that the resolution names, each with its line."""
    return tuple(
        (key, subject.here("resolution", "follow_ups", index))
        for index, key in enumerate(subject.follow_ups)
    )


class LinkTicket(TicketOperation):
    """Link the ticket to a follow-up."""

    do: str = "link_ticket"
    key: str
    link_type: str
    apart: bool = False
    """True if the project's edit screen lacks the links, so it takes a request of its own."""
    field = "issuelinks"
    remedy = "Correct jira.follow_up_link in config/policy.yaml, and the follow-ups."

    @property
    def thing(self) -> str:
        return f"{self.link_type} {self.key}"

    def apply(self, change: Change, work: "Work") -> None:
        if not self.apart:
            super().apply(change, work)
            return
        work.jira.link(work.ticket, self.key, self.link_type)
        work.done(change)

    def answered(self, change: Change, work: "Work", code: str, answer: str) -> bool:
        if not self.apart or code not in {"400", "404"}:
            return False
        work.refused(change, answer, self.remedy)
        return True

    def put(self, edit: "TicketEdit", work: "Work") -> "TicketEdit":
        link = {"type": {"name": self.link_type}, "outwardIssue": {"key": self.key}}
        return edit.doing(self.field, "add", link, once=True)

    def confirmed_on(self, ticket: Ticket, seen: ReadBack) -> bool:
        return self.key in ticket.links

    def effect(self, change: Change, name: Callable[[str], str]) -> str:
        return f"links {self.key}"
