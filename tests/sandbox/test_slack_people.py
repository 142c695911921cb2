"""Tokens, people and groups."""

import pytest
import requests
from sandbox.clients import BOT, BOT_TOKEN, GONE, LENA, Person, Slack, slack_client

from reconciler.sandbox import Box, serve


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
    for hidden in ("stefan.gruber", "olga.petrova", "nobody"):
        email = f"{hidden}@ledgerline.example"
        assert slack.code("users.lookupByEmail", email=email) == "users_not_found"
    assert slack("users.info", user=GONE)["user"]["deleted"]
    assert slack.code("users.info", user="U0NOBODY1") == "user_not_found"


def test_everybody_in_pages(slack: Slack) -> None:
    pages = slack.pages("users.list", "members", limit=10)
    everybody = {one["id"]: one for page in pages for one in page}
    assert len(pages) == 3
    assert everybody[BOT]["is_bot"]
    assert everybody["U0CONTRAC"]["is_ultra_restricted"]
    assert everybody["U0AUDITOR"]["is_restricted"]


def test_groups(slack: Slack) -> None:
    groups = slack("usergroups.list", include_users=True)["usergroups"]
    assert {one["handle"]: len(one["users"]) for one in groups} == {
        "dev-support": 7,
        "payments": 5,
    }
    assert "users" not in slack("usergroups.list")["usergroups"][0]
    members = slack("usergroups.users.list", usergroup=groups[0]["id"])["users"]
    assert members == groups[0]["users"]
    assert slack.code("usergroups.users.list", usergroup="S0NONE") == "no_such_subteam"


def test_a_free_workspace_has_no_groups() -> None:
    scopes = ["usergroups:read", "team:read"]
    workspace = {"name": "Free", "domain": "free", "paid": False, "scopes": scopes}
    with serve({"workspace": workspace}) as box:
        slack = slack_client(box)
        assert slack.code("usergroups.list") == "plan_upgrade_required"
        assert slack("team.info")["team"]["domain"] == "free"
