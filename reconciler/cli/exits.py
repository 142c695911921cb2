"""Exit statuses, and the one boundary where an exception becomes one."""

from enum import IntEnum


class Exit(IntEnum):
    """What the shell is told."""

    FINE = 0
    FAILURE = 1
    """Findings, or nothing could be done."""
    USAGE = 2
    PENDING = 3
    """Changes are pending (`plan --exit-code`)."""
    UNSAFE = 4
    STALE = 5
    """A saved plan no longer fits."""
    PARTIAL = 6
    """Something that the files ask for is not done, or has to be corrected."""
