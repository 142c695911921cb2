"""The part of JQL that the sandbox reads: conditions joined by AND, and ORDER BY."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.sandbox.jira_call import JiraError

FIELDS: Final = {
    "project": "project",
    "labels": "labels",
    "key": "key",
    "issuekey": "key",
    "issue": "key",
    "id": "key",
    "status": "status",
    "priority": "priority",
    "assignee": "assignee",
}
RESERVED: Final = frozenset(
    """
    abort access add after alias all alter and any as asc audit avg before begin between boolean
    break by byte catch cf char character check checkpoint collate collation column commit
    connect continue count create current date decimal declare decrement default defaults define
    delete delimiter desc difference distinct divide do double drop else empty encoding end
    equals escape exclusive exec execute exists explain false fetch field file first float for
    from function go goto grant greater group having identified if immediate in increment index
    initial inner inout input insert int integer intersect intersection into is isempty isnull
    join last left less like limit lock long max min minus mode modify modulo more multiply next
    noaudit not notin nowait null number object of on option or order outer output power
    previous prior privileges public raise raw remainder rename resource return returns revoke
    right row rowid rownum rows select session set share size sqrt start strict string subtract
    sum synonym table then to trans transaction trigger true uid union unique update user
    validate values view when whenever where while with
    """.split()  # noqa: SIM905 - as a list it would have one line for each word
)
"""Words that stand for themselves only in quotation marks. Source: `jqlReservedWords` at
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-jql/ ."""
TOKEN: Final = re.compile(r"""\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|!=|[=(),]|[^\s=!(),"']+)""")


@dataclass(frozen=True)
class Condition:
    """One condition: the field has one of these values, or, negated, none of them."""

    field: str
    values: tuple[str, ...]
    negated: bool

    def holds(self, fields: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether it holds; no values at all stand for EMPTY."""
        mine = {value.casefold() for value in fields[self.field]}
        if not self.values:
            return bool(mine) if self.negated else not mine
        wanted = {value.casefold() for value in self.values}
        # A negation never matches a field that is empty, in JQL.
        return bool(mine) and mine.isdisjoint(wanted) if self.negated else bool(mine & wanted)


@dataclass(frozen=True)
class Query:
    """A query that has been understood."""

    conditions: tuple[Condition, ...]
    descending: bool

    def holds(self, fields: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether all conditions hold."""
        return all(condition.holds(fields) for condition in self.conditions)


def parse(text: str) -> Query:
    """Understand a query, or say what is wrong with it."""
    where, _, order = _split_order(text)
    tokens = [match.strip() for match in TOKEN.findall(where)]
    conditions = []
    while tokens:
        conditions.append(_condition(tokens))
        if tokens and tokens.pop(0).upper() != "AND":
            raise JiraError(400, "Error in the JQL Query: this sandbox joins conditions by AND.")
    return Query(tuple(conditions), descending=order.strip().upper().endswith(" DESC"))


def _split_order(text: str) -> tuple[str, str, str]:
    parts = re.split(r"\border\s+by\b", text, maxsplit=1, flags=re.IGNORECASE)
    return parts[0], "", parts[1] if len(parts) > 1 else ""


def _condition(tokens: list[str]) -> Condition:
    name = _word(tokens).casefold()
    if name not in FIELDS:
        text = f"Field '{name}' does not exist or you do not have permission to view it."
        raise JiraError(400, text)
    operator = _word(tokens).casefold()
    negated = operator == "!="
    if operator in {"is", "not"} and tokens and tokens[0].casefold() in {"not", "in"}:
        negated, operator = True, "is" if _word(tokens).casefold() == "not" else "in"
    if operator in {"=", "!="}:
        return _with_value(name, _word(tokens), negated=negated)
    if operator == "is":
        return _with_value(name, _word(tokens), negated=negated, only_empty=True)
    if operator == "in":
        return Condition(FIELDS[name], _list(tokens), negated)
    raise JiraError(400, f"Error in the JQL Query: '{operator}' is no operator known here.")


def _with_value(name: str, value: str, *, negated: bool, only_empty: bool = False) -> Condition:
    empty = value.upper() in {"EMPTY", "NULL"}
    if only_empty and not empty:
        raise JiraError(400, "Error in the JQL Query: 'is' goes with EMPTY only.")
    return Condition(FIELDS[name], () if empty else (_plain(value),), negated)


def _list(tokens: list[str]) -> tuple[str, ...]:
    if _word(tokens) != "(":
        raise JiraError(400, "Error in the JQL Query: expecting '(' after 'in'.")
    values = []
    while True:
        values.append(_plain(_word(tokens)))
        sign = _word(tokens)
        if sign == ")":
            return tuple(values)
        if sign != ",":
            raise JiraError(400, f"Error in the JQL Query: expecting ',' or ')' but got '{sign}'.")


def _word(tokens: list[str]) -> str:
    if not tokens:
        raise JiraError(400, "Error in the JQL Query: the query ends too early.")
    return tokens.pop(0)


def _plain(word: str) -> str:
    if word[:1] in {'"', "'"}:
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    if word.casefold() in RESERVED:
        text = (
            f"Error in the JQL Query: '{word}' is a reserved JQL word. You must surround it in"
            " quotation marks to use it in a query."
        )
        raise JiraError(400, text)
    return word
