"""Somebody whom Slack refuses to have invited is reported once, and keeps no run red.

Source: https://docs.slack.dev/reference/methods/conversations.invite#errors
"""

import pytest
from company import Company

from reconciler.model.outcome import Outcome, Result
from reconciler.model.refusals import REFUSALS


def refuse(company: Company, handle: str, code: str) -> None:
    with company.box.lock:
        company.box.world.slack.users[company.user(handle)].refusal = code


def refusals(outcomes: tuple[Outcome, ...]) -> list[str]:
    return [each.answer for each in outcomes if each.result is not Result.DONE]


def invitations(company: Company) -> int:
    return len([each for each in company.box.calls if each.name == "conversations.invite"])


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_it_is_reported_once(cloud: Company, code: str):
    refuse(cloud, "lena", code)
    cloud.write("DS-1071")
    (outcome,) = [each for each in cloud.apply() if each.result is not Result.DONE]
    assert (outcome.change.facet, outcome.answer) == ("slack.members", f"lena: {code}")
    assert "--thorough" in outcome.remedy
    assert cloud.user("owen") in cloud.channel("DS-1071")["members"], "the others are invited"
    before = invitations(cloud)
    assert cloud.apply() == ()
    assert invitations(cloud) == before
    receipt = cloud.ticket("DS-1071")["properties"]["escalation"]
    assert receipt["refused"] == {cloud.user("lena"): code}


def test_it_is_that_person_s_also_if_nobody_else_is_left(company: Company):
    company.write("DS-1071")
    company.converge()
    refuse(company, "jun", "user_is_ultra_restricted")
    company.write("DS-1071", contact="jun")
    assert refusals(company.apply()) == ["jun: user_is_ultra_restricted"]
    assert company.apply() == ()


def test_a_thorough_run_tries_again_and_is_not_red(cloud: Company):
    refuse(cloud, "lena", "ura_max_channels")
    cloud.write("DS-1071")
    cloud.apply()
    (again,) = cloud.apply(thorough=True)
    assert (again.result, again.answer) == (Result.DONE, "still refused: lena: ura_max_channels")
    refuse(cloud, "lena", "")
    (invited,) = cloud.apply(thorough=True)
    assert (invited.result, invited.answer) == (Result.DONE, "")
    assert cloud.user("lena") in cloud.channel("DS-1071")["members"]
    assert "refused" not in cloud.ticket("DS-1071")["properties"]["escalation"]
    cloud.expect_nothing_to_do()


def test_another_reason_is_news(cloud: Company):
    refuse(cloud, "lena", "ura_max_channels")
    cloud.write("DS-1071")
    cloud.apply()
    refuse(cloud, "lena", "cant_invite")
    assert refusals(cloud.apply(thorough=True)) == ["lena: cant_invite"]


def test_another_id_on_the_roster_is_tried_at_once(cloud: Company):
    refuse(cloud, "lena", "user_not_found")
    cloud.write("DS-1071")
    cloud.apply()
    cloud.edit_roster("lena", slack=cloud.user("jun"))
    assert refusals(cloud.apply()) == []
    assert cloud.user("jun") in cloud.channel("DS-1071")["members"]
    cloud.expect_nothing_to_do()


def test_who_joins_is_refused_no_more(cloud: Company):
    refuse(cloud, "lena", "user_is_restricted")
    cloud.write("DS-1071")
    cloud.apply()
    cloud.slack("lena").conversations_join(channel=cloud.channel("DS-1071")["id"])
    cloud.converge()
    assert "refused" not in cloud.ticket("DS-1071")["properties"]["escalation"]


def test_a_code_that_is_not_known_is_tried_again(cloud: Company):
    refuse(cloud, "lena", "something_new")
    cloud.write("DS-1071")
    for _ in range(2):
        assert refusals(cloud.apply()) == ["lena: something_new"]
