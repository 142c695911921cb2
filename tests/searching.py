"""How long `make search` looks for examples that fail."""

import os

_TIMES = int(os.environ.get("ESCALATE_SEARCH", "1"))


def times(examples: int) -> int:
    """How many examples to try: as many as given in `make test`, and more in a search."""
    return examples * _TIMES
