"""How much a desk takes on: what the replay of the history would hold, or let wait."""

from collections.abc import Callable, Iterable, Iterator

from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.rules.examples import arrived_today, others
from reconciler.check.view import View
from reconciler.history.far_from_limits import asking
from reconciler.load.raw import ticket_of
from reconciler.model.admission import Admission, Decision
from reconciler.model.episode_history import Limit
from reconciler.model.finding import Loc, Severity
from reconciler.model.snapshot import Entry


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
    told = "It may be held" if doubtful else "It would be held"
    rest = "; it depends on reviews that are not known here" if doubtful else ""
    remedy = remedy.format(queue="" if desk is None else f" {desk.normal_queue}")
    return Violation(
        entry.source,
        where,
        f"{told}: {why}{rest}.",
        f"{remedy}{_ASKED}" if doubtful else remedy,
        severity=Severity.WARNING if doubtful else None,
    )


_ASKED = " With GITHUB_TOKEN and GITHUB_REPOSITORY set, the check asks GitHub for the reviews."
_IN_CHARGE = "Assign somebody who is free, or leave the line out until somebody is."


def _per_assignee(view: View) -> Iterator[Violation]:
    yield from _held(Limit.ASSIGNEE, ("assignee",), _IN_CHARGE)(view)
    for entry, answer in _asking(view):
        if answer.admitted and answer.waits:
            yield Violation(
                entry.source,
                (*entry.escalation.current_loc, "assignee"),
                f"The assignment would wait: {answer.waits}.",
                _IN_CHARGE,
            )


_OVERRIDE = "override: {by: hannah, reason: The gateway's provider asked for all hands.}"

RULES = (
    Rule(
        "limit-impact",
        RuleGroup.LIMITS,
        "The impact is high enough",
        "Low-impact issues are not escalated (one payer did not receive one notification). The "
        "policy's `impact_floor` says what a desk takes; everything below belongs in the normal "
        "queue, which the finding names. Judged when an escalation begins; an override passes it.",
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
            "Do not escalate it, or ask an overrider of the desk for an override.{queue}",
        ),
    ),
    Rule(
        "limit-per-day",
        RuleGroup.LIMITS,
        "A desk takes so many new escalations a day",
        "A day is a calendar day in the policy's time zone. An escalation counts for the day on "
        "which the reconciler admits it, and still counts if it is withdrawn later. The check "
        "plays the history through as the reconciler does, with the change on top as a commit made "
        "now. Outside git nobody knows when files arrived, and this limit is not judged.",
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
            "Escalate it tomorrow, or ask an overrider of the desk for an override.",
        ),
    ),
    Rule(
        "limit-active",
        RuleGroup.LIMITS,
        "A desk takes so many active escalations",
        "Active is what is admitted and neither resolved nor withdrawn; what is held is not. What "
        "came first stays; the finding is about what came last.",
        Example("ticket: DS-1042", also=others(5), note="Five others of the desk are active."),
        Example("ticket: DS-1042", also=others(4), note="Four others of the desk are active."),
        _held(
            Limit.ACTIVE,
            ("ticket",),
            "Wait until one is resolved or withdrawn, or ask an overrider for an override.",
        ),
    ),
    Rule(
        "limit-per-assignee",
        RuleGroup.LIMITS,
        "An assignee has one escalation at a time",
        "Counted over all desks, by the assignments that count: an engineer who is only named in a "
        "held file, or whose assignment waits, is free. Changes of engineers in one commit are "
        "judged together, so that two escalations can exchange theirs.",
        Example(
            "assignee: dmitri",
            also=others(1, assignee="dmitri"),
            note="dmitri is in charge of another.",
        ),
        Example(
            "assignee: dmitri",
            also=others(1, assignee="nadia"),
            note="nadia is in charge of another.",
        ),
        _per_assignee,
    ),
)
