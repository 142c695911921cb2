"""Policy and roster agree with themselves and with each other."""

from collections.abc import Iterator

from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.view import View
from reconciler.load.did_you_mean import did_you_mean, listed
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH
from reconciler.model.finding import Loc
from reconciler.model.roster import TeamKind

_ACCOUNTS = ("email", "github", "slack", "jira")


def _roster(view: View) -> Iterator[Violation]:
    roster, source = view.roster, view.source(ROSTER_PATH)
    named: list[tuple[Loc, str, str, list[str]]] = []
    for handle, person in roster.people.items():
        named.append((("people", handle, "team"), person.team, "team", list(roster.teams)))
        if person.crew is not None:
            named.append((("people", handle, "crew"), person.crew, "crew", list(roster.crews)))
    for key, crew in roster.crews.items():
        named.append((("crews", key, "lead"), crew.lead, "person", list(roster.people)))
    for loc, name, what, known in named:
        if name not in known:
            yield Violation(
                source,
                loc,
                f"There is no {what} {name}.",
                f"{did_you_mean(name, known)}Add the {what} to this file, or name another.",
            )


def _accounts(view: View) -> Iterator[Violation]:
    source = view.source(ROSTER_PATH)
    for account in _ACCOUNTS:
        owners: dict[str, str] = {}
        for handle, person in view.roster.people.items():
            name = getattr(person, account)
            if name is None:
                continue
            owner = owners.setdefault(name.lower(), handle)
            if owner != handle:
                yield Violation(
                    source,
                    ("people", handle, account),
                    f"{owner} has the same value for {account}: {name}.",
                    "Two people cannot share an account. Correct one of the two entries.",
                )


def _handles(view: View) -> Iterator[Violation]:
    for handle in view.roster.people:
        if handle in view.roster.teams:
            yield Violation(
                view.source(ROSTER_PATH),
                ("people", handle),
                f"{handle} is the handle of a person and of a team.",
                "Give one of them another handle.",
            )


def _policy_people(view: View) -> Iterator[Violation]:
    policy, roster, source = view.snapshot.policy, view.roster, view.source(POLICY_PATH)
    people, both = list(roster.people), [*roster.people, *roster.teams]
    named: list[tuple[Loc, str, str, list[str]]] = [
        (("always_include", index), name, "person or team", both)
        for index, name in enumerate(policy.always_include)
    ]
    for key, desk in policy.desks.items():
        at: Loc = ("desks", key)
        named += [
            ((*at, "teams", i), n, "team", list(roster.teams)) for i, n in enumerate(desk.teams)
        ]
        for role in ("acknowledgers", "overriders"):
            named += [
                ((*at, role, i), n, "person", people) for i, n in enumerate(getattr(desk, role))
            ]
    for loc, name, what, known in named:
        if name not in known:
            yield Violation(
                source,
                loc,
                f"The roster has no {what} {name}.",
                f"{did_you_mean(name, known)}Add the {what} to the roster, or name another.",
            )


def _desk_teams(view: View) -> Iterator[Violation]:
    for key, desk in view.snapshot.policy.desks.items():
        for index, name in enumerate(desk.teams):
            team = view.roster.teams.get(name)
            if team is not None and team.kind is not TeamKind.DEV_SUPPORT:
                yield Violation(
                    view.source(POLICY_PATH),
                    ("desks", key, "teams", index),
                    f"Team {name} is of kind {team.kind}, but the teams of a desk must be "
                    "of kind dev-support.",
                    "Name a Dev Support team, or correct the team's kind in the roster.",
                )


def _acknowledgers(view: View) -> Iterator[Violation]:
    for key, desk in view.snapshot.policy.desks.items():
        for index, name in enumerate(desk.acknowledgers):
            person = view.roster.people.get(name)
            if person is not None and person.team not in desk.teams:
                yield Violation(
                    view.source(POLICY_PATH),
                    ("desks", key, "acknowledgers", index),
                    f"{name} is on team {person.team}, which is not a team of the desk.",
                    f"Name an acknowledger from {listed(desk.teams)}.",
                )


_PERSON = "people:\n  lena: {name: Lena, email: %s, github: %s, team: client-success, role: lead}\n"
_PRIYA = (
    "  priya: {name: Priya, email: priya@acme.example, github: priya, team: %s, role: manager}\n"
)
_HANNAH = (
    "  hannah: {name: Hannah, email: h@acme.example, github: hannah, team: dev-support,"
    " role: manager}\n"
)
_PEOPLE = _PERSON % ("lena@acme.example", "lena") + _HANNAH
_DESK = """\
desks:
  DS:
    name: Dev Support
    announce_in: sre-escalations
    teams: [%s]
    acknowledgers: [%s]
    normal_queue: Leave the ticket in the backlog.
"""


def _on_roster(text: str) -> Example:
    return Example(text, path=ROSTER_PATH)


def _in_policy(text: str) -> Example:
    return Example(text, path=POLICY_PATH)


RULES = (
    Rule(
        "roster-reference",
        RuleGroup.CONFIG,
        "Teams, crews and leads of the roster exist",
        "The team and crew of each person, and the lead of each crew, are in the same file.",
        _on_roster(_PEOPLE + _PRIYA % "client-succes"),
        _on_roster(_PEOPLE + _PRIYA % "client-success"),
        _roster,
    ),
    Rule(
        "roster-account",
        RuleGroup.CONFIG,
        "No two people share an account",
        "Each e-mail address, GitHub login, Slack id and Jira id belongs to one person. "
        "Otherwise the tool could not know who approved a pull request.",
        _on_roster(_PERSON % ("lena@acme.example", "Priya") + _HANNAH + _PRIYA % "payments"),
        _on_roster(_PERSON % ("lena@acme.example", "lena") + _HANNAH + _PRIYA % "payments"),
        _accounts,
    ),
    Rule(
        "roster-handle",
        RuleGroup.CONFIG,
        "A handle is a person or a team",
        "People and teams are named in the same lists, so they cannot share a handle.",
        _on_roster(_PEOPLE + (_PRIYA % "payments").replace("priya:", "payments:")),
        _on_roster(_PEOPLE + _PRIYA % "payments"),
        _handles,
    ),
    Rule(
        "policy-reference",
        RuleGroup.CONFIG,
        "People and teams in the policy are on the roster",
        "This applies to acknowledgers, overriders, teams of desks and `always_include`.",
        _in_policy("always_include: [hanna]"),
        _in_policy("always_include: [hannah, payments]"),
        _policy_people,
    ),
    Rule(
        "policy-desk-team",
        RuleGroup.CONFIG,
        "A desk's teams are Dev Support teams",
        "Only Dev Support engineers can be assigned, so the teams of a desk are of kind "
        "dev-support.",
        _in_policy(_DESK % ("dev-support, payments", "hannah")),
        _in_policy(_DESK % ("dev-support", "hannah")),
        _desk_teams,
    ),
    Rule(
        "policy-acknowledger",
        RuleGroup.CONFIG,
        "Acknowledgers work for the desk",
        "A reviewer in Dev Support acknowledges an escalation, so the acknowledgers of a "
        "desk are on its teams.",
        _in_policy(_DESK % ("dev-support", "hannah, ravi")),
        _in_policy(_DESK % ("dev-support", "hannah, dmitri")),
        _acknowledgers,
    ),
)
