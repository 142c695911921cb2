"""Tokens and people."""

import pytest
import requests
from sandbox.clients import BOT, BOT_TOKEN, GONE, LENA, Person, Slack, slack_client

from reconciler.sandbox import Box


def test_the_bot_token(slack: Slack) -> None:
    answer = slack.client.auth_test()
    assert (answer["user_id"], answer["bot_id"]) == (BOT, "B0ESCBOT1")
    assert answer["url"] == "https://ledgerline.slack.com/"
    assert "channels:manage" in answer.headers["x-oauth-scopes"].split(",")


def test_a_person_s_token(person: Person) -> None:
    answer = person(LENA)("auth.test")
    assert answer["user_id"] == LENA
    assert "bot_id" not in answer


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("", "not_authed"),
        ("xoxb-another-bot", "invalid_auth"),
        ("xoxp-U0NOBODY1", "invalid_auth"),
        (f"xoxp-{BOT}", "invalid_auth"),
        (f"xoxp-{GONE}", "account_inactive"),
    ],
)
def test_tokens_that_are_refused(box: Box, token: str, code: str) -> None:
    assert slack_client(box, token).code("auth.test") == code


def test_an_unknown_method(box: Box) -> None:
    url = f"{box.slack_url}conversations.teleport"
    answer = requests.post(url, data={"token": BOT_TOKEN}, timeout=5).json()
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "conversations.teleport")


@pytest.mark.parametrize(
    ("body", "code"), [("{", "invalid_json"), ("[]", "json_not_object"), ("", None)]
)
def test_json_bodies(box: Box, body: str, code: str | None) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": "application/json"}
    url = f"{box.slack_url}auth.test"
    answer = requests.post(url, data=body, headers=headers, timeout=5).json()
    assert answer.get("error") == code


def test_tokens_come_in_forms_and_queries_too_and_never_reach_the_log(box: Box) -> None:
    url = f"{box.slack_url}auth.test"
    assert requests.post(url, data={"token": BOT_TOKEN}, timeout=5).json()["ok"]
    assert requests.get(url, params={"token": BOT_TOKEN}, timeout=5).json()["ok"]
    assert [call.actor for call in box.calls] == ["escalation-bot"] * 2
    assert BOT_TOKEN not in repr(box.calls)


def test_looking_people_up(slack: Slack) -> None:
    found = slack("users.lookupByEmail", email="Lena.Fischer@ledgerline.example")["user"]
    assert (found["id"], found["deleted"], found["is_bot"]) == (LENA, False, False)
    assert found["profile"]["email"] == "lena.fischer@ledgerline.example"
    for hidden in ("stefan.gruber", "olga.petrova", "nobody"):
        email = f"{hidden}@ledgerline.example"
        assert slack.code("users.lookupByEmail", email=email) == "users_not_found"
