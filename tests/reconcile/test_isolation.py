"""One escalation's trouble never stops another's."""

from pathlib import Path

from company import Company, resolution
from repository import escalate

from reconciler.model.outcome import Result
from reconciler.sandbox import Box, Fault

_ASSIGNEES = [
    "dmitri",
    "nadia",
    "felix",
    "mei",
    "ines",
    "marcus",
    "hannah",
    "carla",
    "ben",
    "yusuf",
]


def _ten(company: Company) -> list[str]:
    """Ten escalations; the limits are the checker's business, not the reconciler's."""
    keys = ["DS-1071", "DS-1072", "DS-1073", "DS-1074", "DS-1042", "DS-1057", "DS-1063"]
    keys += ["PLAT-311", "PLAT-318", "PLAT-320"]
    people = dict(zip(keys, [*_ASSIGNEES[:7], *_ASSIGNEES[7:]], strict=True))
    for key, assignee in people.items():
        company.write(key, assignee=assignee)
    return keys


def test_three_of_ten_fail_and_seven_are_done(cloud: Company):
    _ten(cloud)
    # A broken ticket, an unknown Slack user, a name taken by a foreign channel.
    (cloud.folder / "escalations" / "2026" / "DS-1074.yaml").unlink()
    cloud.write("DS-4040", assignee="marcus")
    cloud.edit_roster("jun", slack=None, email="jun.nobody@ledgerline.example")
    cloud.write("DS-1072", assignee="nadia", contact="jun")
    cloud.slack("amara").conversations_create(name="ds-1073-something-fails-in-ds-1073")

    done = escalate(cloud, "apply", status=None)

    assert done.returncode == 6, done.stderr
    told = " ".join(done.stdout.split())
    assert "Jira shows no ticket DS-4040" in told
    assert "Slack has no active user for jun (jun.nobody@ledgerline.example)" in told
    assert "#ds-1073-something-fails-in-ds-1073 is another account's channel" in told
    assert told.count("→") >= 3, "each comes with what to do about it"
    fine = ["DS-1071", "DS-1042", "DS-1057", "DS-1063", "PLAT-311", "PLAT-318", "PLAT-320"]
    for key in fine:
        assert "ESCALATION" in cloud.ticket(key)["labels"]
        assert cloud.ticket(key)["priority"] == "Highest"
        mark = cloud.ticket(key)["comments"][-1]["properties"]["escalation"]
        assert (mark["ticket"], mark["key"]) == (key, "channel")
        assert cloud.channel(key)["pins"]
    changes = {each.ticket: each.changes for each in cloud.plan().escalations}
    assert all(changes[key] == () for key in fine)
    # The broken ones are as far as they can be: marked, and their people told.
    assert cloud.ticket("DS-1073")["labels"] == ["ESCALATION"]
    assert cloud.user("owen") in cloud.channel("DS-1072")["members"]


def test_the_three_are_done_once_they_are_mended(cloud: Company):
    test_three_of_ten_fail_and_seven_are_done(cloud)
    (cloud.folder / "escalations" / "2026" / "DS-4040.yaml").unlink()
    cloud.edit_roster("jun", email="jun.watanabe@ledgerline.example")
    foreign = cloud.named("ds-1073-something-fails-in-ds-1073")["id"]
    cloud.slack("amara").conversations_rename(channel=foreign, name="amaras-own")
    cloud.converge()
    assert cloud.user("jun") in cloud.channel("DS-1072")["members"]


def test_a_field_that_jira_refuses_does_not_take_the_others_along(company: Company):
    company.edit_roster("dmitri", jira="nobody-of-that-name")
    company.write("DS-1071")
    outcomes = company.apply()
    failed = [each for each in outcomes if each.result is not Result.DONE]
    assert [each.change.facet for each in failed] == ["jira.assignee"]
    assert "Assignable User" in failed[0].remedy
    assert company.ticket("DS-1071")["labels"] == ["ESCALATION"]
    assert company.ticket("DS-1071")["priority"] == "Highest"
    assert [each.facet for each in company.plan().escalations[0].changes] == ["jira.assignee"]


def test_a_follow_up_that_does_not_exist_is_told_and_the_rest_is_done(company: Company):
    company.write("DS-1071")
    company.converge()
    company.write("DS-1071", resolution=resolution(follow_ups=["PAY-641", "PAY-9999"]))
    run, _ = company.run()
    assert run is not None
    (escalation,) = run.plan.escalations
    assert [each.facet for each in escalation.problems] == ["jira.link"]
    assert "PAY-9999" in escalation.problems[0].message
    assert len(company.state()["jira"]["links"]) == 1
    assert company.ticket("DS-1071")["labels"] == []


def test_a_lost_answer_is_read_back_in_the_same_run(company: Company):
    company.write("DS-1071")
    company.box.faults.add(Fault("drop", "slack", "conversations.create", when="after"))
    company.box.faults.add(Fault("drop", "slack", "chat.postMessage", nth=2, when="after"))
    outcomes = company.apply()
    assert {each.result for each in outcomes} == {Result.DONE}
    assert "the effect is there" in " ".join(each.answer for each in outcomes)
    company.expect_nothing_to_do()
    assert len(company.channels("DS-1071")) == 1


def test_rate_limits_are_waited_out(cloud: Company):
    cloud.write("DS-1071")
    cloud.box.faults.add(
        Fault("status", "slack", "conversations.setTopic", status=429, retry_after=7)
    )
    cloud.box.faults.add(Fault("status", "jira", "PUT /issue/{key}", status=429, retry_after=3))
    cloud.converge()
    waited = [round(pause) for pause in cloud.pauses if pause > 1]
    assert waited[:2] == [7, 3]


def test_a_ticket_that_moved_is_told(cloud: Company):
    cloud.write("DS-1071")
    cloud.converge()
    with cloud.box.lock:
        issue = cloud.box.world.jira.issues.pop("DS-1071")
        issue.key = "DS-2000"
        issue.former_keys.append("DS-1071")
        cloud.box.world.jira.issues["DS-2000"] = issue
    (escalation,) = cloud.plan().escalations
    assert escalation.problems[0].message == "DS-1071 was moved to DS-2000"


def test_an_edit_whose_receipt_is_refused_is_done_all_the_same(tmp_path: Path, box: Box):
    """Data Center takes a request for each: the audit branch must not call the edit failed."""
    company = Company(tmp_path / "repo", box, data_center=True, workers=1)
    company.write("DS-1071")
    name = "PUT /issue/{key}/properties/{property}"
    refused = Fault("status", "jira-dc", name, nth=2, status=429, retry_after=86_400)
    box.faults.add(refused)
    bad = {each.change.key: each for each in company.apply() if each.result is not Result.DONE}
    assert refused.hit.is_set()
    assert list(bad) == ["jira.receipt"]
    assert bad["jira.receipt"].result is Result.FAILED
    box.faults.clear()
    changes = [each.change.key for each in company.converge()]
    assert changes == ["jira.receipt"]
