"""What keeps other websites and hostile text from acting through the pages."""

import secrets
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-cache",
}
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Guard:
    """The checks of every request. The token is in each form and unknown to other websites."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)

    def is_local(self, request: Request) -> bool:
        """True if the browser asked for this machine by name.

        A foreign name that resolves to this machine (DNS rebinding) is refused.
        """
        try:
            name = urlsplit(f"//{request.headers.get('host', '')}").hostname
        except ValueError:
            return False
        return name in _LOOPBACK

    def is_own_form(self, request: Request, token: str) -> bool:
        """True if a form of these pages was sent, not one of another website."""
        own = f"{request.url.scheme}://{request.headers.get('host', '')}"
        same = request.headers.get("origin") == own
        return same and secrets.compare_digest(token.encode(), self.token.encode())


def local_path(wanted: str) -> str:
    """A path of these pages to return to; the home page instead of any other address."""
    parts = urlsplit(wanted)
    safe = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    return wanted if safe and plain and not (parts.scheme or parts.netloc) else "/"
