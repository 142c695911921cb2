"""Addresses of the services as addresses of these pages."""

from typing import Final
from urllib.parse import quote, urlsplit

from starlette.requests import Request

from reconciler.sandbox.world import World

_SCHEMES: Final = frozenset({"http", "https"})


def _for_people(world: World) -> tuple[str, ...]:
    """How the paths begin that people open, on any of the services."""
    return ("/archives/", "/browse/", f"/{world.github.full_name}/")


def page_of(request: Request, world: World, pages: str) -> str:
    """The page to which a service sends a browser; empty for a call of its API."""
    path, query = request.url.path, request.url.query
    if request.method != "GET" or not path.startswith(_for_people(world)):
        return ""
    return f"{pages}{quote(path)}{f'?{query}' if query else ''}"


class PageLinks:
    """Which address a link gets; `services` are the addresses that the sandbox serves."""

    def __init__(self, world: World, services: tuple[str, ...]) -> None:
        self._here = {
            f"https://{world.slack.domain}.slack.com": ("/archives/",),
            "https://github.example": (f"/{world.github.full_name}/",),
            **{address.rstrip("/"): _for_people(world) for address in services},
        }

    def to(self, address: str) -> str | None:
        """The address of a link; None for one that is neither http nor https."""
        if address.startswith("/archives/"):
            return address
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.scheme not in _SCHEMES or not parts.netloc or not address.isprintable():
            return None
        known = self._here.get(f"{parts.scheme}://{parts.netloc}", ())
        if parts.path.startswith(known):
            query = f"?{parts.query}" if parts.query else ""
            fragment = f"#{parts.fragment}" if parts.fragment else ""
            return f"{parts.path}{query}{fragment}"
        return address
