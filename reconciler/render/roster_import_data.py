"""What `escalate roster import` would add, for programs and spreadsheets."""

from collections.abc import Iterator

from pydantic import Field

from reconciler.model.base import Value
from reconciler.model.known_person import KnownPerson
from reconciler.model.output import Output
from reconciler.render.sheet import Sheet
from reconciler.setup.match_people import RosterImport


class ShownValue(Value):
    """One value that an entry of the roster gets."""

    handle: str = Field(description="Handle of the entry.")
    new: bool = Field(description="True if the import adds the entry.")
    key: str = Field(description="The key of the entry, such as `email` or `slack`.")
    value: str = Field(description="The value of the key.")


class ShownLeftOut(Value):
    """A person whom the import leaves out."""

    name: str = Field(description="The person's name. Can be empty.")
    email: str = Field(description="E-mail address. Empty if the source hides it.")
    source: str = Field(description="Slack, Jira, or a line of a file.")
    why: str = Field(description="Why the person is left out.")
    handles: tuple[str, ...] = Field(description="Who of the roster the person could be.")
    missing: tuple[str, ...] = Field(description="Keys that no source has.")


class RosterImportOutput(Output):
    """What an import would add to the roster, and whom it would leave out."""

    values: tuple[ShownValue, ...] = Field(description="One for each value, entry by entry.")
    left_out: tuple[ShownLeftOut, ...] = Field(description="One for each person left out.")


def roster_import_output(found: RosterImport) -> RosterImportOutput:
    """The import for programs."""
    return RosterImportOutput(values=tuple(_values(found)), left_out=tuple(_left_out(found)))


def _values(found: RosterImport) -> Iterator[ShownValue]:
    for new, entries in ((True, found.additions), (False, found.ids)):
        for handle, values in entries.items():
            for key, value in values.items():
                yield ShownValue(handle=handle, new=new, key=key, value=value)


def _left_out(found: RosterImport) -> Iterator[ShownLeftOut]:
    for unclear in found.unclear:
        yield _shown(unclear.person, unclear.why, handles=unclear.handles)
    for person, missing in found.incomplete:
        yield _shown(person, "no source has all values", missing=missing)
    for left in found.left_out:
        yield _shown(left.person, left.why)


def _shown(
    person: KnownPerson,
    why: str,
    *,
    handles: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
) -> ShownLeftOut:
    return ShownLeftOut(
        name=person.name,
        email=person.email,
        source=person.source,
        why=why,
        handles=handles,
        missing=missing,
    )


def roster_import_sheet(planned: RosterImportOutput) -> Sheet:
    """A row for each value, then one for each person left out."""
    rows = [(each.handle, each.key, each.value, "") for each in planned.values]
    rows += [("", "email", each.email, _reason(each)) for each in planned.left_out]
    return Sheet(("handle", "key", "value", "left_out"), tuple(rows))


def _reason(left: ShownLeftOut) -> str:
    more = ", ".join([*left.handles, *left.missing])
    return f"{left.name} ({left.source}): {left.why}" + (f": {more}" if more else "")
