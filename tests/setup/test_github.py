"""`escalate setup github`: from nothing to everything, once, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from commands import surroundings
from empty_github import ADMIN, JIRA, KEY, SLACK, EmptyGitHub
from terminals import Terminal

from reconciler.sandbox import Box
from reconciler.setup.wishes import LABELS

pytestmark = pytest.mark.usefixtures("screens")
TEAM = ("--code-owner", "ledgerline/dev-support")
SECRETS = {"JIRA_API_TOKEN": JIRA, "SLACK_BOT_TOKEN": SLACK, "ESCALATE_SEAL_KEY": KEY}
"""What `setup` in the sandbox is given as values of secrets."""


@pytest.fixture
def company(tmp_path: Path, box: Box) -> EmptyGitHub:
    (tmp_path / "data").mkdir()
    made = EmptyGitHub(tmp_path / "data", box)
    made.begin()
    return made


@pytest.fixture
def ready(company: EmptyGitHub) -> EmptyGitHub:
    assert company.setup("--yes", *TEAM).status == 0
    company.box.clear_calls()
    return company


def test_everything_that_is_missing_is_made(company: EmptyGitHub):
    done = company.setup("--yes", *TEAM)
    assert done.status == 0, done.told
    state = company.state
    assert state["exists"]
    assert state["switches"] == {"allow_rebase_merge": False, "has_issues": True}
    assert state["workflow_token"] == {
        "default_workflow_permissions": "read",
        "can_approve_pull_request_reviews": False,
    }
    environment = state["environments"]["escalations"]
    assert environment["custom_branch_policies"]
    assert list(environment["branches"].values()) == [["branch", "main"]]
    assert {name: each["value"] for name, each in environment["variables"].items()} == {
        "JIRA_BASE_URL": company.box.jira_url,
        "JIRA_USER_EMAIL": "escalation-bot@ledgerline.example",
    }
    assert set(state["known_labels"]) == set(LABELS)
    assert [each["name"] for each in state["rulesets"].values()] == ["main", "audit"]
    assert [each["event"] for each in state["runs"]] == ["workflow_dispatch"]


def test_what_arrives_as_a_secret_is_what_was_sent(ready: EmptyGitHub):
    found = ready.state["environments"]["escalations"]["secrets"]
    assert {name: each["value"] for name, each in found.items()} == SECRETS


def test_no_secret_is_sent_or_shown_as_it_is(company: EmptyGitHub):
    done = company.setup("--yes", *TEAM)
    sent = json.dumps([each.request for each in company.box.calls])
    for value in SECRETS.values():
        assert value not in sent
        assert value not in done.told


def test_the_second_time_there_is_nothing_to_do(ready: EmptyGitHub):
    done = ready.setup("--yes", *TEAM)
    assert (done.status, ready.changes) == (0, [])
    assert "Nothing to do." in done.out


def test_a_dry_run_changes_nothing(company: EmptyGitHub):
    done = company.setup("--dry-run", *TEAM)
    assert (done.status, company.changes, company.state["refs"]) == (0, [], {})
    assert "repository ledgerline/escalations: missing → private" in done.out


def test_without_a_terminal_it_waits_for_yes(company: EmptyGitHub):
    done = company.setup(*TEAM)
    assert (done.status, company.changes) == (2, [])
    assert "To make the changes without a terminal: --yes" in done.told


def test_the_environment_has_its_rule_and_its_secrets_before_the_first_push(company: EmptyGitHub):
    """GitHub creates an environment without a rule for a workflow that names a missing one."""
    company.setup("--yes", *TEAM)
    names = company.changes
    owners = names.index("PUT /repos/{owner}/{repo}/contents/{path*}")
    for each in ("environments/{environment}", "/secrets/{secret}", "/variables"):
        assert max(at for at, name in enumerate(names) if name.endswith(each)) < owners
    assert names[-1].endswith("/dispatches")


@pytest.mark.parametrize(
    ("owners", "reason"),
    [
        ([], "names @hannah-weiss alone"),
        (["--code-owner", "hannah-weiss"], "names @hannah-weiss alone"),
        (["--code-owner", "mallory"], "Unknown owner"),
    ],
)
def test_no_ruleset_while_one_person_alone_can_approve(
    company: EmptyGitHub, owners: list[str], reason: str
):
    done = company.setup("--yes", *owners)
    assert (done.status, company.state["rulesets"]) == (6, {})
    assert reason in done.told
    assert not [name for name in company.changes if name.endswith("/rulesets")] or owners[-1:] == [
        "mallory"
    ]


def test_what_was_refused_is_made_when_a_second_owner_is_named(company: EmptyGitHub):
    assert company.setup("--yes").status == 6
    company.box.clear_calls()
    assert company.setup("--yes", "--code-owner", "@priya-raman").status == 0
    assert [name.rpartition("/")[2] for name in company.changes] == [
        "{path*}",
        "rulesets",
        "rulesets",
    ]
    company.git("fetch", "--quiet", "origin", "main")
    shown = company.git("show", "FETCH_HEAD:.github/CODEOWNERS")
    assert "/config/       @hannah-weiss @priya-raman" in shown


def test_after_the_rulesets_owners_change_by_a_pull_request(ready: EmptyGitHub):
    number = next(iter(ready.box.world.github.rulesets))
    text = ready.git("show", "HEAD:.github/CODEOWNERS")
    ready.box.world.bare.set("refs/heads/main", ready.git("rev-parse", "HEAD"))
    ready.box.world.github.rulesets[number]["rules"].pop()
    assert "@ledgerline" not in text
    done = ready.setup("--yes", *TEAM)
    assert done.status == 1
    assert "Change .github/CODEOWNERS by a pull request" in done.told


def differs(github: Any) -> None:
    github.switches["allow_rebase_merge"] = True
    github.workflow_token["can_approve_pull_request_reviews"] = True
    environment = github.environments["escalations"]
    environment.branches[7] = ("branch", "release/*")
    environment.variables["JIRA_BASE_URL"].value = "https://old.example"
    (main, _) = github.rulesets.values()
    for rule in main["rules"]:
        if rule["type"] == "pull_request":
            rule["parameters"]["require_code_owner_review"] = False
    main["rules"].append({"type": "required_linear_history"})
    main["bypass_actors"] = [{"actor_id": 5, "actor_type": "Team", "bypass_mode": "always"}]


def test_only_what_differs_is_changed(ready: EmptyGitHub):
    wanted = ready.state
    differs(ready.box.world.github)
    done = ready.setup("--yes")
    assert done.status == 0
    assert "rebase merges on → rebase merges off" in done.out
    assert len(ready.changes) == 5
    found = ready.state
    (main, _) = found["rulesets"].values()
    assert main["rules"].pop() == {"type": "required_linear_history"}, "theirs stays"
    assert [each["actor_id"] for each in main["bypass_actors"]] == [5], "theirs stays"
    main["bypass_actors"] = []
    for name in ("rulesets", "switches", "workflow_token"):
        assert found[name] == wanted[name]
    listed = (each["environments"]["escalations"]["branches"] for each in (found, wanted))
    assert next(listed) == next(listed)
    assert ready.setup("--yes").out.endswith("Nothing to do.\n")


def test_other_rules_of_the_environment_stay(ready: EmptyGitHub):
    environment = ready.box.world.github.environments["escalations"]
    environment.wait_timer, environment.custom_branch_policies = 30, False
    assert ready.setup("--yes").status == 0
    found = ready.state["environments"]["escalations"]
    assert (found["wait_timer"], found["custom_branch_policies"]) == (30, True)


def test_an_installation_that_runs_gets_no_new_key(ready: EmptyGitHub):
    """With another key, the receipts of all tickets would count as lost."""
    secrets = ready.box.world.github.environments["escalations"].secrets
    del secrets["ESCALATE_SEAL_KEY"]
    assert "Nothing to do." in ready.setup("--yes", ESCALATE_SEAL_KEY="").out
    assert "secret ESCALATE_SEAL_KEY: missing → set" in ready.setup("--yes").out


def test_a_new_installation_gets_a_key_of_its_own(company: EmptyGitHub):
    done = company.setup("--yes", *TEAM, ESCALATE_SEAL_KEY="")
    key = company.state["environments"]["escalations"]["secrets"]["ESCALATE_SEAL_KEY"]["value"]
    assert len(key) == 64
    assert key not in done.told


def test_another_repository_is_not_pushed_to(company: EmptyGitHub):
    company.git("remote", "set-url", "origin", "https://github.com/ledgerline/other.git")
    done = company.setup("--yes", *TEAM)
    assert done.status == 1
    assert "the remote origin is ledgerline/other" in done.told
    assert company.changes == []


def test_stricter_rules_stay(ready: EmptyGitHub):
    (main, _) = ready.box.world.github.rulesets.values()
    for rule in main["rules"]:
        if rule["type"] == "pull_request":
            rule["parameters"]["allowed_merge_methods"] = ["squash"]
    assert "Nothing to do." in ready.setup("--yes").out


def test_rules_that_would_keep_the_tool_from_merging_are_replaced(ready: EmptyGitHub):
    """A required approval would let the change of an owner wait for somebody else."""
    (main, _) = ready.box.world.github.rulesets.values()
    for rule in main["rules"]:
        if rule["type"] == "pull_request":
            rule["parameters"]["required_approving_review_count"] = 2
    assert "ruleset main" in ready.setup("--yes").out
    (main, _) = ready.box.world.github.rulesets.values()
    (rule,) = [each for each in main["rules"] if each["type"] == "pull_request"]
    assert rule["parameters"]["required_approving_review_count"] == 0


def test_a_plan_without_rulesets_and_environments(company: EmptyGitHub):
    company.box.world.github.free_plan = True
    company.setup("--yes", *TEAM)
    done = company.setup("--yes", *TEAM)
    assert done.status in {1, 6}
    assert "GitHub has rulesets for private repositories only in the plans Pro, Team" in done.told
    assert "GitHub has environments for private repositories only in the plans" in done.told
    assert company.state["refs"] == {}, "nothing is pushed that would run without its secrets"


def test_who_is_no_administrator(ready: EmptyGitHub):
    done = ready.setup("--yes", GITHUB_TOKEN="ghp-priya-raman")
    assert done.status == 1
    assert "is not an administrator" in done.told
    assert ready.changes == []


def test_a_token_that_is_missing_or_wrong(ready: EmptyGitHub):
    assert "GITHUB_TOKEN is not set" in ready.setup(GITHUB_TOKEN="").told
    assert "Renew GITHUB_TOKEN" in ready.setup(GITHUB_TOKEN="ghp-nobody").told


def test_values_that_are_missing(company: EmptyGitHub):
    done = company.setup("--yes", *TEAM, SLACK_BOT_TOKEN="", JIRA_USER_EMAIL="")
    assert done.status == 6
    assert "there is no value for SLACK_BOT_TOKEN" in done.told
    assert "there is no value for JIRA_USER_EMAIL" in done.told
    assert "workflow reconcile.yml: left out, because of: variables, secrets" in done.told
    assert company.setup("--yes", *TEAM).status == 0


def test_a_secret_is_replaced_only_when_asked(ready: EmptyGitHub):
    assert "Nothing to do." in ready.setup("--yes", SLACK_BOT_TOKEN="xoxb-another").out
    done = ready.setup("--yes", "--replace-secret=SLACK_BOT_TOKEN", SLACK_BOT_TOKEN="xoxb-another")
    assert "secret SLACK_BOT_TOKEN: another value → set" in done.out
    found = ready.state["environments"]["escalations"]["secrets"]
    assert found["SLACK_BOT_TOKEN"]["value"] == "xoxb-another"
    assert len(ready.changes) == 1


def test_in_a_terminal_it_asks_for_what_is_missing(company: EmptyGitHub):
    env = surroundings({**company.env, "SLACK_BOT_TOKEN": "", "JIRA_USER_EMAIL": ""})
    terminal = Terminal(company.folder, env, "setup", "github")
    terminal.answer("[1 of 3] E-mail address of the Jira account", "bot@ledgerline.example")
    terminal.answer("[2 of 3] Bot token of the Slack app", SLACK)
    terminal.answer("[3 of 3] Who else may approve changes", "ledgerline/dev-support")
    terminal.answer("Make these changes?", "y")
    assert terminal.end() == 0, terminal.screen
    assert SLACK not in terminal.screen
    environment = company.state["environments"]["escalations"]
    assert environment["secrets"]["SLACK_BOT_TOKEN"]["value"] == SLACK
    assert environment["variables"]["JIRA_USER_EMAIL"]["value"] == "bot@ledgerline.example"
    assert len(company.state["rulesets"]) == 2


def test_interrupted_before_the_first_change(company: EmptyGitHub):
    env = surroundings({**company.env, "JIRA_API_TOKEN": ""})
    terminal = Terminal(company.folder, env, "setup", "github", *TEAM)
    terminal.wait_for("API token of the Jira account")
    terminal.press("hush\x03")
    assert terminal.end() == 130
    assert "Nothing was written or changed." in terminal.screen
    assert company.changes == []


def test_what_doctor_says_of_it(ready: EmptyGitHub):
    ready.git("pull", "--quiet", "origin", "main")
    done = ready.escalate("doctor", GITHUB_REPOSITORY="ledgerline/escalations")
    assert "all 7 are set" in done.told
    assert "no rule asks for more than the policy" in done.told
    assert "no one can rewrite or delete it" in done.told


def test_the_administrator_is_one(box: Box):
    assert ADMIN in box.world.github.admins
