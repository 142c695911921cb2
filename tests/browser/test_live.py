"""What a person sees and does in a browser: acting with the keyboard, and changes as they come."""

from collections.abc import Iterator

import pytest

from browser.chromium import PHONE, Browser, Look
from browser.scenario import Scenario

LIGHT = Look(PHONE, "light")


@pytest.fixture
def afterwards_as_before(browser: Browser, prepared: Scenario) -> Iterator[None]:
    """The other tests look at the same sandbox."""
    before = prepared.box.snapshot()
    yield
    prepared.box.restore(before)
    browser.page(LIGHT).context.clear_cookies()


@pytest.mark.usefixtures("afterwards_as_before")
def test_a_review_with_the_keyboard_and_news_without_reloading(
    browser: Browser, prepared: Scenario
) -> None:
    page = browser.page(LIGHT)
    page.goto(prepared.pull(prepared.second))
    page.get_by_label("Act as").select_option("hannah")
    page.get_by_role("button", name="Switch").press("Enter")
    page.get_by_label("Comment or review as Hannah Weiss").fill("The reason is valid.")
    with prepared.box.lock:
        prepared.box.world.github.pulls[prepared.second].title = "Another title"
    page.get_by_role("heading", name="Another title").wait_for()
    written = page.get_by_label("Comment or review as Hannah Weiss").input_value()
    assert written == "The reason is valid."
    page.get_by_role("button", name="Approve").focus()
    page.keyboard.press("Enter")
    page.get_by_text("approved these changes").wait_for()
    assert page.get_by_text("The reason is valid.").is_visible()
    assert page.get_by_role("status").count() == 1


def test_keyboard_reaches_the_content_first(browser: Browser, prepared: Scenario) -> None:
    page = browser.page(LIGHT)
    page.goto(f"{prepared.box.pages_url}/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
