"""Many pieces of work at the same time; what fails takes nothing else with it."""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import as_completed
from typing import TypeVar

from reconciler.apply.progress import Progress
from reconciler.services.errors import MALFORMED, ServiceError, malformed
from reconciler.services.gateways import Gateways

W = TypeVar("W")
T = TypeVar("T")
_log = logging.getLogger(__name__)


def side_by_side(
    gateways: Gateways,
    wanted: Iterable[W],
    name: Callable[[W], str],
    work: Callable[[W], T],
    progress: Progress,
) -> Iterator[tuple[W, T | ServiceError]]:
    """Each piece with what came of it, in the order in which they end."""
    futures = {gateways.pool.submit(work, each): each for each in wanted}
    for future in as_completed(futures):
        piece = futures[future]
        progress.step(name(piece))
        try:
            yield piece, future.result()
        except ServiceError as error:
            yield piece, error
        except MALFORMED as error:
            _log.debug("malformed answer", exc_info=error)
            yield piece, malformed(error)
