"""The questions of `escalate roster import`, with answers that a draft keeps for each person."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconciler.cli.answer_drafts import AnswerDraft
from reconciler.cli.blanks import Blank
from reconciler.cli.choose import choose
from reconciler.cli.prompts import fill, keep_answers, wants_to_continue
from reconciler.model.known_person import KnownPerson
from reconciler.model.roster import Person, Roster
from reconciler.render.roster_import import named
from reconciler.setup.match_people import LEAVE, NEW, RosterImport, UnclearPerson, plan_import

_SKIP: Final = "-"
_YES: Final = "yes"
_NO: Final = "no"
_LOGIN: Final = next(
    str(each.pattern)
    for each in Person.model_fields["github"].metadata
    if getattr(each, "pattern", None)
)
_QUESTIONS: Final = {
    "github": f"GitHub login of {{}}? ({_SKIP} leaves the person out)",
    "team": "Team of {}?",
    "role": "Role of {}?",
}


@dataclass(frozen=True)
class RosterQuestions:
    """Questions about the people who were found."""

    roster: Roster
    people: Sequence[KnownPerson]
    defaults: Mapping[str, str]
    """Values of new people by key."""
    draft: AnswerDraft

    def asked(self, found: RosterImport) -> RosterImport:
        """The import with answers about who a person is, and with values that no source has."""
        decided = self._who(found.unclear)
        decided |= self._left_out(self._planned(decided).newcomers)
        more: list[KnownPerson] = []
        for person, missing in self._planned(decided).incomplete:
            values = self._values(person, missing)
            if values is None:
                decided[person.email] = LEAVE
            else:
                more.append(KnownPerson("you", person.name, person.email, values))
        return self._planned(decided, more)

    def _planned(
        self, decided: Mapping[str, str], more: Sequence[KnownPerson] = ()
    ) -> RosterImport:
        return plan_import(self.roster, [*self.people, *more], self.defaults, decided)

    def _who(self, unclear: Sequence[UnclearPerson]) -> dict[str, str]:
        """Who of the roster somebody is, by e-mail address."""
        blanks = {each.person.email: self._who_blank(each) for each in unclear}
        answers = fill({}, blanks.values(), self.draft)
        known = {"new": NEW, "leave": LEAVE}
        said = {email: answers[each.option] for email, each in blanks.items()}
        return {email: known.get(text, text) for email, text in said.items()}

    def _who_blank(self, unclear: UnclearPerson) -> Blank:
        people = self.roster.people
        words = {
            each: f"{self.roster.name(each)}, {people[each].email}" for each in unclear.handles
        }
        choices = {**words, "new": "a person who is not on the roster", "leave": "leave out"}
        question = f"{named(unclear.person)}: {unclear.why}. Who is it?"
        return Blank(_option(unclear.person, "who"), question, choices)

    def _left_out(self, newcomers: Sequence[KnownPerson]) -> dict[str, str]:
        """The new people who are not to be added, by e-mail address."""
        kept = self.draft.begin(wants_to_continue)
        open_ = [each for each in newcomers if kept.get(_option(each, "add")) not in {_YES, _NO}]
        if open_:
            question = "Who is to be added to the roster?"
            chosen = choose(question, {each.email: named(each) for each in open_})
            answers = {
                _option(each, "add"): _YES if each.email in chosen else _NO for each in open_
            }
            keep_answers(self.draft, answers)
            kept = {**kept, **answers}
        return {each.email: LEAVE for each in newcomers if kept[_option(each, "add")] == _NO}

    def _values(self, person: KnownPerson, missing: Sequence[str]) -> Mapping[str, str] | None:
        """The missing values of a person; None to leave them out."""
        found: dict[str, str] = {}
        for key in missing:
            blank = self._value_blank(person, key)
            answer = fill({}, [blank], self.draft)[blank.option]
            if answer == _SKIP:
                return None
            found[key] = answer
        return found

    def _value_blank(self, person: KnownPerson, key: str) -> Blank:
        teams = {team: each.name for team, each in self.roster.teams.items()}
        roles = {each.role: "" for each in self.roster.people.values()}
        blanks: dict[str, dict[str, Any]] = {
            "github": {
                "valid": _is_login,
                "hint": "A login has letters, digits and single hyphens.",
                "problem": self._taken,
            },
            "team": {"choices": teams},
            "role": {"choices": roles, "closed": False},
        }
        question = _QUESTIONS[key].format(person.name)
        return Blank(_option(person, key), question, **blanks[key])

    def _taken(self, login: str) -> str:
        people = self.roster.people.items()
        same = (each for each, known in people if known.github.casefold() == login.casefold())
        other = next(same, "")
        return f"{other} has this login. Write the login of this person." if other else ""


def _option(person: KnownPerson, key: str) -> str:
    """What names an answer in the draft."""
    return f"{person.email} {key}"


def _is_login(text: str) -> bool:
    return text == _SKIP or re.fullmatch(_LOGIN, text) is not None
