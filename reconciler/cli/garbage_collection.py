"""Garbage collection in a run that reads years of files, nearly all of which it keeps.

Python looks through everything that is kept, again and again while it grows, and finds no garbage.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reading() -> Iterator[None]:
    """Look for no garbage until `everything_read`, and among what was read not before the end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()
        else:
            gc.disable()


def everything_read() -> None:
    """From here on look for garbage, but only among what is made after this."""
    gc.freeze()
    gc.enable()
