"""How much a desk takes on."""

from collections.abc import Iterator

from reconciler.judge import limits
from reconciler.judge.rule import Example, Group, Remark, Rule
from reconciler.judge.rules.examples import arrived_today, others
from reconciler.judge.view import View
from reconciler.load.guess import listed
from reconciler.model.book import Entry
from reconciler.model.escalation import ImpactLevel
from reconciler.model.phase import phase

_LEVELS = (ImpactLevel.LOW, ImpactLevel.MEDIUM, ImpactLevel.HIGH, ImpactLevel.CRITICAL)


def _impact_floor(view: View) -> Iterator[Remark]:
    for case in view.cases:
        level = case.episode.impact.level
        floor = (
            limits.NO_LIMITS.impact_floor if case.desk is None else case.desk.limits.impact_floor
        )
        if _LEVELS.index(level) >= _LEVELS.index(floor):
            continue
        if not case.is_new(lambda episode: episode.impact.level):
            continue
        queue = "" if case.desk is None else f" {case.desk.normal_queue}"
        yield Remark(
            case.source,
            (*case.loc, "impact", "level"),
            f"Impact {level} is too low to be escalated; it must be at least {floor}.",
            f"Do not escalate it.{queue}",
        )


def _per_day(view: View) -> Iterator[Remark]:
    if view.arrivals is None:
        return
    zone = view.book.policy.zone
    today = limits.day_of(view.now, zone)
    counted: dict[str, int] = {}
    for entry in limits.in_order(view.entries, {}):
        desk = entry.escalation.desk
        if entry.source.path in view.arrivals or phase(entry.escalation).ended:
            continue
        if desk not in counted:
            counted[desk] = len(limits.arrived_on(today, desk, view.arrivals, zone))
        counted[desk] += 1
        most = limits.limits_of(view.book, desk).per_day
        if counted[desk] > most and not _may_pass(view, entry):
            yield Remark(
                entry.source,
                ("ticket",),
                f"This is escalation {counted[desk]} of desk {desk} today; {most} a day are taken.",
                "Escalate it tomorrow, or ask an overrider of the desk for an override.",
            )


def _active(view: View) -> Iterator[Remark]:
    judged = {entry.source.path for entry in view.entries}
    before: dict[str, list[str]] = {}
    for entry in _active_in_order(view):
        desk = entry.escalation.desk
        most = limits.limits_of(view.book, desk).active
        others = before.setdefault(desk, [])
        if len(others) >= most and entry.source.path in judged and not _may_pass(view, entry):
            yield Remark(
                entry.source,
                ("ticket",),
                f"Desk {desk} takes {most} active escalations and has {len(others)}: "
                f"{_some(others)}.",
                "Wait until one is resolved or withdrawn, or ask an overrider for an override.",
            )
        others.append(entry.escalation.ticket)


def _per_assignee(view: View) -> Iterator[Remark]:
    judged = {entry.source.path for entry in view.entries}
    before: dict[str, list[str]] = {}
    for entry in _active_in_order(view, by_assignee=True):
        escalation = entry.escalation
        assignee = escalation.current.assignee
        if assignee is None:
            continue
        others = before.setdefault(assignee, [])
        most = limits.limits_of(view.book, escalation.desk).per_assignee
        if len(others) >= most and entry.source.path in judged and not _may_pass(view, entry):
            yield Remark(
                entry.source,
                (*escalation.current_loc, "assignee"),
                f"{assignee} already works on {_some(others)}; {most} at a time.",
                "Assign somebody who is free, or leave the line out until somebody is.",
            )
        others.append(escalation.ticket)


def _active_in_order(view: View, *, by_assignee: bool = False) -> list[Entry]:
    """Active escalations; what this change makes active comes after what was so before."""
    newest = set()
    for entry in view.entries if view.base is not None else ():
        before = view.before(entry)
        if (
            before is None
            or not phase(before.escalation).active
            or (
                by_assignee
                and before.escalation.current.assignee != entry.escalation.current.assignee
            )
        ):
            newest.add(entry.source.path)
    return limits.in_order(limits.active(view.book.entries), view.arrivals or {}, frozenset(newest))


def _may_pass(view: View, entry: Entry) -> bool:
    return limits.overridden(entry, view.book.policy.desks.get(entry.escalation.desk))


def _some(tickets: list[str]) -> str:
    most = 5
    if len(tickets) <= most:
        return listed(tickets, "and")
    return listed([*tickets[:most], f"{len(tickets) - most} more"], "and")


_OVERRIDE = "override: {by: hannah, reason: The gateway's provider asked for all hands.}"

RULES = (
    Rule(
        "limit-impact",
        Group.LIMITS,
        "The impact is high enough",
        "Low-impact issues are not escalated (one payer did not receive one notification). The "
        "policy's `impact_floor` says what a desk takes; everything below belongs in the normal "
        "queue, which the finding names.",
        Example(
            "impact:\n  level: low\n  who: One payer\n  how_many: 1\n"
            "  symptom: Did not receive a notification."
        ),
        Example(
            "impact:\n  level: medium\n  who: Payers of one biller\n  how_many: 90\n"
            "  symptom: They receive no notifications."
        ),
        _impact_floor,
    ),
    Rule(
        "limit-per-day",
        Group.LIMITS,
        "A desk takes so many new escalations a day",
        "A day is a calendar day in the policy's time zone, counted by when a file's first commit "
        "reached the main line, never by a date that somebody typed. Withdrawn escalations still "
        "count. Judged for files that have not arrived yet; what arrives over the limit all the "
        "same is held by the reconciler until there is room.",
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
        _per_day,
    ),
    Rule(
        "limit-active",
        Group.LIMITS,
        "A desk takes so many active escalations",
        "Active is what is acknowledged or assigned and neither resolved nor withdrawn. What came "
        "first stays; the finding is about what came last.",
        Example("ticket: DS-1042", also=others(5), note="Five others of the desk are active."),
        Example("ticket: DS-1042", also=others(4), note="Four others of the desk are active."),
        _active,
    ),
    Rule(
        "limit-per-assignee",
        Group.LIMITS,
        "An assignee has one escalation at a time",
        "Counted over all desks, so that whoever is in charge of one can give it all of their "
        "attention.",
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
