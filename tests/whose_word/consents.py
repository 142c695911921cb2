"""What people do to one pull request, and what each of them agrees to by that."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from whose_word.facts import Changes
from whose_word.rules import Law

ASSIGN = re.compile(r"^/assign (\S+)$", re.MULTILINE)


@dataclass
class Head:
    """A commit that the branch ended in at some time."""

    sha: str
    files: dict[str, Any]
    base: dict[str, Any]
    """The files of main where it branched off, or was last updated."""
    changes: Changes
    """What it changes since then."""


@dataclass
class Pushed:
    """Pushes of one account in a row."""

    login: str
    before: Head | None
    after: Head
    speaks_for: str = ""
    """The login in the address of the commit, as a form writes it."""


@dataclass
class Said:
    """A review or a comment."""

    login: str
    state: str
    body: str = ""
    head: Head | None = None
    id: int = 0
    edited: bool = False
    late: bool = False


@dataclass
class Proposal:
    """A pull request and its life."""

    author: str
    branch: str
    number: int = 0
    heads: list[Head] = field(default_factory=list)
    pushes: list[Pushed] = field(default_factory=list)
    opened: Head | None = None
    said: list[Said] = field(default_factory=list)
    is_updated: bool = False
    net: Changes = frozenset()
    """What it changed on main in the end."""
    passing: Changes = frozenset()
    """What each of its commits changed there."""

    @property
    def head(self) -> Head:
        return self.heads[-1]

    def approvals(self) -> Iterator[Said]:
        """The latest word of each reviewer, before the merge or else after it."""
        for late in (False, True):
            latest: dict[str, Said] = {}
            for each in self.said:
                if each.state in {"APPROVE", "REQUEST_CHANGES", "DISMISSED"} and (
                    late or not each.late
                ):
                    latest[each.login] = each
            yield from (each for each in latest.values() if each.state == "APPROVE")

    def consents(self, law: Law) -> Iterator[tuple[str, bool, Changes]]:
        """Who agrees to what, and whether that is an approval."""
        forms = (law.policy.get("forms") or {}).get("account", "")
        if self.opened is not None:
            yield law.who(self.author), False, self.opened.changes
        for each in self.pushes:
            new = each.after.changes - (each.before.changes if each.before else frozenset())
            yield law.who(each.login), False, new
            if each.login == forms and each.speaks_for:
                yield law.who(each.speaks_for), False, new
        for one in self.approvals():
            assert one.head is not None
            yield law.who(one.login), True, one.head.changes
        for one in self.said:
            if one.edited or one.state not in {"APPROVE", "COMMENT"}:
                continue
            wanted = set(ASSIGN.findall(one.body))
            there = self.net | self.passing
            asked = {each for each in there if each[0][1] == "assignee" and each[1] in wanted}
            yield law.who(one.login), False, frozenset(asked)

    def words(self, change: tuple[Any, Any], law: Law) -> set[str]:
        """People who agree to a change, or to what replaced it within the pull request."""
        return {who for who, _, covers in self.consents(law) if self.holds(covers, change)} - {""}

    def holds(self, covers: Changes, change: tuple[Any, Any]) -> bool:
        """Whether a consent to some changes is one to this change.

        Who agrees to everything also agrees to what a file lacks that is there again.
        """
        final = {key: (key, value) for key, value in self.net}
        every = self.net | self.passing
        implied = {each for each in every if final.get(each[0]) in covers}
        whole = bool(every) and every <= covers | implied
        return whole or change in covers or final.get(change[0]) in covers

    def acknowledges(self, arriving: set[tuple[Any, Any]], initiator: str, law: Law) -> bool:
        """Whether an acknowledger approved a new escalation who does not propose it."""
        barred = {initiator, law.who(self.author)}
        barred |= {
            who
            for who, approved, covers in self.consents(law)
            if not approved and any(self.holds(covers, each) for each in arriving)
        }
        return any(
            approved
            and who in law.desk["acknowledgers"]
            and who not in barred
            and all(self.holds(covers, each) for each in arriving)
            for who, approved, covers in self.consents(law)
        )
