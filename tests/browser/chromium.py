"""A real Chromium, in which pages are looked at. Nothing is downloaded: the system's is used."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
OPTIONS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-first-run",
    "--no-sandbox",
)
"""Quiet, the same everywhere, and without a way to any machine but this one."""


class Look(NamedTuple):
    """The width of a window, and its colours."""

    width: int
    scheme: Literal["light", "dark"]

    @property
    def name(self) -> str:
        kind = "phone" if self.width == PHONE else "desktop"
        return f"{kind}-{self.scheme}"


PHONE, DESKTOP = 390, 1280
HEIGHTS = {PHONE: 844, DESKTOP: 900}
LOOKS = [Look(width, scheme) for width in (PHONE, DESKTOP) for scheme in ("light", "dark")]


def find_chromium() -> str:
    """The program; empty if there is none. ESCALATE_CHROMIUM names another one."""
    named = os.environ.get("ESCALATE_CHROMIUM")
    found = [shutil.which(each) for each in ([named] if named else NAMES)]
    return next((each for each in found if each), "")


def why_not() -> str:
    """Why no page can be looked at; empty if one can."""
    try:
        import playwright  # noqa: F401, PLC0415 - only with the extra `dev`
    except ImportError:
        return "the package playwright is not installed (extra dev)"
    return "" if find_chromium() else "there is no chromium (apt-get install chromium)"


class Browser:
    """One browser with one window for each look."""

    def __init__(self, browser) -> None:
        self._browser = browser
        self._pages = {}

    def page(self, look: Look):
        """The window of a look."""
        if look not in self._pages:
            context = self._browser.new_context(
                viewport={"width": look.width, "height": HEIGHTS[look.width]},
                color_scheme=look.scheme,
                reduced_motion="reduce",
                locale="en-US",
                timezone_id="America/New_York",
            )
            context.set_default_timeout(10_000)
            self._pages[look] = context.new_page()
        return self._pages[look]

    def picture(self, look: Look, file: Path, *, whole: bool = False) -> Path:
        """What a window shows, as a PNG; the whole page or what is above the fold."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page(look).screenshot(path=file, full_page=whole, animations="disabled", caret="hide")
        return file


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for as long as the context lasts."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - as above

    with sync_playwright() as driver:
        program = driver.chromium.launch(executable_path=find_chromium(), args=list(OPTIONS))
        try:
            yield Browser(program)
        finally:
            program.close()
