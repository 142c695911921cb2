"""Each mood of the sandbox is found, is written into the file, and comes out of it again."""

import json
import unicodedata
from pathlib import Path
from typing import get_args

import pytest
import requests
from click.testing import CliRunner
from company import Company
from hub import Hub
from hypothesis import given
from hypothesis import strategies as st

from live.trial import canary_channels, close_a_ticket, tried, visible
from reconciler.cli.sandbox import sandbox
from reconciler.model.live_check import FAILED, SKIPPED, LiveAnswer
from reconciler.model.live_questions import QUESTIONS
from reconciler.redaction import register_token
from reconciler.render.live_checks import answer_line, answers_json
from reconciler.sandbox import Box, serve
from reconciler.sandbox.moods import Moods, read_answers

_KEYS = {each.key: each for each in QUESTIONS}
_GUESTS = ("invited", "user_is_restricted", "org_user_not_in_team", "ura_max_channels")


def _values(name: str) -> list[str]:
    """The values that a mood can have."""
    annotation = Moods.model_fields[name].annotation
    parts = [annotation, *get_args(annotation)]
    words = [each for part in parts for each in get_args(part) or (part,)]
    return sorted({each for each in words if isinstance(each, str)}) or list(_GUESTS)


MOODS = [(name, value) for name in Moods.model_fields for value in _values(name)]


@pytest.fixture
def company(tmp_path: Path, box: Box) -> Company:
    made = Company(tmp_path, box)
    close_a_ticket(made)
    return made


@pytest.mark.sampled(10)
@pytest.mark.parametrize(("name", "value"), MOODS)
def test_a_mood_is_found_and_nothing_is_left(company: Company, name: str, value: str):
    company.box.set_moods(**{name: value})
    before = visible(company)
    result = tried(company)
    assert result.answers[name].value == value
    assert (result.left, result.changed_again) == ([], [])
    assert visible(company) == before
    blocking = {each.question.key for each in result.every if each.blocks}
    assert blocking - {"github_environment"} == ({name} & blocking)


def test_what_stays_is_an_archived_channel_without_messages(company: Company):
    tried(company)
    (channel,) = canary_channels(company)
    assert channel["archived"]
    assert (channel["pins"], channel["bookmarks"]) == ([], [])
    assert all(each["subtype"] for each in channel["messages"])


@pytest.mark.parametrize("data_center", [False, True])
def test_both_kinds_of_jira(tmp_path: Path, box: Box, data_center: bool):
    company = Company(tmp_path, box, data_center=data_center)
    close_a_ticket(company)
    before = visible(company)
    answers = tried(company).answers
    shown = "not-shown" if data_center else "internal"
    assert answers["jira_comment_visibility"].value == shown
    text = "kept" if data_center else "rewritten"
    assert answers["jira_comment_text"].value == text
    assert answers["jira_comment_mark"].value == "kept"
    assert visible(company) == before


def test_a_repository_is_looked_at(hub: Hub):
    close_a_ticket(hub)
    before = visible(hub)
    result = tried(hub)
    assert result.answers["github_branch"].value == "accepted"
    assert result.answers["github_environment"].value == "missing"
    assert visible(hub) == before


def test_answers_come_back_out_of_the_sandbox(company: Company, tmp_path: Path):
    """Every mood at once, by way of the file."""
    moods = {
        "jira_address": "gateway",
        "jira_people": "hidden",
        "jira_project": "service-desk",
        "jira_priority": "missing",
        "jira_comment_text": "kept",
        "jira_comment_visibility": "public",
        "jira_closed_fields": "locked",
        "slack_app": "organisation",
        "slack_topic": "rewritten",
        "slack_guest": "user_is_restricted",
        "slack_long_post": "split",
        "slack_metadata": "first",
        "github_plan": "no-rules",
    }
    assert moods.keys() == Moods.model_fields.keys()
    company.box.set_moods(**moods)
    first = answers_json(tried(company).every)
    path = tmp_path / "answers.json"
    path.write_text(first, encoding="utf-8")
    company.box.reset()
    close_a_ticket(company)
    company.box.set_moods(**read_answers(path, Moods()).model_dump())
    assert answers_json(tried(company).every) == first


def test_every_mood_is_an_answer():
    for name, value in MOODS:
        assert value in _KEYS[name].values


def test_no_question_has_two_answers_that_mean_the_same():
    for each in QUESTIONS:
        assert len(set(each.values.values())) == len(each.values)
        assert each.documented | each.unusable <= each.values.keys()


def test_the_file_names_nobody(company: Company):
    """Neither people, addresses, ids, tickets, channels nor tokens."""
    company.box.world.slack.users["U0AUDITOR"].refusal = "wren_at_auditors"
    text = answers_json(tried(company).every)
    state = company.state()
    slack, jira = state["slack"], state["jira"]
    secret = {"sandbox-jira-token", "xoxb-sandbox-bot", company.box.jira_url}
    secret |= {value for each in slack["users"].values() for value in (each["id"], each["name"])}
    secret |= {each["email"] for each in slack["users"].values() if each["email"]}
    secret |= {value for each in slack["channels"].values() for value in (each["id"], each["name"])}
    secret |= {value for each in jira["accounts"].values() for value in (each["id"], each["email"])}
    secret |= set(jira["issues"]) | {each["summary"] for each in jira["issues"].values()}
    assert not {each for each in secret if each in text}
    assert json.loads(text)["answers"]["slack_guest"] == "other"


@given(st.sampled_from(QUESTIONS), st.text())
def test_a_word_of_a_service_is_no_answer(question, word):
    if word in {*question.values, FAILED, SKIPPED}:
        assert json.loads(answers_json([LiveAnswer(question, word)]))["version"] == 1
        return
    with pytest.raises(ValueError, match="no such answer"):
        LiveAnswer(question, word)


@given(st.text(), st.text())
def test_no_detail_is_written(detail, more):
    plain = answers_json([LiveAnswer(each, FAILED) for each in QUESTIONS])
    assert answers_json([LiveAnswer(each, FAILED, detail + more) for each in QUESTIONS]) == plain


@given(st.text())
def test_a_detail_is_shown_on_one_line_without_tokens(detail):
    register_token("MARKED-70k3n")
    line = answer_line(LiveAnswer(QUESTIONS[0], FAILED, f"MARKED-70k3n{detail}"))
    assert "MARKED" not in line
    assert not [char for char in line if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl"}]


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"version": 2, "answers": {}}', '{"version": 1, "answers": []}', "{"]
)
def test_a_file_that_has_no_answers(tmp_path: Path, content: str):
    path = tmp_path / "answers.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError):  # noqa: PT011 - JSON has its own words
        read_answers(path, Moods())


def test_what_no_mood_shows_is_left_out(tmp_path: Path):
    path = tmp_path / "answers.json"
    answers = {"slack_metadata": "missing", "slack_long_post": "cut", "other": 1}
    path.write_text(json.dumps({"version": 1, "answers": answers}), encoding="utf-8")
    assert read_answers(path, Moods()) == Moods(slack_long_post="cut")


def test_the_control_port_changes_moods(box: Box):
    url = f"{box.control_url}/moods"
    assert requests.get(url, timeout=5).json() == Moods().model_dump()
    assert requests.post(url, json={"slack_metadata": "first"}, timeout=5).status_code == 200
    assert box.world.moods.slack_metadata == "first"
    box.reset()
    assert box.world.moods == Moods()


@pytest.mark.parametrize("wrong", [{"weather": "rain"}, {"slack_metadata": "both"}])
def test_what_is_no_mood_is_refused(box: Box, wrong: dict[str, str]):
    answer = requests.post(f"{box.control_url}/moods", json=wrong, timeout=5)
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json()["error"]
    assert box.world.moods == Moods()


def test_a_seed_and_a_file_of_answers_set_moods(tmp_path: Path):
    path = tmp_path / "answers.json"
    path.write_text('{"version": 1, "answers": {"slack_app": "organisation"}}', encoding="utf-8")
    with serve({"moods": {"jira_priority": "missing"}}, answers=path) as box:
        moods = Moods(jira_priority="missing", slack_app="organisation")
        assert box.world.moods == moods
        assert box.env()["SLACK_TEAM_ID"] == box.world.slack.team_id
        box.set_moods(slack_app="workspace")
        box.reset()
        assert box.world.moods == moods


def test_the_sandbox_refuses_a_file_without_answers(tmp_path: Path):
    path = tmp_path / "answers.json"
    path.write_text("{}", encoding="utf-8")
    done = CliRunner().invoke(sandbox, ["--answers", str(path)])
    assert done.exit_code == 2
    assert "has no answers of version 1" in done.output
