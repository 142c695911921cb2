"""Everybody and everything that is named exists."""

from collections.abc import Iterator

from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.rules.examples import RESOLUTION
from reconciler.check.view import View
from reconciler.load.did_you_mean import did_you_mean, listed
from reconciler.model.attention import Attention
from reconciler.model.escalation import Episode
from reconciler.model.finding import Loc, Source


def _people(view: View) -> Iterator[Violation]:
    known = view.roster.people
    for entry in view.open_entries:
        handle = entry.escalation.reporter.person
        if handle not in known:
            yield _unknown(view, entry.source, ("reporter", "person"), handle)
    for case in view.cases:
        for loc, handle in people_of(case.episode):
            if handle not in known:
                yield _unknown(view, case.source, (*case.loc, *loc), handle)


def people_of(episode: Episode) -> Iterator[tuple[Loc, str]]:
    """The people that an episode names, and where."""
    yield ("initiator",), episode.initiator
    yield ("contact",), episode.contact
    for index, handover in enumerate(episode.handovers):
        yield ("handovers", index, "to"), handover.to
    if episode.assignee is not None:
        yield ("assignee",), episode.assignee
    for index, update in enumerate(episode.updates):
        yield ("updates", index, "by"), update.by
    if episode.resolution is not None:
        owner = episode.resolution.customer_communication.owner
        yield ("resolution", "customer_communication", "owner"), owner
    if episode.withdrawn is not None:
        yield ("withdrawn", "by"), episode.withdrawn.by
    if episode.override is not None:
        yield ("override", "by"), episode.override.by


def _unknown(view: View, source: Source, loc: Loc, handle: str) -> Violation:
    what = "a team, not a person" if handle in view.roster.teams else "not on the roster"
    return Violation(
        source,
        loc,
        f"{handle} is {what}.",
        f"{did_you_mean(handle, view.roster.people)}Use a handle from config/roster.yaml. "
        "Add new people there in an earlier pull request.",
    )


def _stakeholders(view: View) -> Iterator[Violation]:
    roster = view.roster
    for entry in view.open_entries:
        sides = entry.escalation.stakeholders
        for side in ("client_facing", "product_engineering"):
            for index, handle in enumerate(getattr(sides, side)):
                if handle not in roster.people and handle not in roster.teams:
                    yield Violation(
                        entry.source,
                        ("stakeholders", side, index),
                        f"{handle} is neither a person nor a team on the roster.",
                        f"{did_you_mean(handle, [*roster.people, *roster.teams])}Use a "
                        "handle from config/roster.yaml.",
                    )


def _desk(view: View) -> Iterator[Violation]:
    desks = view.snapshot.policy.desks
    for entry in view.entries:
        desk = entry.escalation.desk
        if desk not in desks:
            yield Violation(
                entry.source,
                ("ticket",),
                f"No desk accepts escalations of the Jira project {desk}.",
                f"{did_you_mean(desk, desks)}The policy has desks for "
                f"{listed(desks, 'and')}. To accept other projects, add a desk to the "
                "policy.",
            )


def _follow_up(view: View) -> Iterator[Violation]:
    for case in view.cases:
        resolution = case.episode.resolution
        if resolution is None or resolution.follow_ups == "none":
            continue
        for index, ticket in enumerate(resolution.follow_ups):
            if ticket == case.escalation.ticket:
                yield Violation(
                    case.source,
                    (*case.loc, "resolution", "follow_ups", index),
                    "A ticket cannot be its own follow-up.",
                    "Name the tickets for the remaining work, or write none.",
                )


RULES = (
    Rule(
        "unknown-person",
        RuleGroup.REFERENCES,
        "People in an escalation are on the roster",
        "Each handle is in `config/roster.yaml`. A pull request is checked with the roster "
        "of the commit that it starts from. So add new people in a separate pull request "
        "first.",
        Example("contact: lenna"),
        Example("contact: lena"),
        _people,
        attention=Attention.NOBODY,
    ),
    Rule(
        "unknown-stakeholder",
        RuleGroup.REFERENCES,
        "Stakeholders are on the roster",
        "A stakeholder is the handle of a person or of a team.",
        Example("stakeholders: {product_engineering: [paymets]}"),
        Example("stakeholders: {product_engineering: [payments, ravi]}"),
        _stakeholders,
    ),
    Rule(
        "unknown-desk",
        RuleGroup.REFERENCES,
        "The ticket's project has a desk",
        "The part of the ticket before the hyphen is the Jira project. The policy lists "
        "the projects with a desk.",
        Example("ticket: SD-1042", path="escalations/2026/SD-1042.yaml"),
        Example("ticket: DS-1042"),
        _desk,
        attention=Attention.NOBODY,
    ),
    Rule(
        "follow-up-itself",
        RuleGroup.REFERENCES,
        "A ticket does not follow up on itself",
        "Follow-ups are other tickets, for the remaining work after the resolution.",
        Example(
            "assignee: dmitri\n"
            + RESOLUTION.replace("follow_ups: none", "follow_ups: [PAY-641, DS-1042]")
        ),
        Example(
            "assignee: dmitri\n"
            + RESOLUTION.replace("follow_ups: none", "follow_ups: [PAY-641, PAY-655]")
        ),
        _follow_up,
    ),
)
