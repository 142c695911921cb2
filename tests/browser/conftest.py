"""One browser and one prepared sandbox for these tests.

They end with the last test here: Playwright keeps an event loop running in its thread, in which
no other test could start one.
"""

from collections.abc import Iterator

import pytest

from browser.chromium import Browser, chromium, why_not
from browser.scenario import Scenario, scenario


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with chromium() as found:
        yield found


@pytest.fixture(scope="package")
def prepared(browser: Browser) -> Iterator[Scenario]:  # noqa: ARG001 - nothing without a browser
    with scenario() as found:
        yield found
