"""The sandbox's GitHub: settings, environments, secrets, rulesets, and what it refuses."""

import base64
import json

import pytest
import requests
from company import TOP
from hub import Hub
from nacl.public import PublicKey, SealedBox

from reconciler.sandbox import Box

ADMIN = "yusuf-demir"
ENV = "environments/escalations"
POLICIES = f"{ENV}/deployment-branch-policies"
LIST = {"deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True}}
RULESET = json.loads((TOP / "reconciler/template/ruleset-main.json").read_text())
RULESET["rules"] = [each for each in RULESET["rules"] if each["type"] == "pull_request"]


def test_a_secret_that_is_not_encrypted_is_refused(hub: Hub):
    hub.call(ADMIN, "PUT", ENV, LIST, 200)
    key = hub.call(ADMIN, "GET", f"{ENV}/secrets/public-key")
    plain = {"encrypted_value": base64.b64encode(b"xoxb-1").decode(), "key_id": key["key_id"]}
    hub.call(ADMIN, "PUT", f"{ENV}/secrets/SLACK_BOT_TOKEN", plain, 422)
    box = SealedBox(PublicKey(base64.b64decode(key["key"])))
    sealed = {**plain, "encrypted_value": base64.b64encode(box.encrypt(b"xoxb-1")).decode()}
    hub.call(ADMIN, "PUT", f"{ENV}/secrets/SLACK_BOT_TOKEN", sealed, 201)
    hub.call(ADMIN, "PUT", f"{ENV}/secrets/SLACK_BOT_TOKEN", sealed, 204)
    hub.call(ADMIN, "PUT", f"{ENV}/secrets/GITHUB_TOKEN", sealed, 422)
    shown = hub.call(ADMIN, "GET", f"{ENV}/secrets")["secrets"]
    assert [(each["name"], "value" in each) for each in shown] == [("SLACK_BOT_TOKEN", False)]


def test_branches_of_an_environment(hub: Hub):
    hub.call(ADMIN, "GET", ENV, status=404)
    hub.call(ADMIN, "PUT", ENV, {}, 200)
    hub.call(ADMIN, "POST", POLICIES, {"name": "main"}, 404)
    hub.call(ADMIN, "PUT", ENV, LIST, 200)
    number = hub.call(ADMIN, "POST", POLICIES, {"name": "main"}, 200)["id"]
    assert hub.call(ADMIN, "GET", POLICIES)["total_count"] == 1
    hub.call(ADMIN, "DELETE", f"{POLICIES}/{number}", status=204)
    hub.call(ADMIN, "DELETE", f"{POLICIES}/{number}", status=404)


def test_only_administrators_change_settings(hub: Hub):
    for who in ("priya", "github-actions[bot]"):
        if who == "priya":
            hub.call(who, "PUT", ENV, LIST, 403)
            hub.call(who, "PATCH", "", {"allow_rebase_merge": False}, 403)
            hub.call(who, "POST", "rulesets", RULESET, 403)
            hub.call(who, "GET", "actions/permissions/workflow", status=403)
    assert not hub.call("priya", "GET", "")["permissions"]["admin"]
    assert hub.call(ADMIN, "GET", "")["permissions"]["admin"]


def test_a_ruleset_holds_for_its_branches(hub: Hub):
    number = hub.call(ADMIN, "POST", "rulesets", RULESET, 201)["id"]
    assert [each["type"] for each in hub.call(ADMIN, "GET", "rules/branches/main")] == [
        "pull_request"
    ]
    assert hub.call(ADMIN, "GET", "rules/branches/other") == []
    assert "rules" not in hub.call(ADMIN, "GET", "rulesets")[0]
    hub.call(ADMIN, "PUT", f"rulesets/{number}", {"enforcement": "disabled"}, 200)
    assert hub.call(ADMIN, "GET", "rules/branches/main") == []
    assert "bypass_actors" not in hub.call("priya", "GET", f"rulesets/{number}")


def test_rules_refuse_a_commit_by_the_api(hub: Hub):
    text = base64.b64encode(b"* @priya-raman @nobody-at-all\n").decode()
    body = {"message": "Owners", "content": text, "branch": "main"}
    hub.call(ADMIN, "PUT", "contents/.github/CODEOWNERS", body, 201)
    hub.call(ADMIN, "PUT", "contents/.github/CODEOWNERS", body, 409)
    (error,) = hub.call(ADMIN, "GET", "codeowners/errors")["errors"]
    assert (error["kind"], error["column"]) == ("Unknown owner", 16)
    hub.call(ADMIN, "POST", "rulesets", RULESET, 201)
    blob = hub.call(ADMIN, "GET", "contents/.github/CODEOWNERS")["sha"]
    hub.call(ADMIN, "PUT", "contents/.github/CODEOWNERS", {**body, "sha": blob}, 409)


def test_a_plan_without_rulesets(hub: Hub):
    hub.box.world.github.free_plan = True
    hub.call(ADMIN, "GET", "rulesets", status=403)
    hub.call(ADMIN, "PUT", ENV, LIST, 422)


def test_a_workflow_that_is_started(hub: Hub):
    path = "actions/workflows/reconcile.yml/dispatches"
    hub.call(ADMIN, "POST", path, {"ref": "main"}, 404)
    hub.push("main", {".github/workflows/reconcile.yml": "on: {push: {}}\n"})
    hub.call(ADMIN, "POST", path, {"ref": "main"}, 422)
    hub.push("main", {".github/workflows/reconcile.yml": "on: {workflow_dispatch: {}}\n"})
    hub.call(ADMIN, "POST", path, {"ref": "main"}, 204)
    assert hub.call(ADMIN, "GET", "actions/workflows/reconcile.yml/runs")["total_count"] == 1


@pytest.mark.parametrize(("who", "status"), [("priya-raman", 403), (ADMIN, 201)])
def test_a_repository_that_is_created(box: Box, who: str, status: int):
    box.world.github.exists = False
    head = {"Authorization": f"Bearer ghp-{who}"}
    url = f"{box.github_url}/repos/ledgerline/escalations"
    assert requests.get(url, headers=head, timeout=5).status_code == 404
    body = {"name": "escalations", "private": True}
    made = requests.post(
        f"{box.github_url}/orgs/ledgerline/repos", json=body, headers=head, timeout=5
    )
    assert made.status_code == status
    empty = requests.get(f"{url}/git/ref/heads/main", headers=head, timeout=5)
    assert empty.status_code == (409 if status == 201 else 404)
