"""An app that is installed for a whole Enterprise organisation names the workspace.

Source: https://docs.slack.dev/enterprise/developing-for-enterprise-orgs (`team_id`).
"""

import pytest
from company import Company

from reconciler.services.errors import SetupError
from reconciler.services.settings import read_settings


def test_everything_works_in_the_workspace_that_is_named(cloud: Company):
    cloud.box.world.slack.organisation = True
    cloud.write("DS-1071")
    cloud.converge()
    calls = {each.name: each for each in cloud.box.calls}
    for name in ("conversations.create", "users.conversations"):
        assert calls[name].request["team_id"] == cloud.box.world.slack.team_id


def test_a_taken_name_is_found_in_that_workspace(cloud: Company):
    cloud.box.world.slack.organisation = True
    name = "ds-1071-something-fails-in-ds-1071"
    cloud.slack("priya").conversations_create(name=name)
    cloud.write("DS-1071")
    cloud.apply()
    assert [each for each in cloud.box.calls if each.name == "conversations.list"]


def test_without_a_name_nothing_begins(cloud: Company):
    cloud.box.world.slack.organisation = True
    cloud.more_env["SLACK_TEAM_ID"] = ""
    cloud.write("DS-1071")
    with pytest.raises(SetupError, match="SLACK_TEAM_ID is not set") as failed:
        cloud.plan()
    assert "https://app.slack.com/client/T" in failed.value.remedy


def test_an_app_of_one_workspace_needs_no_name(cloud: Company):
    assert "SLACK_TEAM_ID" not in cloud.env
    cloud.write("DS-1071")
    cloud.converge()


def test_what_is_no_workspace(cloud: Company):
    with pytest.raises(SetupError, match="SLACK_TEAM_ID is not the id of a workspace"):
        read_settings({**cloud.env, "SLACK_TEAM_ID": "E0SANDBOX"})
