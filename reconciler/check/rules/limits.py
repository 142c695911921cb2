"""How much a desk takes on: what the replay of the history would hold, or let wait."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.rules.examples import arrived_today, others
from reconciler.check.view import View
from reconciler.history.far_from_limits import asking
from reconciler.load.raw import ticket_of
from reconciler.model.admission import Admission, Decision
from reconciler.model.episode_history import Limit
from reconciler.model.finding import Loc, Severity
from reconciler.model.snapshot import Entry

HELD: Final = "It would be held"
"""How the message on what a limit holds begins."""


def _asking(view: View) -> Iterator[tuple[Entry, Admission]]:
    """What brings an episode or names an engineer, and what the replay answers."""
    changed = {entry.source.path for entry in view.entries}
    for entry in asking(view.base, view.snapshot, changed):
        answer = view.merged.after.by_ticket.get(ticket_of(entry.source.path))
        if answer is not None:
            yield entry, answer


def _is_new(view: View, entry: Entry) -> bool:
    """True if its episode is not open without the change."""
    old = view.before(entry)
    if old is not None and len(old.escalation.episodes) != len(entry.escalation.episodes):
        return True
    return ticket_of(entry.source.path) not in view.merged.before.by_ticket


def _held(limit: Limit, loc: Loc, remedy: str) -> "Callable[[View], Iterable[Violation]]":
    """A check that finds what would be held by a limit."""

    def check(view: View) -> Iterator[Violation]:
        for entry, answer in _asking(view):
            if view.base is not None and not _is_new(view, entry):
                continue
            for obstacle in answer.obstacles:
                if obstacle.limit is limit:
                    yield _remark(view, entry, answer, obstacle.why, loc, remedy)

    return check


def _remark(  # noqa: PLR0913, PLR0917 - what a finding is made of
    view: View, entry: Entry, answer: Admission, why: str, loc: Loc, remedy: str
) -> Violation:
    desk = view.snapshot.policy.desks.get(entry.escalation.desk)
    where = (*entry.escalation.current_loc, *loc) if loc != ("ticket",) else loc
    doubtful = answer.decision is Decision.UNKNOWN
    effect = "It may be held" if doubtful else HELD
    rest = "; this depends on reviews that the check could not read" if doubtful else ""
    remedy = remedy.format(queue="" if desk is None else desk.normal_queue)
    return Violation(
        entry.source,
        where,
        f"{effect}: {why}{rest}.",
        f"{remedy}{_ASKED}" if doubtful else remedy,
        severity=Severity.WARNING if doubtful else None,
    )


_ASKED = " To let the check read the reviews, set GITHUB_TOKEN and GITHUB_REPOSITORY."
_ASSIGN_ANOTHER = "Assign an engineer without another escalation, or delete the line for now."


def _per_assignee(view: View) -> Iterator[Violation]:
    yield from _held(Limit.ASSIGNEE, ("assignee",), _ASSIGN_ANOTHER)(view)
    for entry, answer in _asking(view):
        if answer.admitted and answer.waits:
            yield Violation(
                entry.source,
                (*entry.escalation.current_loc, "assignee"),
                f"The assignment would wait: {answer.waits}.",
                _ASSIGN_ANOTHER,
            )


_OVERRIDE = "override: {by: hannah, reason: The gateway's provider asked for all hands.}"

RULES = (
    Rule(
        "limit-impact",
        RuleGroup.LIMITS,
        "The impact is high enough",
        "Low-impact problems are not escalated (example: one payer did not receive one "
        "notification). `impact_floor` in the policy is the lowest impact that a desk "
        "accepts. A problem below it goes to the normal queue, which the finding names. "
        "The rule applies when an escalation begins. An override lets the escalation pass.",
        Example(
            "impact:\n  level: low\n  who: One payer\n  how_many: 1\n"
            "  symptom: Did not receive a notification."
        ),
        Example(
            "impact:\n  level: medium\n  who: Payers of one biller\n  how_many: 90\n"
            "  symptom: They receive no notifications."
        ),
        _held(
            Limit.IMPACT,
            ("impact", "level"),
            "Do not escalate the ticket, or ask an overrider of the desk for an override. {queue}",
        ),
    ),
    Rule(
        "limit-per-day",
        RuleGroup.LIMITS,
        "New escalations of a desk per day are limited",
        "A day is a calendar day in the policy's time zone. An escalation counts on the "
        "day on which the reconciler admits it, also if it is withdrawn later. The check "
        "replays the history as the reconciler does, with your change as a commit made "
        "now. Outside git this limit is not checked, because it is unknown when files "
        "arrived.",
        Example(
            "ticket: DS-1042",
            also=others(3, ended=True),
            arrived=arrived_today(3),
            note="Three others of the desk arrived today.",
        ),
        Example(
            f"ticket: DS-1042\n{_OVERRIDE}",
            also=others(3, ended=True),
            arrived=arrived_today(3),
            note="Three others of the desk arrived today.",
        ),
        _held(
            Limit.DAY,
            ("ticket",),
            "Escalate the ticket tomorrow, or ask an overrider of the desk for an override. "
            "Until then: {queue}",
        ),
    ),
    Rule(
        "limit-active",
        RuleGroup.LIMITS,
        "Active escalations of a desk are limited",
        "An escalation is active if it is admitted and neither resolved nor withdrawn. A "
        "held escalation is not active. The oldest escalations keep their place; the "
        "finding is about the newest.",
        Example("ticket: DS-1042", also=others(5), note="Five others of the desk are active."),
        Example("ticket: DS-1042", also=others(4), note="Four others of the desk are active."),
        _held(
            Limit.ACTIVE,
            ("ticket",),
            "Wait until another escalation is resolved or withdrawn, or ask an overrider "
            "for an override. Until then: {queue}",
        ),
    ),
    Rule(
        "limit-per-assignee",
        RuleGroup.LIMITS,
        "An assignee has one escalation at a time",
        "The limit counts the escalations of all desks. An engineer whose only escalation "
        "is held, or whose assignment waits, counts as free. Changes in one commit are "
        "checked together, so two escalations can exchange their engineers.",
        Example(
            "assignee: dmitri",
            also=others(1, assignee="dmitri"),
            note="dmitri is assigned to another escalation.",
        ),
        Example(
            "assignee: dmitri",
            also=others(1, assignee="nadia"),
            note="nadia is assigned to another escalation.",
        ),
        _per_assignee,
    ),
)
