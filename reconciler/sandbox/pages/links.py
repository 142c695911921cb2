"""Addresses of the services as addresses of these pages."""

from typing import Final
from urllib.parse import urlsplit

from reconciler.sandbox.world import World

_SCHEMES: Final = frozenset({"http", "https"})


class PageLinks:
    """Which address a link gets; `services` are the addresses that the sandbox serves."""

    def __init__(self, world: World, services: tuple[str, ...]) -> None:
        github = world.github
        self._here = {
            f"https://{world.slack.domain}.slack.com": ("/archives/",),
            "https://github.example": (f"/{github.full_name}/",),
            **{
                address.rstrip("/"): ("/archives/", "/browse/", f"/{github.full_name}/")
                for address in services
            },
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
