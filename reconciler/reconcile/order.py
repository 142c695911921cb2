"""Which changes of a plan have to be done before which."""

from collections.abc import Iterable, Iterator

from reconciler.model.change import Change


def with_requirements(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes, each with the keys of those that must be done before it."""
    every = tuple(changes)
    return tuple(
        each.model_copy(update={"requires": tuple(_required(each, every))}) for each in every
    )


def _required(change: Change, every: tuple[Change, ...]) -> Iterator[str]:
    yield from change.requires
    for other in every:
        first = other is not change and change.op.follows(other.op)
        if first and other.key not in change.requires:
            yield other.key
