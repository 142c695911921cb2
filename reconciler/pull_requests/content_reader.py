"""What the commits of pull requests change, by ids, and whom their commands name."""

from collections.abc import Callable, Iterable, Mapping

from reconciler.load.raw import FileKind, kind_of
from reconciler.model.field_change import FieldChange, FieldKey, OwnedField
from reconciler.model.roster import Roster
from reconciler.pull_requests.commit_changes import ChangesOfCommits
from reconciler.pull_requests.reading_place import ReadingPlace
from reconciler.services.git.commit_objects import written_commit


class ContentReader:
    """Reads what commits change against a commit of the main branch."""

    def __init__(self, place: ReadingPlace) -> None:
        """Read from the clone of `place`. Without a roster, commands name people by handle."""
        self._place = place
        self.changes = ChangesOfCommits(place.repo, place.connected.fetch_blobs)
        self._roster: Roster | None = None

    def resolve_logins(self, roster: Roster) -> None:
        """Let commands name people by login, as the roster in force has them."""
        self._roster = roster

    def handle(self, name: str) -> str:
        """The handle of a person whom a command names; empty if it is unknown."""
        return name if name[:1] != "@" else _handle_of(name[1:], self._roster)

    def ids(self, main: str, commit: str) -> frozenset[str] | None:
        """What a commit changes; None if this clone lacks the commit."""
        found = self.changes.since_branching(main, commit)
        return None if found is None else found.ids

    def address(self, commit: str) -> str:
        """The address of a commit's author; empty if it is unknown."""
        found = written_commit(self._place.repo, commit)
        return "" if found is None else found.address

    def assigning(
        self, main: str, changes: Iterable[FieldChange], episodes: Mapping[str, int]
    ) -> Callable[[str, str], frozenset[str]]:
        """The function `assigning` of a content. It also finds changes that a command asks for."""
        there = [each for each in changes if each.field is OwnedField.ASSIGNEE]

        def find(name: str, commit: str) -> frozenset[str]:
            handle, paths = self.handle(name), self._escalations(main, commit)
            if not handle or len(paths) != 1:
                return frozenset()
            asked = [
                FieldChange(path, FieldKey(number, "assignee"), OwnedField.ASSIGNEE, after=handle)
                for path, number in episodes.items()
            ]
            found = [*(each for each in there if each.after == handle), *asked]
            return frozenset(each.id for each in found if each.path in paths)

        return find

    def _escalations(self, main: str, commit: str) -> frozenset[str]:
        """Paths of the escalations that a commit changes; empty if this clone lacks the commit."""
        found = self.changes.since_branching(main, commit) if commit else None
        every = (each.path for each in found.changes) if found is not None else ()
        return frozenset(each for each in every if kind_of(each) is FileKind.ESCALATION)


def _handle_of(login: str, roster: Roster | None) -> str:
    people = roster.people.items() if roster is not None else ()
    same = [handle for handle, each in people if each.github.casefold() == login.casefold()]
    return same[0] if len(same) == 1 else ""
