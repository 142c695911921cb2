"""Work on many items in parallel; an error ends only its own item."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import as_completed
from typing import TypeVar

from reconciler.reconcile.engine.progress import Progress
from reconciler.services.connect import Gateways
from reconciler.services.errors import InternalError, ServiceError

W = TypeVar("W")
T = TypeVar("T")


def side_by_side(
    gateways: Gateways,
    wanted: Iterable[W],
    name: Callable[[W], str],
    work: Callable[[W], T],
    progress: Progress,
) -> Iterator[tuple[W, T | ServiceError | InternalError]]:
    """Each piece with its result, or with the error that ended it, in the order in which they end.

    An error that is not of a service is one of this program.
    """
    futures = {gateways.pool.submit(work, each): each for each in wanted}
    for future in as_completed(futures):
        piece = futures[future]
        progress.step(name(piece))
        try:
            yield piece, future.result()
        except ServiceError as error:
            yield piece, error
        except Exception as error:  # noqa: BLE001 - it stops no other piece
            yield piece, InternalError(error)
