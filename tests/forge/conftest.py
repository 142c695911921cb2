"""Fixtures of the tests with GitHub."""

import pytest
from hub import Hub
from merging import begin_with


@pytest.fixture
def merging_hub(hub: Hub) -> Hub:
    """A company whose runs merge what is agreed."""
    begin_with(hub, merge="when-agreed")
    return hub
