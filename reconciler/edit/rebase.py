"""The change of one version of an escalation's file, spliced into the newest version.

Git merges lines: two updates at the end of one list conflict, and two changes that lines keep
apart can contradict each other. Here, the fields decide.
"""

from copy import deepcopy

from reconciler.edit.cut import with_any, with_item_at, without
from reconciler.edit.splice import EditRefusedError
from reconciler.edit.three_way import (
    Contradiction,
    Data,
    DropValue,
    InsertItem,
    PutValue,
    Step,
    applied,
    carried_over,
)
from reconciler.load.source import FileSource
from reconciler.load.strict_yaml import parse


def rebased(
    path: str, base: bytes, proposed: bytes, newest: bytes, *, decided: bool = False
) -> bytes | tuple[Contradiction, ...]:
    """`newest` with what `proposed` changed in `base`; every other byte as `newest` has it.

    Empty bytes stand for no file. Contradictions are returned if both versions changed one field
    to different values. With `decided`, such fields are as `proposed` has them, except for parts of
    lists and whole files. The result can still break a rule, such as an update after the end: check
    it. Raises EditRefusedError if a version cannot be read, or the bytes cannot be edited.
    """
    if proposed in {base, newest}:
        return newest
    if newest == base:
        return proposed
    if not (base and proposed and newest):
        return (Contradiction((), _whole(path, proposed), _whole(path, newest)),)
    data = _read(path, newest)
    found = tuple(carried_over(_read(path, base), _read(path, proposed), deepcopy(data)))
    if decided:
        found = tuple(map(_decided, found))
    wrong = tuple(each for each in found if isinstance(each, Contradiction))
    steps = [each for each in found if not isinstance(each, Contradiction)]
    return wrong or _stepped(path, newest, data, steps)


def _decided(step: Step | Contradiction) -> Step | Contradiction:
    """The step to the proposed value."""
    if not isinstance(step, Contradiction) or not all(isinstance(each, str) for each in step.loc):
        return step
    return DropValue(step.loc) if step.proposed is None else PutValue(step.loc, step.proposed)


def _stepped(path: str, newest: bytes, data: Data, steps: list[Step]) -> bytes:
    """The bytes after all steps, if they say what the steps say."""
    for step in steps:
        newest = _spliced(FileSource(path, newest), step)
        applied(step, data)
        if parse(path, newest).value != data:
            raise EditRefusedError(
                f"The tool cannot edit {path} without changing other values. Change the file in "
                "an editor."
            )
    return newest


def _spliced(source: FileSource, step: Step) -> bytes:
    match step:
        case InsertItem(loc, index, value):
            return with_item_at(source, loc, index, value)
        case PutValue(loc, value):
            return with_any(source, loc, value)
        case DropValue(loc):
            return without(source, loc)


def _read(path: str, data: bytes) -> Data:
    value = parse(path, data).value
    if value is None:
        raise EditRefusedError(f"{path} cannot be read. Correct the file in an editor.")
    return value


def _whole(path: str, data: bytes) -> Data | None:
    return _read(path, data) if data else None
