"""What the workflows promise: who starts them, what they may do, whose code they run."""

import re

import pytest
import yaml

from reconciler.edit.form_verbs import VERBS
from workflows.act import TOP
from workflows.office import workflow

NAMES = ["acknowledge", "check", "ci", "form", "reconcile", "release"]


def steps(name: str) -> list[dict[str, object]]:
    return [step for job in workflow(name)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_granted_to_a_whole_workflow(name: str):
    assert workflow(name)["permissions"] == {}
    for job in workflow(name)["jobs"].values():
        assert job["permissions"], "each job says what it may do"
        assert job["timeout-minutes"] <= 30


@pytest.mark.parametrize("name", NAMES)
def test_no_expression_stands_in_a_script(name: str):
    for step in steps(name):
        assert "${{" not in str(step.get("run", ""))


@pytest.mark.parametrize("name", NAMES)
def test_what_others_wrote_is_pinned(name: str):
    for step in steps(name):
        uses = str(step.get("uses", "./"))
        assert uses.startswith("./") or re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", uses)


@pytest.mark.parametrize("name", ["acknowledge", "check"])
def test_who_listens_to_pull_requests_has_no_secrets(name: str):
    text = (TOP / ".github/workflows" / f"{name}.yml").read_text()
    assert "secrets." not in text
    assert "environment:" not in text


def test_the_check_runs_the_code_of_the_base():
    tool, data, install, _ = steps("check")
    assert tool["with"]["ref"].startswith("${{ github.event.pull_request.base.sha")
    assert "ref" not in data["with"]
    assert install["uses"] == f"./{tool['with']['path']}"
    assert "paths" not in str(workflow("check")["on"]), "a required check must always come"
    assert "merge_group" in workflow("check")["on"]


@pytest.mark.parametrize("name", ["acknowledge", "form", "reconcile"])
def test_what_has_tokens_runs_the_tip_of_main(name: str):
    for step in steps(name):
        if "checkout" in str(step.get("uses")):
            assert step["with"]["ref"] == "main"
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize(
    ("name", "expected"),
    [("reconcile", ["Reconcile"]), ("form", ["Answer", "Answer the comment"])],
)
def test_secrets_are_behind_an_environment_and_only_where_they_are_used(
    name: str, expected: list[str]
):
    for job in workflow(name)["jobs"].values():
        assert job["environment"] == {"name": "escalations", "deployment": False}
    holders = [each for each in steps(name) if "secrets." in str(each.get("env"))]
    assert [each["name"] for each in holders] == expected


def test_a_form_or_comment_brings_the_workflow_its_number_and_nothing_else():
    text = (TOP / ".github/workflows/form.yml").read_text()
    assert set(re.findall(r"github\.event\.[\w.*]+", text)) == {
        "github.event.issue.number",
        "github.event.issue.labels.*.name",
        "github.event.comment.id",
        "github.event.comment.body",
    }
    # The text of a comment decides only whether there is a run.
    assert text.count("github.event.comment.body") == 1
    condition = workflow("form")["jobs"]["comment"]["if"]
    assert condition.endswith("startsWith(github.event.comment.body, '/')")


def test_a_comment_that_waits_is_not_cancelled_by_another_one():
    """GitHub keeps one waiting run for each group, and cancels the others."""
    group = workflow("form")["concurrency"]["group"]
    assert group == "form-${{ github.event.comment.id || github.event.issue.number }}"


def test_each_form_starts_the_workflow():
    for verb in VERBS.values():
        assert f"'{verb.label}'" in workflow("form")["jobs"]["form"]["if"]


def test_one_run_after_the_other():
    found = workflow("reconcile")["concurrency"]
    assert found["cancel-in-progress"] is False
    merged = "github.event.pull_request.merged"
    own = f"${{{{ {merged} && format('-merged-{{0}}', github.run_id) || '' }}}}"
    assert found["group"] == f"reconcile{own}"


def test_one_job_for_all_desks():
    jobs = workflow("reconcile")["jobs"]
    assert list(jobs) == ["reconcile"]
    assert "strategy" not in jobs["reconcile"]
    assert jobs["reconcile"]["if"].endswith("!github.event.pull_request.merged")


def test_the_status_has_no_schedule_of_its_own():
    assert "schedule" not in workflow("acknowledge")["on"]
    assert "--statuses" in steps("reconcile")[-1]["run"]
    assert workflow("reconcile")["jobs"]["reconcile"]["permissions"]["statuses"] == "write"


def test_the_action_takes_nothing_into_its_script():
    action = yaml.safe_load((TOP / "action.yml").read_text())
    for step in action["runs"]["steps"]:
        assert "${{" not in str(step.get("run", ""))
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}|", str(step.get("uses", "")))


def test_the_action_runs_no_file_of_the_working_folder():
    """With `-I`, Python imports nothing from there; it may hold the files of a pull request."""
    action = yaml.safe_load((TOP / "action.yml").read_text())
    starts = [
        word
        for step in action["runs"]["steps"]
        for word in re.findall(r"python.*", str(step.get("run", "")))
    ]
    assert len(starts) == 2
    for each in starts:
        assert each.startswith('python -I "$SOURCE/')


def test_the_hook_checks_all_files():
    (hook,) = yaml.safe_load((TOP / ".pre-commit-hooks.yaml").read_text())
    assert hook["entry"] == "escalate check"
    assert re.search(hook["files"], "escalations/2026/DS-1.yaml")
    assert re.search(hook["files"], "config/policy.yaml")
    assert not re.search(hook["files"], "docs/config/policy.yaml")
