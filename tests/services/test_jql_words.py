"""A desk may have a key that is a word of Jira's query language.

Source: `jqlReservedWords` at
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-jql/ .
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from reconciler.sandbox import serve
from reconciler.sandbox.jira_jql import RESERVED
from reconciler.services.connect import jira_gateway
from reconciler.services.jira.gateway import quoted
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import read_jira_settings

KEYS = ("AND", "DO", "INT", "ORDER", "EMPTY")
SEED = {
    "projects": {key: {"name": key, "lead": "hannah"} for key in KEYS},
    "tickets": {f"{key}-7": {"summary": "One", "labels": ["or"]} for key in KEYS},
}


@pytest.mark.parametrize("data_center", [False, True])
def test_such_keys_are_found(monkeypatch: pytest.MonkeyPatch, data_center: bool):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(SEED) as box, ThreadPoolExecutor(2) as pool:
        settings = read_jira_settings(box.env(data_center=data_center))
        assert settings is not None
        with closing(jira_gateway(settings, 5.0, RetryPolicy(attempts=1), pool)) as jira:
            assert sorted(jira.search_labelled("or", KEYS)) == sorted(f"{key}-7" for key in KEYS)
            for key in KEYS:
                ticket = jira.a_ticket(key)
                assert ticket is not None
                assert ticket.key == f"{key}-7"


def test_the_keys_are_words_of_the_language():
    assert {key.casefold() for key in KEYS} <= RESERVED


def test_a_value_cannot_end_its_quotation():
    assert quoted('a"b\\') == '"a\\"b\\\\"'
