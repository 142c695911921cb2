"""Two columns of text."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text


def pairs(rows: Iterable[tuple[str, str]]) -> Table:
    """A table with what was measured on the left, and the result on the right."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for what, result in rows:
        grid.add_row(Text(what), Text(result))
    return grid
