"""Saved plans, caps, and what a run refuses to do."""

import pytest
from company import Company, resolution
from forked import Done
from repository import escalate

from reconciler.model.change import Plan

pytestmark = pytest.mark.usefixtures("screens")


def _escalate(company: Company, *arguments: str) -> Done:
    return escalate(company, *arguments, status=None)


def test_a_saved_plan_is_applied(cloud: Company):
    cloud.write("DS-1071")
    assert _escalate(cloud, "plan", "--out", "plan.json", "--exit-code").returncode == 3
    done = _escalate(cloud, "apply", "plan.json")
    assert done.returncode == 0, done.stderr
    cloud.expect_nothing_to_do()
    assert _escalate(cloud, "plan", "--exit-code").returncode == 0


def test_json_reads_back(cloud: Company):
    cloud.write("DS-1071")
    plan = cloud.plan()
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


def _file_changed(company: Company) -> None:
    company.write("DS-1071", contact="jun")


def _another_file(company: Company) -> None:
    company.write("DS-1072", assignee="nadia")


def _file_gone(company: Company) -> None:
    (company.folder / "escalations" / "2026" / "DS-1071.yaml").unlink()


def _priority_changed(company: Company) -> None:
    company.jira("hannah", "PUT", "issue/DS-1071", {"fields": {"priority": {"name": "Low"}}})


def _applied_by_somebody_else(company: Company) -> None:
    company.apply()


@pytest.mark.parametrize(
    "move",
    [_file_changed, _another_file, _file_gone, _priority_changed, _applied_by_somebody_else],
)
def test_a_stale_plan_is_refused(cloud: Company, move):
    cloud.write("DS-1071")
    _escalate(cloud, "plan", "--out", "plan.json")
    move(cloud)
    before = cloud.state()
    done = _escalate(cloud, "apply", "plan.json")
    assert done.returncode == 5, done.stderr
    assert "out of date" in done.stderr
    assert cloud.state() == before


def test_chatter_in_the_channel_does_not_make_a_plan_stale(cloud: Company):
    cloud.write("DS-1071")
    cloud.converge()
    cloud.write("DS-1071", contact="jun")
    _escalate(cloud, "plan", "--out", "plan.json")
    channel = cloud.channel("DS-1071")["id"]
    cloud.slack("amara").conversations_join(channel=channel)
    cloud.slack("amara").chat_postMessage(channel=channel, text="Hello")
    assert _escalate(cloud, "apply", "plan.json").returncode == 0


def test_what_is_no_plan_is_told(cloud: Company):
    cloud.write("DS-1071")
    (cloud.folder / "plan.json").write_text('{"version": 2}')
    done = _escalate(cloud, "apply", "plan.json")
    assert done.returncode == 2
    assert "not a plan of this version" in done.stderr


@pytest.mark.parametrize(
    ("cap", "excess"), [("posts", "4 posts"), ("invitations", "7 invitations")]
)
def test_caps_refuse_and_can_be_raised(cloud: Company, cap: str, excess: str):
    cloud.set_policy(safety={cap: 2})
    cloud.write("DS-1071")
    before = cloud.state()
    done = _escalate(cloud, "apply")
    assert done.returncode == 4
    assert excess in done.stderr
    assert cloud.state() == before
    number = excess.partition(" ")[0]
    assert _escalate(cloud, "apply", "--cap", f"{cap}={number}").returncode == 0


def test_archives_are_capped(cloud: Company):
    cloud.write("DS-1071")
    cloud.converge()
    cloud.write("DS-1071", resolution=resolution())
    cloud.converge()
    cloud.pass_time(days=20)
    cloud.set_policy(safety={"archives": 0})
    assert _escalate(cloud, "apply").returncode == 4
    assert not cloud.channel("DS-1071")["archived"]


def test_no_files_while_escalations_are_live_is_refused(cloud: Company):
    cloud.write("DS-1071")
    cloud.converge()
    (cloud.folder / "escalations" / "2026" / "DS-1071.yaml").unlink()
    before = cloud.state()
    done = _escalate(cloud, "apply")
    assert done.returncode == 4
    assert "open escalation channels (1)" in done.stderr
    assert cloud.state() == before


def test_one_vanished_file_is_told_and_nothing_is_torn_down(cloud: Company):
    cloud.write("DS-1071")
    cloud.write("DS-1072", assignee="nadia")
    cloud.converge()
    (cloud.folder / "escalations" / "2026" / "DS-1071.yaml").unlink()
    assert [each.message for each in cloud.plan().notices] == [
        "DS-1071 has an open escalation channel and no file"
    ]
    cloud.converge()
    assert cloud.ticket("DS-1071")["labels"] == ["ESCALATION"]


@pytest.mark.parametrize("style", ["text", "markdown", "json"])
def test_every_format_says_the_same(cloud: Company, style: str):
    cloud.write("DS-1071")
    done = _escalate(cloud, "plan", "--format", style)
    assert done.returncode == 0
    for word in ("DS-1071", "jira.label", "ESCALATION", "slack.members", "priya"):
        assert word in done.stdout
