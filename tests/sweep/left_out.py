"""What `make test` leaves out of its sample, and why. `make sweep` runs everything."""

from typing import Final

LEFT_OUT: Final[dict[str, str]] = {
    "stale": "a run that reads an old state posts again, and no later run removes the copy",
    "twice": "no run removes the copy that a request makes if it is delivered twice",
    "byte-by-byte": "the time limit of a call is for each byte",
    "429-day": "the run waits for a day",
}
"""Kinds, and what the next run reads."""
