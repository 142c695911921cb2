"""Every surface in a real browser: complete, accessible, and as its picture shows it."""

import subprocess
from functools import cache, partial
from pathlib import Path

import pytest
from goldens import updating

from browser.chromium import PHONE, Browser, Look
from browser.scenario import Scenario
from browser.surfaces import SURFACES, Surface

GOLDEN = Path(__file__).parent / "kept"
FONT = GOLDEN / "font.txt"
GRAVE = {"serious", "critical"}
LIGHT, DARK = Look(PHONE, "light"), Look(PHONE, "dark")


def test_surfaces(browser: Browser, prepared: Scenario, tmp_path: Path) -> None:
    """All in one test, so that only one process of the tests needs a browser."""
    faults: list[str] = []
    for look in (LIGHT, DARK):
        page = browser.page(look)
        page.on("console", partial(note, faults))
        for surface in SURFACES:
            page.goto(surface.address(prepared))
            found = [*grave_findings(page), *too_wide(page)]
            faults += [f"{surface.name}, {look.name}: {each}" for each in found]
            if surface.golden and look == LIGHT:
                faults += changed(browser, surface, tmp_path)
    assert [each for each in faults if not is_expected(each)] == []


def note(faults: list[str], message) -> None:
    """Keep what the browser complains about: a blocked script or style, a file that is missing."""
    faults.append(f"{message.text} {message.location}")


def is_expected(fault: str) -> bool:
    """The browser notes the status of the page that is not there."""
    return "404 (Not Found)" in fault and "/nothing" in fault


def grave_findings(page) -> list[str]:
    """What axe finds that is serious or critical: the rule, where and why."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - only with a browser

    # Without `preload`, axe fetches no style sheet, which the policy of the board forbids.
    found = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]})
    return [
        f"{each['id']} at {node['target']}: {node['failureSummary']}"
        for each in found.response["violations"]
        if each["impact"] in GRAVE
        for node in each["nodes"][:3]
    ]


def too_wide(page) -> list[str]:
    """Whether a phone would have to scroll sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"{width} pixels wide"] if width > page.viewport_size["width"] else []


def changed(browser: Browser, surface: Surface, folder: Path) -> list[str]:
    """How the picture of a surface differs from its golden, which another font would break."""
    from browser.compare import compared  # noqa: PLC0415 - only with a browser

    if updating():
        GOLDEN.mkdir(exist_ok=True)
        FONT.write_text(f"{font()}\n", encoding="utf-8")
    elif FONT.read_text(encoding="utf-8").strip() != font():
        return []
    shown = browser.picture(LIGHT, folder / f"{surface.name}.png")
    return compared(GOLDEN / f"{surface.name}.png", shown)


@cache
def font() -> str:
    """The font that the pages have on this machine; empty if that is not known."""
    command = ["fc-match", "--format", "%{family}", "sans-serif"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def test_goldens_are_small() -> None:
    assert sum(each.stat().st_size for each in GOLDEN.iterdir()) < 300_000


def test_the_axe_finds_what_is_wrong(browser: Browser) -> None:
    page = browser.page(LIGHT)
    page.goto("about:blank")
    page.set_content('<main><h1>Hi</h1><p style="color:#aaa;background:#fff">grey</p><img src=x>')
    assert {each.partition(" ")[0] for each in grave_findings(page)} >= {
        "color-contrast",
        "image-alt",
    }


def test_a_changed_picture_is_noticed() -> None:
    image = pytest.importorskip("PIL.Image")
    draw = pytest.importorskip("PIL.ImageDraw")
    compare = pytest.importorskip("browser.compare")
    before = image.new("L", (390, 844), 255)
    after = before.copy()
    assert compare.difference(before, after) == 0
    draw.Draw(after).rectangle((100, 300, 280, 340), fill=20)
    assert compare.difference(before, after) > compare.MOST
    assert compare.difference(before, image.new("L", (390, 900), 255)) > compare.MOST
