"""Rulesets: whether GitHub's has all that a template asks for, and one that has both."""

from collections.abc import Mapping
from typing import Any, Final

Json = Mapping[str, Any]
_METHODS: Final = "allowed_merge_methods"
_SENT: Final = ("name", "target", "enforcement", "bypass_actors", "conditions", "rules")


def lacking(found: Json | None, wanted: Json) -> tuple[str, ...]:
    """What a ruleset lacks of a template, in a few words each.

    More than it asks for is fine, but for what it has as 0 or off: this would keep the tool from
    merging.
    """
    if found is None:
        return ("the ruleset",)
    missing = [
        name for name in ("target", "enforcement", "conditions") if found.get(name) != wanted[name]
    ]
    there = {each["type"]: each.get("parameters") or {} for each in found.get("rules") or ()}
    for rule in wanted["rules"]:
        kind = str(rule["type"])
        if kind not in there:
            missing.append(kind)
            continue
        missing += [
            f"{kind}: {name}"
            for name, value in (rule.get("parameters") or {}).items()
            if not _parameter_holds(name, there[kind].get(name), value)
        ]
    who = found.get("bypass_actors") or ()
    missing += [
        f"bypass: {each['actor_type']} {each['actor_id']}"
        for each in wanted.get("bypass_actors") or ()
        if _actor(each) not in map(_actor, who)
    ]
    return tuple(missing)


def _actor(each: Json) -> tuple[object, object]:
    return each.get("actor_type"), each.get("actor_id")


def _parameter_holds(name: str, found: Any, wanted: Any) -> bool:  # noqa: ANN401 - as below
    """Of the merge methods, fewer are stricter; of all else, more is. What is 0 or off stays so."""
    if name == _METHODS:
        return bool(found) and set(found) <= set(wanted)
    return _holds(found, wanted)


def _holds(found: Any, wanted: Any) -> bool:  # noqa: ANN401 - parameters of any rule
    """Whether a parameter is as wanted. GitHub adds keys, and lists have no order."""
    if isinstance(wanted, list) and isinstance(found, list):
        return all(any(_holds(there, each) for there in found) for each in wanted)
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(_holds(found.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, int) and not isinstance(wanted, bool) and isinstance(found, int):
        return found >= wanted if wanted else found == 0
    return bool(found == wanted)


def merged(found: Json | None, wanted: Json) -> dict[str, Any]:
    """What to send: the template, with the other rules and the bypass list that are there."""
    if found is None:
        return dict(wanted)
    there = {each["type"]: each for each in found.get("rules") or ()}
    asked = {each["type"]: each for each in wanted["rules"]}
    rules = [
        _merged_rule(there.get(kind), asked.get(kind)) for kind in dict.fromkeys([*asked, *there])
    ]
    actors = list(found.get("bypass_actors") or ())
    actors += [
        each
        for each in wanted.get("bypass_actors") or ()
        if _actor(each) not in map(_actor, actors)
    ]
    whole = {**wanted, "rules": rules, "bypass_actors": actors}
    return {name: whole[name] for name in _SENT if name in whole}


def _merged_rule(there: Json | None, asked: Json | None) -> dict[str, Any]:
    if there is None or asked is None:
        return dict(there or asked or {})
    parameters = dict(there.get("parameters") or {})
    for name, value in (asked.get("parameters") or {}).items():
        if name != _METHODS and isinstance(value, list):
            known = parameters.get(name) or []
            more = [each for each in value if not any(_holds(one, each) for one in known)]
            parameters[name] = [*known, *more]
        elif not _parameter_holds(name, parameters.get(name), value):
            parameters[name] = value
    return {**there, **({"parameters": parameters} if parameters else {})}
