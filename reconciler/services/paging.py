"""Lists that come page by page: how the end is found, also of one that has none."""

from typing import Final

from reconciler.services.errors import cut

MOST_PAGES: Final = 200
MOST_ENTRIES: Final = 200_000


class Paging:
    """What was read of one list so far."""

    def __init__(self, service: str, call: str) -> None:
        """Begin before the first page."""
        self._service = service
        self._call = call
        self._pages = 0
        self._entries = 0
        self._places: set[str] = set()

    def turn(self, place: str, entries: int) -> None:
        """Go on to the page at `place`, after one with so many entries.

        `place` is a cursor, a token, an address or a number. Raises ServiceError if the list comes
        back to where it was, or does not end.
        """
        self._pages += 1
        self._entries += entries
        endless = self._pages >= MOST_PAGES or self._entries > MOST_ENTRIES
        if endless or place in self._places:
            raise cut(self._service, self._call)
        self._places.add(place)
