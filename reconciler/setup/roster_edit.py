"""A roster with more people and more ids; every other byte stays, comments too."""

from collections.abc import Mapping

from reconciler.edit.splice import EditRefusedError, with_keys
from reconciler.load.insert import with_ids
from reconciler.load.raw import ROSTER_PATH, RawFile
from reconciler.load.snapshot import load_snapshot
from reconciler.load.source import FileSource
from reconciler.model.roster import Roster
from reconciler.setup.match_people import RosterImport, Values


def with_import(data: bytes, roster: Roster, wanted: RosterImport) -> tuple[bytes, tuple[str, ...]]:
    """The file after an import, and for whom ids can't be written, because of braces.

    Raises EditRefusedError if the file would not have the values of before and the new ones.
    """
    written, left = with_ids(data, ROSTER_PATH, wanted.ids)
    if wanted.additions:
        source = FileSource(ROSTER_PATH, written)
        entries = {handle: dict(values) for handle, values in wanted.additions.items()}
        written = with_keys(source, ("people",), entries)
    expected = roster.model_dump(exclude_none=True)
    for handle, ids in wanted.ids.items():
        if handle not in left:
            expected["people"][handle].update(ids)
    expected["people"].update({key: dict(each) for key, each in wanted.additions.items()})
    _prove(written, expected)
    return written, left


def _prove(written: bytes, expected: Mapping[str, Values]) -> None:
    found = load_snapshot([RawFile(ROSTER_PATH, written)]).roster
    if found is None or found.model_dump(exclude_none=True) != expected:
        raise EditRefusedError(
            "The people can't be written into config/roster.yaml without changing other values. "
            "Nothing was written."
        )
