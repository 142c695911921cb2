"""The sandbox's Slack: everyone in the workspace, and user groups."""

from sandbox.clients import Slack

from reconciler.sandbox import Box


def test_everyone_page_by_page(slack: Slack):
    first = slack("users.list", limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = slack("users.list", limit=2, cursor=cursor)
    assert len({each["id"] for page in (first, second) for each in page["members"]}) == 4


def test_addresses_need_a_scope(box: Box, slack: Slack):
    assert any("email" in each["profile"] for each in slack("users.list")["members"])
    box.world.slack.scopes.remove("users:read.email")
    assert not any("email" in each["profile"] for each in slack("users.list")["members"])


def test_user_groups(box: Box, slack: Slack):
    box.world.slack.groups["dev-support"] = ["U0LENA001"]
    (group,) = slack("usergroups.list")["usergroups"]
    assert slack("usergroups.users.list", usergroup=group["id"])["users"] == ["U0LENA001"]
    assert slack.code("usergroups.users.list", usergroup="S0NONE") == "no_such_subteam"
