"""What the models refuse, said in plain words with a place and a remedy."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import ValidationError

from reconciler.load.error_messages import Refusal, words
from reconciler.load.forbidden_text import MOST_FINDINGS
from reconciler.load.shape import expected
from reconciler.load.source import FileSource
from reconciler.load.unquoted_words import A_DATE, Timestamp
from reconciler.load.yaml_messages import ambiguous
from reconciler.model.base import Model
from reconciler.model.finding import Finding, Loc

M = TypeVar("M", bound=Model)
Details = dict[str, Any]


def read(model: type[M], data: Details, source: FileSource) -> tuple[M | None, list[Finding]]:
    """Check data against a model."""
    dates = [_date(source, loc, word) for loc, word in _dates(model, data, ())]
    try:
        made = model.model_validate(data)
    except ValidationError as error:
        places = {each.position for each in dates}
        details = error.errors(include_url=False)
        found = _findings(model, data, source, details)
        return None, [*dates, *(each for each in found if each.position not in places)]
    return (None if dates else made), dates


def _dates(model: type[Model], value: object, loc: Loc) -> Iterator[tuple[Loc, str]]:
    """Points in time without quotes, where something else belongs."""
    if type(value) is Timestamp:
        if not _is_time(model, tuple(0 if isinstance(part, int) else part for part in loc)):
            yield loc, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _dates(model, each, (*loc, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _dates(model, each, (*loc, index))


@lru_cache(maxsize=1024)
def _is_time(model: type[Model], loc: Loc) -> bool:
    return expected(model, loc).is_time


def _date(source: FileSource, loc: Loc, word: str) -> Finding:
    rule, message, remedy = ambiguous(word, A_DATE)
    return Finding(rule, source.position(*loc), message, remedy, length=source.length(*loc))


def _findings(
    model: type[Model], data: Details, source: FileSource, errors: list[Any]
) -> Iterator[Finding]:
    seen: set[tuple[str, Loc]] = set()
    for error in errors:
        loc, about_key = _place(data, error)
        value = _at(data, loc)
        # A list was meant, and errors of its items say what is wrong with it.
        if error["type"] in {"literal_error", "too_short"} and isinstance(value, list) and value:
            continue
        rule, message, remedy = words(Refusal(model, error, loc, value, _keys(_at(data, loc[:-1]))))
        if (rule, loc) in seen:
            continue
        seen.add((rule, loc))
        if len(seen) > MOST_FINDINGS:
            return
        if about_key:
            position, length = source.key_position(*loc), source.key_length(*loc)
        else:
            position, length = source.position(*loc), source.length(*loc)
        if rule == "missing-key":
            length = 1
        yield Finding(rule, position, message, remedy, length=length)


def _place(data: Details, error: Details) -> tuple[Loc, bool]:
    """Where in the file, without the names of types that pydantic puts in between."""
    loc: list[str | int] = []
    here: Any = data
    about_key = error["type"] == "extra_forbidden"
    for part in error["loc"]:
        if (isinstance(here, dict) and part in here) or (
            isinstance(here, list) and isinstance(part, int) and part < len(here)
        ):
            loc.append(part)
            here = here[part]
        elif part == "[key]":
            about_key = True
        elif error["type"] == "missing" and isinstance(here, dict):
            loc.append(part)
    return tuple(loc), about_key


def _at(data: Any, loc: Loc) -> Any:  # noqa: ANN401 - any value of a file
    for part in loc:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _keys(value: object) -> frozenset[str]:
    return frozenset(value) if isinstance(value, dict) else frozenset()
