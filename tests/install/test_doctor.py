"""`escalate doctor`: each thing that can be wrong is told, with its cure."""

import json
from datetime import timedelta
from typing import Any

import pytest
import yaml
from announced import snapshot, ticket
from company import TOP
from forms import start_over, with_account
from hub import Hub
from hypothesis import given, settings
from hypothesis import strategies as st
from searching import times

from reconciler.check.rules.examples import ROSTER
from reconciler.doctor.github import plan_problem
from reconciler.doctor.jira import fields
from reconciler.doctor.slack import scopes
from reconciler.load.insert import scalar, with_ids
from reconciler.model.keyring import Keyring
from reconciler.model.setup_check import Health
from reconciler.sandbox.faults import Fault
from reconciler.services.errors import ServiceError

pytestmark = pytest.mark.usefixtures("screens")


def examined(hub: Hub, *arguments: str, env: dict[str, str] | None = None) -> list[dict[str, Any]]:
    del env
    done = hub.escalate("doctor", "--json", *arguments, status=None)
    found: list[dict[str, Any]] = json.loads(done.stdout)["checks"]
    assert done.returncode == any(each["health"] == "wrong" for each in found)
    return found


def wrong(hub: Hub) -> dict[str, str]:
    found = [each for each in examined(hub) if each["health"] == "wrong"]
    assert all(each["remedy"] for each in found), "every line ends in ok or in a cure"
    return {f"{each['area']} {each['what']}": each["message"] for each in found}


def test_all_is_well(hub: Hub):
    assert wrong(hub) == {}
    assert len(examined(hub)) == 48


def test_nothing_is_changed(hub: Hub):
    before = hub.state()
    examined(hub)
    assert hub.state() == before


@pytest.mark.parametrize(
    ("branches", "message"),
    [
        (None, "there is none; GitHub creates one without rules"),
        ({}, "every branch can use the tokens in it"),
        ({1: ("branch", "main"), 2: ("branch", "release/*")}, "release/* can use the tokens in it"),
    ],
)
def test_who_may_use_the_tokens(
    hub: Hub, branches: dict[int, tuple[str, str]] | None, message: str
):
    made = hub.box.world.github.environments.pop("escalations")
    if branches is not None:
        made.branches, made.custom_branch_policies = branches, bool(branches)
        hub.box.world.github.environments["escalations"] = made
    assert wrong(hub) == {"GitHub environment escalations": message}


def test_every_protected_branch_may_use_the_tokens(hub: Hub):
    made = hub.box.world.github.environments["escalations"]
    made.custom_branch_policies, made.protected_branches = False, True
    assert "every protected branch" in wrong(hub)["GitHub environment escalations"]


def test_a_token_that_may_not_see_the_environment(hub: Hub):
    name = "GET /repos/{owner}/{repo}/environments/{environment}"
    hub.box.faults.add(Fault("status", name=name, status=403))
    assert wrong(hub) == {}
    (found,) = [each for each in examined(hub) if each["what"] == "environment escalations"]
    assert found["health"] == "ok", "the second time it is seen"


def test_rules_of_the_branches(hub: Hub):
    hub.box.world.github.rules = [
        rule for rule in hub.box.world.github.rules if rule["type"] != "non_fast_forward"
    ]
    found = wrong(hub)
    assert found["GitHub rules of main"] == "missing: no force-push"
    assert found["GitHub rules of audit"] == "people can rewrite or delete it"


def test_rules_that_ask_for_more_than_the_policy(hub: Hub):
    """Each is told with its effect; where people merge, it is no mistake."""
    for rule in hub.box.world.github.rules:
        if rule["type"] == "pull_request" and rule["branch"] == "main":
            rule["parameters"] |= {
                "required_approving_review_count": 1,
                "dismiss_stale_reviews_on_push": True,
                "require_last_push_approval": True,
            }
        elif rule["type"] == "required_status_checks":
            rule["parameters"]["strict_required_status_checks_policy"] = True
    assert wrong(hub) == {}
    hub.set_policy(merge="when-agreed")
    hub.commit("Merge when agreed", author="hannah")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    found = wrong(hub)
    assert set(found) == {"GitHub merges"}
    for effect in (
        "required approvals: 1, so the change of an owner waits",
        "a push dismisses approvals",
        "must approve the last push",
        "each merge outdates all others",
    ):
        assert effect in found["GitHub merges"]


def test_a_plan_without_rulesets():
    answer = (
        "HTTP 403: Upgrade to GitHub Pro or make this repository public to enable this feature."
    )
    found = plan_problem(ServiceError("GitHub", "GET rules/branches/main", answer, code="403"))
    assert found is not None
    assert "no rulesets" in found.message
    other = ServiceError("GitHub", "GET rules/branches/main", "HTTP 403: no", code="403")
    assert plan_problem(other) is None


def test_runs_that_fail(hub: Hub):
    minute = timedelta(minutes=1)
    for _ in range(3):
        hub.box.github.ran("reconcile.yml", "push", hub.now + minute, "failure")
    hub.pass_time(minutes=31)
    message = "2026-11-23 15:00 UTC; 3 runs have failed since"
    assert wrong(hub) == {"GitHub last good run": message}


def test_a_schedule_that_has_stopped(hub: Hub):
    hub.pass_time(hours=7)
    assert "last succeeded at 2026-11-23 15:00 UTC" in wrong(hub)["GitHub schedule"]
    hub.box.world.github.runs.clear()
    assert "never succeeded" in wrong(hub)["GitHub schedule"]


def test_scopes(hub: Hub):
    hub.box.world.slack.scopes.remove("pins:write")
    assert wrong(hub)["Slack scopes"] == "missing: pins:write"


def test_the_bot_is_not_in_the_channel(hub: Hub):
    channel = hub.named("sre-escalations")["id"]
    hub.bot.conversations_leave(channel=channel)
    assert wrong(hub) == {"Slack #sre-escalations": "the bot is not a member"}


def test_fields_permissions_and_priority(hub: Hub):
    project = hub.box.world.jira.projects["DS"]
    bot = hub.box.world.jira.bot
    project.edit_fields.remove("labels")
    project.deny["LINK_ISSUES"] = [bot]
    project.priorities = ["Low", "Medium"]
    found = wrong(hub)
    assert found["Jira permissions in DS"] == "missing: Link Issues"
    assert "can't be edited" in found["Jira labels in DS"]
    assert "Jira has no 'Highest'; it has Low, Medium" in found["Jira priority in DS"]


def test_a_project_that_nobody_shows_us(hub: Hub):
    hub.box.world.jira.projects["PLAT"].deny["BROWSE_PROJECTS"] = [hub.box.world.jira.bot]
    assert any(name.startswith("Jira") and "PLAT" in name for name in wrong(hub))


def test_people_whom_a_service_does_not_know(hub: Hub):
    hub.edit_roster("lena", email="nobody@ledgerline.example")
    hub.edit_roster("owen", slack="U0SOMEONE")
    hub.edit_roster("priya", github="no-such-login")
    hub.commit("Mistakes")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    found = wrong(hub)
    assert "Slack does not have exactly one active user" in found["people lena"]
    assert "the id is U0OWEN001 in Slack, but U0SOMEONE on the roster" in found["people owen"]
    assert "GitHub has no user no-such-login" in found["people priya"]


@pytest.mark.parametrize("guest", ["multi-channel", "single-channel"])
def test_a_guest_is_named(hub: Hub, guest: str):
    user = hub.box.world.slack.users["U0MEI0001"]
    user.restricted, user.ultra_restricted = True, guest == "single-channel"
    (mei,) = [each for each in examined(hub) if each["what"] == "mei"]
    assert mei["health"] == "ok"
    assert f"a {guest} guest of Slack" in mei["message"]
    assert "administrator" in mei["remedy"]


def test_somebody_who_has_left(hub: Hub):
    hub.box.world.slack.users["U0MEI0001"].deleted = True
    assert "Slack does not have exactly one active user" in wrong(hub)["people mei"]


def test_parts_that_are_missing(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    kept = hub.env
    monkeypatch.setattr(type(hub), "env", {k: v for k, v in kept.items() if "GITHUB" not in k})
    found = examined(hub)
    assert [each["health"] for each in found if each["area"] == "GitHub"] == ["unknown"]
    monkeypatch.setattr(type(hub), "env", {k: v for k, v in kept.items() if "JIRA" not in k})
    assert "JIRA_BASE_URL is not set" in wrong(hub)["Jira environment"]


def test_credentials_that_are_not_accepted(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    bad = {
        "JIRA_API_TOKEN": "wrong-token",
        "SLACK_BOT_TOKEN": "xoxb-wrong",
        "GITHUB_TOKEN": "ghs_no",
    }
    monkeypatch.setattr(type(hub), "env", {**hub.env, **bad})
    found = wrong(hub)
    for area in ("Jira", "Slack", "GitHub"):
        assert f"{area} answers" in found
    assert not any(token in str(found) for token in bad.values())


def test_the_key_of_the_seals(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    def seals() -> list[tuple[str, str]]:
        every = [each for each in examined(hub) if each["what"].endswith("seals")]
        assert all(each["health"] == "ok" for each in every)
        return [(each["message"].rpartition(" ")[2], each["remedy"]) for each in every]

    kept, key = hub.env, "k" * 32
    [(token, advice)] = seals()
    assert "ESCALATE_SEAL_KEY" in advice
    keys = {"ESCALATE_SEAL_KEY": key, "ESCALATE_SEAL_KEY_BEFORE": kept["JIRA_API_TOKEN"]}
    monkeypatch.setattr(type(hub), "env", kept | keys)
    [(own, nothing), (former, later)] = seals()
    assert (own, nothing) == (Keyring(key).fingerprint, "")
    assert former == token
    assert "Remove ESCALATE_SEAL_KEY_BEFORE" in later


def test_a_shallow_clone(hub: Hub):
    hub.commit("More")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    shallow = hub.folder.parent / "shallow"
    hub.git("clone", "--quiet", "--depth=1", f"file://{hub.box.github.remote}", str(shallow))
    done = hub.escalate("doctor", "--repo", str(shallow), status=1)
    assert "This clone is shallow" in " ".join(done.stdout.split())


def test_ids_are_written_where_there_are_none(hub: Hub):
    for handle in ("lena", "owen"):
        hub.edit_roster(handle, slack=None, jira=None)
    hub.commit("Without ids")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    before = (hub.folder / "config/roster.yaml").read_text()
    done = hub.escalate("doctor", "--write-ids")
    after = (hub.folder / "config/roster.yaml").read_text()
    people = yaml.safe_load(after)["people"]
    assert people["lena"]["slack"] == "U0LENA001"
    assert people["lena"]["jira"] == "5f0a1c2e:lena"
    assert people["lena"]["github_id"] == 4003
    assert "+    slack: U0LENA001" in done.stdout
    kept = [line for line in after.splitlines() if line in before.splitlines()]
    assert kept == before.splitlines(), "no line that was there is another now"
    hub.commit("Ids")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    assert "no problems found" in hub.escalate("check").stdout
    assert "No ids to write." in hub.escalate("doctor", "--write-ids").stdout


def test_whose_line_is_in_braces_is_told(hub: Hub):
    roster = yaml.safe_load((hub.folder / "config/roster.yaml").read_text())
    lena = roster["people"].pop("lena") | {"slack": None}
    braces = yaml.safe_dump(
        {k: v for k, v in lena.items() if v}, default_flow_style=True, width=999
    )
    text = yaml.safe_dump(roster).replace("people:\n", f"people:\n  lena: {braces}")
    hub.push("main", {"config/roster.yaml": text}, who="hannah")
    done = hub.escalate("doctor", "--write-ids", status=None)
    assert "The entry of lena in config/roster.yaml is written in braces." in done.stdout
    assert "Add these ids yourself: slack: U0LENA001" in done.stdout


IDS = {"priya": {"slack": "U0PRIYA01", "jira": "5f0a1c2e:priya", "github_id": 7}}


def test_people_in_braces_are_left_to_people():
    written, left = with_ids(ROSTER.encode(), "config/roster.yaml", IDS)
    assert (written, left) == (ROSTER.encode(), ("priya",))


COMMENTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20
)


@settings(max_examples=times(60))
@given(
    COMMENTS,
    COMMENTS,
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.text("abcdefnoyult0123456789:-.", min_size=3, max_size=12),
)
def test_every_other_byte_stays(one: str, two: str, end: str, last: bool, jira: str):
    before = ["version: 1", f"# {one}", "teams: {a: {name: A, kind: dev-support}}", "people:"]
    before += ["  priya:", f"    name: Priya  # {two}", "    email: p@a.example", "    team: a"]
    after_it = [] if last else ["    role: manager", "", f"    # {one}"]
    text = end.join([*before, f"    github: priya{'' if last else '  # x'}", *after_it])
    new = {"priya": {"slack": "U0PRIYA01", "jira": jira, "github_id": 7}}
    written, left = with_ids(text.encode(), "config/roster.yaml", new)
    assert left == ()
    after = written.decode()
    added = [f"    {key}: {scalar(value)}" for key, value in new["priya"].items()]
    rest = after
    for line in added:
        assert line in rest
        rest = rest.replace(end + line, "", 1)
    assert rest == text
    assert yaml.safe_load(after)["people"]["priya"]["jira"] == jira


def ruled(*rules: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**each, "branch": "escalate-form/1"} for each in rules]


def test_rights_by_merge_have_to_be_chosen(hub: Hub):
    policy = yaml.safe_load((hub.folder / "config" / "policy.yaml").read_text())
    text = yaml.safe_dump({key: each for key, each in policy.items() if key != "rights"})
    (hub.folder / "config" / "policy.yaml").write_text(text)
    start_over(hub)
    assert wrong(hub)["GitHub rights"] == (
        "each merged change counts, also without the word of an owner"
    )
    hub.set_policy(rights="by-merge")
    start_over(hub)
    assert "GitHub rights" not in wrong(hub)
    assert "GitHub rules of main" in wrong(hub), "GitHub has to ask for an approval"


def test_the_account_for_forms(hub: Hub):
    with_account(hub)
    found = wrong(hub)
    told = "anyone with write access can change its pull requests"
    assert found == {"GitHub rules of forms": told}
    hub.box.world.github.rules += ruled({"type": "creation"}, {"type": "update"})
    assert wrong(hub) == {}
    with_account(hub, account="priya-raman", account_id=1)
    assert wrong(hub) == {"GitHub account for forms": "priya-raman: its id is 4001"}


def test_the_ruleset_for_forms_is_the_one_that_is_looked_for(hub: Hub):
    ruleset = json.loads((TOP / "reconciler" / "template" / "ruleset-forms.json").read_text())
    assert ruleset["conditions"]["ref_name"]["include"] == ["refs/heads/escalate-form/**/*"]
    with_account(hub)
    hub.box.world.github.rules += ruled(*ruleset["rules"])
    assert wrong(hub) == {}


def test_an_id_that_cannot_be_compared_is_not_called_found(hub: Hub):
    hub.box.world.jira.accounts["5f0a1c2e:nadia"].email_hidden = True
    (nadia,) = [each for each in examined(hub) if each["what"] == "nadia"]
    assert (nadia["health"], "Jira does not show the address" in nadia["message"]) == ("ok", True)
    assert "Slack, GitHub" in nadia["message"]


def test_an_account_that_may_not_search_for_people(hub: Hub):
    hub.box.world.jira.accounts["5f0a1c2e:nadia"].email_hidden = True
    hub.edit_roster("nadia", jira=None)
    hub.commit("No id")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    for project in hub.box.world.jira.projects.values():
        project.deny["USER_PICKER"] = [hub.box.world.jira.bot]
    assert "the account may not search for users" in wrong(hub)["people nadia"]


def test_an_empty_search_may_mean_a_hidden_address(hub: Hub):
    hub.box.world.jira.accounts["5f0a1c2e:nadia"].email_hidden = True
    hub.edit_roster("nadia", jira=None)
    hub.commit("No id")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    (nadia,) = [each for each in examined(hub) if each["what"] == "nadia"]
    assert "hides the address" in nadia["message"]
    assert "people.nadia.jira" in nadia["remedy"]


def test_permissions_of_a_customer_are_not_taken_for_those_of_the_account(hub: Hub):
    hub.box.world.jira.projects["DS"].customers = [hub.box.world.jira.bot]
    found = [each for each in examined(hub) if each["what"] == "fields in DS"]
    assert [each["health"] for each in found] == ["unknown"]
    assert "customer" in found[0]["message"]
    assert "portal" in found[0]["remedy"]


def test_permissions_that_hold_for_another_ticket_only(hub: Hub):
    """Jira counts a permission of reporters in a project, because anybody can report."""
    hub.box.world.jira.projects["DS"].for_reporters = ["EDIT_ISSUES"]
    assert wrong(hub)["Jira permissions in DS"] == "missing: Edit Issues"


def test_scopes_that_slack_does_not_tell():
    (line,) = scopes(None)
    assert (line.health, line.message) == (
        Health.UNKNOWN,
        "Slack does not show which scopes the token has",
    )


@pytest.mark.parametrize("lost", ["editable", "priorities"])
def test_fields_that_jira_does_not_show(lost: str):
    policy = snapshot().policy
    lines = {each.what: each for each in fields(ticket(**{lost: None}), policy.jira, "DS")}
    line = lines["fields in DS" if lost == "editable" else "priority in DS"]
    assert line.health is Health.UNKNOWN
    assert "Jira does not show which" in line.message
