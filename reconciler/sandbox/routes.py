"""Tables of routes: which function answers which method and path."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from reconciler.sandbox.answer import Answer

C = TypeVar("C")


@dataclass(frozen=True)
class Route(Generic[C]):
    """One operation of a REST API. A parameter that ends in `*` takes the rest of the path."""

    method: str
    template: str
    run: Callable[[C], Answer]
    faces: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the log calls it."""
        return f"{self.method} {self.template}"

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The parameters in a path, or None if it is not this route's."""
        wanted = self.template.strip("/").split("/")
        if wanted[-1].endswith("*}") and len(segments) >= len(wanted):
            segments = [*segments[: len(wanted) - 1], "/".join(segments[len(wanted) - 1 :])]
        if len(wanted) != len(segments):
            return None
        pairs = list(zip(wanted, segments, strict=True))
        if any(want != got for want, got in pairs if not want.startswith("{")):
            return None
        return {want.strip("{*}"): got for want, got in pairs if want.startswith("{")}


@dataclass
class Routes(Generic[C]):
    """The routes of one family, put together by decorating their functions."""

    usual: tuple[str, ...] = ()
    found: list[Route[C]] = field(default_factory=list)

    def __call__(
        self,
        method: str,
        template: str,
        *,
        faces: tuple[str, ...] | None = None,
    ) -> Callable[[Callable[[C], Answer]], Callable[[C], Answer]]:
        """Enter a function as a route."""

        def enter(run: Callable[[C], Answer]) -> Callable[[C], Answer]:
            where = self.usual if faces is None else faces
            self.found.append(Route(method, template, run, where))
            return run

        return enter

    def __iter__(self) -> Iterator[Route[C]]:
        return iter(self.found)


@dataclass(frozen=True)
class RouteMatch(Generic[C]):
    """Where a path leads: to a route, or to one that does not take the method."""

    template: str
    route: Route[C] | None
    params: dict[str, str]


def find(
    routes: Iterable[Route[C]], method: str, segments: list[str], face: str = ""
) -> RouteMatch[C] | None:
    """The best route for a path: one that takes the method before one that does not."""
    best: RouteMatch[C] | None = None
    for route in routes:
        params = route.match(segments) if not face or face in route.faces else None
        if params is None:
            continue
        mine = RouteMatch(route.template, route if route.method == method else None, params)
        if best is None or _rank(mine) > _rank(best):
            best = mine
    return best


def _rank(found: RouteMatch[C]) -> tuple[bool, int]:
    """Fewer parameters come before more."""
    return (found.route is not None, -len(found.params))
