"""One browser for each process of the tests, and one prepared sandbox."""

from collections.abc import Iterator

import pytest
from browser.chromium import Browser, chromium, why_not
from browser.scenario import Scenario, scenario


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def prepared(browser: Browser) -> Iterator[Scenario]:  # noqa: ARG001 - nothing without a browser
    with scenario() as found:
        yield found
