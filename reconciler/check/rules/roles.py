"""Who may do what."""

from collections.abc import Iterator

from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.rules.examples import RESOLUTION
from reconciler.check.view import View
from reconciler.history.approvals import person_of
from reconciler.load.characters import visible
from reconciler.load.did_you_mean import listed
from reconciler.model.attention import Attention
from reconciler.model.escalation import Episode
from reconciler.model.finding import Loc, Severity
from reconciler.model.roster import Roster, TeamKind


def _initiator(view: View) -> Iterator[Violation]:
    allowed = view.snapshot.policy.initiator_roles
    for case in view.cases:
        handle = case.episode.initiator
        person = view.roster.people.get(handle)
        if person is None or person.role in allowed:
            continue
        if case.is_new(lambda episode: episode.initiator):
            yield Violation(
                case.source,
                (*case.loc, "initiator"),
                f"{handle} is {_role(person.role)}; only a {listed(allowed)} may escalate.",
                f"Name the {listed(allowed)} who escalates, and ask them to agree in the review.",
            )


def _author(view: View) -> Iterator[Violation]:
    author = view.author
    forms = view.snapshot.policy.forms
    if author is None or (forms is not None and author.id == forms.account_id):
        return
    person = person_of(author, view.roster)
    allowed = {each for one in view.snapshot.policy.delegates for each in view.roster.members(one)}
    for case in view.cases:
        initiator = case.episode.initiator
        brings = case.before is None or case.is_new(lambda episode: episode.initiator)
        if not brings or initiator not in view.roster.people or person == initiator:
            continue
        if person is None or person not in allowed:
            by_field = view.snapshot.policy.is_by_field
            who = person or f"{visible(author.login)} (on GitHub)"
            yield Violation(
                case.source,
                (*case.loc, "initiator"),
                f"{who} may not open this pull request in the name of {initiator}.",
                f"{initiator} or one of the policy's delegates "
                f"({listed(view.snapshot.policy.delegates) or 'there are none'}) must open "
                "the pull request." + (f" Or {initiator} approves it." if by_field else ""),
                severity=Severity.WARNING if by_field else None,
            )


def _contact(view: View) -> Iterator[Violation]:
    for case in view.cases:
        for loc, handle in _contacts(case.episode):
            if handle in view.roster.people and not view.roster.is_client_facing(handle):
                yield Violation(
                    case.source,
                    (*case.loc, *loc),
                    f"{handle} is not client-facing, so {handle} cannot be the contact.",
                    "Name a person from a client-facing team who stays reachable.",
                )


def _contacts(episode: Episode) -> Iterator[tuple[Loc, str]]:
    """Everybody who is or will be the contact, and where it says so."""
    yield ("contact",), episode.contact
    for index, handover in enumerate(episode.handovers):
        yield ("handovers", index, "to"), handover.to


def _contact_is_assignee(view: View) -> Iterator[Violation]:
    for case in view.cases:
        if case.episode.assignee in {handle for _, handle in _contacts(case.episode)}:
            yield Violation(
                case.source,
                (*case.loc, "assignee"),
                f"{case.episode.assignee} is also the contact. One person cannot be both.",
                "Name another person as the contact or as the assignee.",
            )


def _assignee(view: View) -> Iterator[Violation]:
    for case in view.cases:
        handle = case.episode.assignee
        person = view.roster.people.get(handle or "")
        if person is None or case.desk is None:
            continue
        kind = view.roster.kind_of(handle or "")
        if kind is not TeamKind.DEV_SUPPORT or person.team not in case.desk.teams:
            yield Violation(
                case.source,
                (*case.loc, "assignee"),
                f"{handle} is on team {person.team}, which does not work for {case.desk.name}.",
                f"Assign an engineer from {listed(case.desk.teams)}.",
            )


def _communication(view: View) -> Iterator[Violation]:
    people = view.roster.people
    for case in view.cases:
        resolution = case.episode.resolution
        if resolution is None:
            continue
        owner = resolution.customer_communication.owner
        reporter = case.escalation.reporter.person
        if owner == reporter or owner not in people or reporter not in people:
            continue
        if people[owner].team != people[reporter].team:
            yield Violation(
                case.source,
                (*case.loc, "resolution", "customer_communication", "owner"),
                f"{owner} is not on the team of the reporter {reporter}.",
                "Name the reporter or a person on their team, because they write to the "
                "affected customers.",
            )


def _override(view: View) -> Iterator[Violation]:
    for case in view.cases:
        override = case.episode.override
        if override is None or case.desk is None or override.by not in view.roster.people:
            continue
        if override.by not in case.desk.overriders:
            who = listed(case.desk.overriders) or "there are none"
            yield Violation(
                case.source,
                (*case.loc, "override", "by"),
                f"{override.by} may not let an escalation of {case.desk.name} pass a limit.",
                f"Ask an overrider ({who}), or delete the override.",
            )


def _stakeholders(view: View) -> Iterator[Violation]:
    for entry in view.open_entries:
        sides = entry.escalation.stakeholders
        for side, kind, handles in (
            ("client_facing", TeamKind.CLIENT_FACING, sides.client_facing),
            ("product_engineering", TeamKind.PRODUCT_ENGINEERING, sides.product_engineering),
        ):
            for index, handle in enumerate(handles):
                loc: Loc = ("stakeholders", side, index)
                if _is_of(view.roster, handle, kind) is False:
                    yield Violation(
                        entry.source,
                        loc,
                        f"{handle} is not {kind.value.replace('-', ' ')}.",
                        "Move the handle to the other list. You need not list people who "
                        "have a role.",
                    )


def _is_of(roster: Roster, handle: str, kind: TeamKind) -> bool | None:
    """Whether a person or team is of a kind; None when the roster does not know the handle."""
    team = roster.teams.get(handle)
    if team is not None:
        return team.kind is kind
    if handle not in roster.people:
        return None
    if kind is TeamKind.CLIENT_FACING:
        return roster.is_client_facing(handle)
    return roster.kind_of(handle) is kind


def _role(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"


_OTHER_OWNER = RESOLUTION.replace("owner: lena", "owner: ravi")

RULES = (
    Rule(
        "role-initiator",
        RuleGroup.ROLES,
        "The initiator is a manager or lead",
        "Only people with one of the policy's `initiator_roles` escalate. They are "
        "responsible for the reason and name the contact.",
        Example("initiator: lena"),
        Example("initiator: priya"),
        _initiator,
        attention=Attention.NOBODY,
    ),
    Rule(
        "role-author",
        RuleGroup.ROLES,
        "The initiator or a delegate opens the pull request",
        "Three authors may open a pull request that adds or reopens an escalation. They "
        "are the initiator, one of the policy's `delegates`, and the account of the "
        "policy's `forms`. That account knows from GitHub who sent the form. The rule is "
        "checked only on GitHub, where the author is known. With `rights: by-field` it is "
        "a warning, because the initiator can approve the pull request of another person.",
        Example("initiator: priya", author="lena", note="lena opens the pull request."),
        Example("initiator: priya", author="priya", note="priya opens the pull request."),
        _author,
        attention=Attention.NOBODY,
    ),
    Rule(
        "role-contact",
        RuleGroup.ROLES,
        "The contact is client-facing",
        "The contact is on a client-facing team, often the reporter, and can join a "
        "meeting at any time. A contact who cannot do so finds a replacement and changes "
        "the line.",
        Example("contact: ravi"),
        Example("contact: lena"),
        _contact,
    ),
    Rule(
        "role-contact-assignee",
        RuleGroup.ROLES,
        "Contact and assignee are two people",
        "The contact speaks for the customers, and the assignee looks for the cause.",
        Example("contact: nadia\nassignee: nadia"),
        Example("contact: lena\nassignee: nadia"),
        _contact_is_assignee,
    ),
    Rule(
        "role-assignee",
        RuleGroup.ROLES,
        "The assignee works for the desk",
        "The assignee is on one of the teams of the desk.",
        Example("assignee: ravi"),
        Example("assignee: dmitri"),
        _assignee,
    ),
    Rule(
        "role-communication",
        RuleGroup.ROLES,
        "The reporter's team writes to the affected customers",
        "Only the reporter and their team write to the affected customers. So one of them "
        "owns that message.",
        Example("assignee: dmitri\n" + _OTHER_OWNER),
        Example("assignee: dmitri\n" + RESOLUTION),
        _communication,
    ),
    Rule(
        "role-override",
        RuleGroup.ROLES,
        "Overrides come from the desk's overriders",
        "For each desk, the policy names the overriders: people who may let an escalation "
        "pass a limit.",
        Example("override: {by: priya, reason: All billers are affected.}"),
        Example("override: {by: hannah, reason: All billers are affected.}"),
        _override,
    ),
    Rule(
        "role-stakeholder",
        RuleGroup.ROLES,
        "Stakeholders are in the right list",
        "People and teams under `client_facing` are client-facing, and those under "
        "`product_engineering` are from product engineering.",
        Example("stakeholders: {client_facing: [payments]}"),
        Example("stakeholders: {product_engineering: [payments]}"),
        _stakeholders,
    ),
)
