"""Who owns what, in plain words: the table of docs/reference/owners.md once more."""

import json
from dataclasses import dataclass
from typing import Any

from whose_word.facts import Facts, Key

Group = frozenset[str]
OWNERS = {
    "reason": ["initiator"],
    "initiator": ["initiator", "acknowledger"],
    "contact": ["contact", "initiator"],
    "assignee": ["acknowledger"],
    "update": ["assignee", "dev-support"],
    "findings": ["assignee", "acknowledger"],
    "communication": ["communication-owner"],
    "stakeholders": ["initiator", "contact", "assignee"],
    "reminders": ["assignee", "acknowledger"],
    "withdrawal": ["initiator", "acknowledger"],
    "override": ["overrider"],
    "configuration": ["acknowledger", "lead"],
}
GROUP_OF = {
    "file": "withdrawal",
    "title": "reason",
    "reason": "reason",
    "how_many": "reason",
    "initiator": "initiator",
    "contact": "contact",
    "assignee": "assignee",
    "updates": "update",
    "assessment": "findings",
    "resolution.root_cause": "findings",
    "resolution.mitigation": "findings",
    "resolution.follow_ups": "findings",
    "resolution.owner": "findings",
    "resolution.state": "communication",
    "stakeholders": "stakeholders",
    "snooze_until": "reminders",
    "withdrawn": "withdrawal",
    "override": "override",
}


@dataclass(frozen=True)
class Law:
    """The policy and the roster before a pull request."""

    policy: dict[str, Any]
    roster: dict[str, Any]

    @property
    def desk(self) -> dict[str, Any]:
        return dict(self.policy["desks"]["DS"])

    @property
    def delegates(self) -> Group:
        """Who may act for each initiator: people, and those of a team."""
        named = self.policy.get("delegates", ())
        people = self.roster["people"]
        return frozenset(who for who in people if who in named or people[who]["team"] in named)

    @property
    def leads(self) -> Group:
        """The leads of crews, and people of Dev Support whose role is lead."""
        teams, people = self.roster["teams"], self.roster["people"].items()
        crews = {crew["lead"] for crew in self.roster["crews"].values()}
        return frozenset(crews) | {
            who
            for who, each in people
            if each["role"] == "lead" and teams[each["team"]]["kind"] == "dev-support"
        }

    def roles(self, group: str) -> list[str]:
        return list(self.policy.get("owners", {}).get(group, OWNERS[group]))

    def who(self, login: str) -> str:
        """The person with a login; empty if nobody has it."""
        people = self.roster["people"].items()
        return next((who for who, each in people if each["github"] == login), "")

    def configuration(self) -> Group:
        """Who agrees to a new policy or roster."""
        roles, found = self.roles("configuration"), set()
        if "acknowledger" in roles:
            for desk in self.policy["desks"].values():
                found |= set(desk["acknowledgers"])
        if "lead" in roles:
            found |= self.leads
        return frozenset(found)

    def owners(self, key: Key, after: Any, counts: Facts) -> list[Group]:
        """Who agrees to a change of what counts: of each group, one person is enough."""
        path, name, element = key
        group = GROUP_OF[name]
        allowed = frozenset[str]().union(
            *(self._with(role, path, counts) for role in self.roles(group))
        )
        if group == "initiator":
            former = counts[path, "initiator", ""]
            return [allowed | self.delegates | {former}, self.delegates | {after}]
        if name == "updates":
            by = json.loads(element)["by"]
            return [allowed & {by}]
        if name in {"withdrawn", "override"}:
            by = json.loads(after or counts[key])["by"]
            instead = name == "withdrawn" and by == counts[path, "initiator", ""]
            speak = {by, *(self.delegates if instead else ())}
            return [allowed & speak if by in allowed else frozenset()]
        return [allowed]

    def _with(self, role: str, path: str, counts: Facts) -> Group:
        """Those who have a role."""
        value = {name: counts.get((path, name, "")) for name in GROUP_OF}
        people = self.roster["people"].items()
        found = {
            "initiator": {value["initiator"], *self.delegates},
            "contact": {value["contact"]},
            "assignee": {value["assignee"]},
            "dev-support": {who for who, each in people if each["team"] in self.desk["teams"]},
            "acknowledger": set(self.desk["acknowledgers"]),
            "overrider": set(self.desk["overriders"]),
            "communication-owner": {value["resolution.owner"]} if _ended(value) else set(),
            "lead": set(self.leads),
        }[role]
        return frozenset(each for each in found if each in self.roster["people"])


def _ended(value: dict[str, Any]) -> bool:
    parts = ("root_cause", "mitigation", "follow_ups", "owner")
    return all(value[f"resolution.{each}"] is not None for each in parts)
