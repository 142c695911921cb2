"""How many HTTP calls a run makes. Held against the budgets by tests/reconcile/test_budget.py."""

from dataclasses import dataclass
from math import ceil

from benchmarks.scene import company, count, escalate


@dataclass(frozen=True)
class Calls:
    """The calls of one run, and the most that there may be."""

    what: str
    jira: int
    slack: int
    jira_budget: int
    slack_budget: int

    @property
    def kept(self) -> bool:
        """Whether the run kept to its budget."""
        return self.jira <= self.jira_budget and self.slack <= self.slack_budget


def one_new() -> Calls:
    """One new escalation with twelve members, in the whole run."""
    with company(1) as (made, (key,)):
        escalate(made, key)
        made.box.clear_calls()
        made.apply()
        members = len(made.channel(key)["members"]) - 1  # the bot
        what = f"one new escalation with {members} members"
        return Calls(what, count(made, "jira"), count(made, "slack"), 5, 14)


def nothing_to_do(active: int, *, thorough: bool = False) -> Calls:
    """A run that finds everything as declared."""
    with company(active) as (made, keys):
        for key in keys:
            escalate(made, key)
        made.apply()
        made.box.clear_calls()
        changes = made.plan(thorough=thorough).changes
        what = f"{active} active, {changes} changes{', thorough' if thorough else ''}"
        slack_budget = 4 * active + 4 if thorough else active + 4
        # The tickets, who we are, and who carries the label; a thorough run also asks for each
        # ticket's link.
        jira_budget = ceil(active / 100) + 2 + (active if thorough else 0)
        return Calls(what, count(made, "jira"), count(made, "slack"), jira_budget, slack_budget)


def listings() -> list[str]:
    """Calls that list the workspace's channels or users, in a normal life."""
    with company(3) as (made, keys):
        for key in keys:
            escalate(made, key)
        made.apply()
        made.plan(thorough=True)
        names = {"conversations.list", "users.list", "usergroups.list", "users.lookupByEmail"}
        return [call.name for call in made.box.calls if call.name in names]


def run() -> list[tuple[str, str]]:
    """Measure; what was measured and what came out."""
    measured = [one_new()]
    measured += [nothing_to_do(active) for active in (1, 10, 100, 101, 250)]
    measured += [nothing_to_do(active, thorough=True) for active in (1, 10, 100)]
    return [
        (
            f"calls, {each.what}",
            f"Jira {each.jira} of {each.jira_budget}, Slack {each.slack} of {each.slack_budget}",
        )
        for each in measured
    ]
