"""What a repository lacks, as tables of values."""

import json
from dataclasses import replace
from typing import Any

import pytest
from company import TOP

from reconciler.load.version import read_policy
from reconciler.model.policy import AcknowledgementMeans, RightsBy
from reconciler.model.repository_setup import DeploymentEnvironment, RepositorySetup
from reconciler.setup.advice import advice
from reconciler.setup.plan import plan_setup
from reconciler.setup.rulesets import lacking, merged
from reconciler.setup.wishes import (
    LABELS,
    SECRETS,
    SWITCHES,
    WORKFLOW_TOKEN,
    SetupWishes,
    wanted_rulesets,
)

MAIN = json.loads((TOP / "reconciler/template/ruleset-main.json").read_text())
WISHES = SetupWishes(
    "company/escalations",
    "main",
    (MAIN,),
    variables={"JIRA_BASE_URL": "https://jira.example"},
    secrets=dict.fromkeys(SECRETS, "value"),
)
READY = RepositorySetup(
    exists=True,
    settings={**SWITCHES, "allow_squash_merge": True},
    main="c" * 40,
    workflow_token=WORKFLOW_TOKEN,
    environment=DeploymentEnvironment(
        only_listed_branches=True,
        branches=frozenset({"main"}),
        secrets=frozenset(SECRETS),
        variables=WISHES.variables,
    ),
    labels=frozenset(LABELS),
    code_owners="* @a @b\n",
    rulesets=({**MAIN, "id": 7},),
    ran=True,
)
ANY = DeploymentEnvironment(secrets=frozenset(SECRETS), variables=WISHES.variables)


def lines(found: RepositorySetup, wishes: SetupWishes = WISHES) -> list[str]:
    plan = plan_setup(wishes, found, SECRETS)
    changes = [f"{each.what}: {each.before} → {each.after}" for each in plan.changes]
    return changes + [f"✗ {each.part}: {each.message}" for each in plan.obstacles]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        (
            {"settings": {"allow_merge_commit": True, "has_issues": True}},
            ["repository settings: rebase merges not set → rebase merges off"],
        ),
        ({"settings": SWITCHES}, ["repository settings: squash merges not set → squash"]),
        ({"workflow_token": {}}, ["token of workflows: permissions not set"]),
        ({"environment": ANY}, ["environment escalations: any branch", "branches that may use"]),
        ({"labels": frozenset()}, [f"label {each}: missing" for each in LABELS]),
        ({"ran": False}, ["workflow reconcile.yml: never ran → started"]),
        ({"rulesets": ()}, ["ruleset main: missing → active"]),
        ({"rulesets": (), "code_owners": "* @a"}, ["✗ rulesets: CODEOWNERS names @a alone for *"]),
        ({"rulesets": (), "code_owners": None}, ["✗ rulesets: CODEOWNERS names no one"]),
        ({"rulesets": (), "code_owners": "/x\n"}, ["✗ rulesets: CODEOWNERS names no one"]),
        (
            {"rulesets": (), "owner_errors": ("line 1: Unknown owner",)},
            ["✗ rulesets: GitHub finds errors in CODEOWNERS: line 1"],
        ),
        ({"main": "", "code_owners": None}, ["✗ main branch: GitHub has no branch main"]),
        ({"labels": frozenset(), "unread": {"labels": "Forbidden"}}, ["✗ labels: Forbidden"]),
    ],
)
def test_one_thing_that_differs(change: dict[str, Any], expected: list[str]):
    found = lines(replace(READY, **change))
    assert len(found) == len(expected), found
    for line, beginning in zip(found, expected, strict=True):
        assert line.startswith(beginning)


def test_whoever_is_alone_elsewhere_does_not_matter_once_the_rulesets_are_there():
    assert lines(replace(READY, code_owners="* @a")) == []


def test_a_value_of_a_secret_is_in_no_change():
    plan = plan_setup(
        replace(WISHES, secrets=dict.fromkeys(SECRETS, "hush")), RepositorySetup(), SECRETS
    )
    assert "hush" not in repr(plan)
    assert "hush" not in repr(replace(WISHES, secrets={"X": "hush"}))


def rules(**parameters: object) -> dict[str, Any]:
    changed = [
        {**each, "parameters": {**each["parameters"], **parameters}}
        if each["type"] == "pull_request"
        else each
        for each in MAIN["rules"]
    ]
    return {**MAIN, "id": 7, "rules": changed}


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (rules(), ()),
        (rules(required_approving_review_count=2), ("required_approving_review_count",)),
        (rules(dismiss_stale_reviews_on_push=True), ("dismiss_stale_reviews_on_push",)),
        (rules(require_last_push_approval=True), ("require_last_push_approval",)),
        (rules(require_code_owner_review=False), ("require_code_owner_review",)),
        (rules(required_review_thread_resolution=True), ("required_review_thread_resolution",)),
        (rules(allowed_merge_methods=["squash"]), ()),
        (rules(allowed_merge_methods=["squash", "rebase"]), ("allowed_merge_methods",)),
        (rules(allowed_merge_methods=[]), ("allowed_merge_methods",)),
        (rules(new_parameter=True), ()),
        ({**rules(), "enforcement": "disabled"}, ("enforcement",)),
        ({**rules(), "rules": MAIN["rules"][1:]}, ("deletion",)),
    ],
)
def test_what_a_ruleset_lacks(found: dict[str, Any], missing: tuple[str, ...]):
    assert tuple(each.rpartition(": ")[2] for each in lacking(found, MAIN)) == missing
    assert lacking(merged(found, MAIN), MAIN) == ()


@pytest.mark.parametrize(
    "without",
    [{"acknowledgement": AcknowledgementMeans.MERGE}, {"rights": RightsBy.MERGE}],
    ids=["a merge acknowledges", "each merged change counts"],
)
def test_where_a_merge_decides_github_guards_the_merge(without: dict[str, object]):
    policy = read_policy("", (TOP / "config/policy.yaml").read_bytes())
    assert policy is not None
    texts = {
        f"ruleset-{name}.json": (TOP / f"reconciler/template/ruleset-{name}.json").read_text()
        for name in ("main", "audit")
    }
    assert policy.is_by_field
    by_field, by_merge = (
        wanted_rulesets(texts, policy.model_copy(update=changes))[0] for changes in ({}, without)
    )
    assert lacking(by_field, MAIN) == ()
    assert [each.rpartition(": ")[2] for each in lacking(by_field, by_merge)] == [
        "required_approving_review_count",
        "dismiss_stale_reviews_on_push",
        "require_last_push_approval",
        "strict_required_status_checks_policy",
    ]


@pytest.mark.parametrize(
    ("part", "code", "answer", "remedy"),
    [
        ("rulesets", "403", "Upgrade to GitHub Pro or make this repository public", "plans Pro"),
        ("environment", "422", "ensure the billing plan supports", "environments for private"),
        ("secrets", "403", "Resource not accessible", "Environments: write"),
        ("labels", "403", "Resource not accessible", "Issues: write"),
        ("workflow token", "409", "Conflict", "Ask its owner"),
        ("code owners", "409", "Repository rule violations", "by a pull request"),
        ("first run", "404", "Not Found", "in a minute"),
        ("labels", "500", "", "Run the command again"),
    ],
)
def test_what_to_do_about_a_refusal(part: str, code: str, answer: str, remedy: str):
    assert remedy in advice(part, code, answer, READY)
