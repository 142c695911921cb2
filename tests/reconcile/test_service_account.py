"""A service account of Atlassian has tokens with scopes, which work at the gateway only.

Source: https://support.atlassian.com/user-management/docs/manage-api-tokens-for-service-accounts/
"""

from collections.abc import Callable, Iterator

import pytest
from company import Company
from hub import Hub

from reconciler.model.outcome import Result
from reconciler.services.jira.tokens import SCOPES

SITE = "https://ledgerline.example"


@pytest.fixture
def scoped(hub: Hub) -> Iterator[Hub]:
    """A company whose reconciler is a service account."""
    hub.set_policy(acknowledgement="merge", jira={"browse_url": SITE})
    hub.commit("A service account")
    hub.git("push", "--quiet", "origin", "HEAD:main")
    hub.box.world.jira.scopes = list(SCOPES)
    return hub


def test_everything_works_at_the_gateway(cloud: Company):
    cloud.box.world.jira.scopes = list(SCOPES)
    cloud.set_policy(jira={"browse_url": SITE})
    cloud.write("DS-1071")
    cloud.converge()
    assert "/ex/jira/" in cloud.settings.jira.url
    (bookmark,) = [e for e in cloud.channel("DS-1071")["bookmarks"] if "DS-1071" in e["title"]]
    assert bookmark["link"] == f"{SITE}/browse/DS-1071"
    posts = [*cloud.channel("DS-1071")["messages"], *cloud.named("sre-escalations")["messages"]]
    assert not [each["text"] for each in posts if "/ex/jira/" in each["text"]]


def test_the_site_refuses_the_token_and_the_remedy_names_the_gateway(scoped: Hub):
    scoped.more_env["JIRA_BASE_URL"] = scoped.box.jira_url
    done = scoped.escalate("plan", status=1)
    said = " ".join((done.stdout + done.stderr).split())
    assert "JIRA_BASE_URL to https://api.atlassian.com/ex/jira/<cloudId>" in said
    assert f"{scoped.box.jira_url}/_edge/tenant_info" in said
    assert "read:jira-work, write:jira-work and read:jira-user" in said


@pytest.mark.parametrize("scope", ["read:jira-work", "read:jira-user"])
def test_a_missing_scope_is_named(scoped: Hub, scope: str):
    scoped.box.world.jira.scopes = [each for each in SCOPES if each != scope]
    done = scoped.escalate("doctor", status=1)
    assert "A token with scopes needs the scopes" in " ".join(done.stdout.split())


def test_a_token_that_may_only_read_changes_nothing(cloud: Company):
    cloud.box.world.jira.scopes = ["read:jira-work", "read:jira-user"]
    cloud.set_policy(jira={"browse_url": SITE})
    cloud.write("DS-1071")
    failed = [each for each in cloud.apply() if each.result is Result.FAILED]
    assert failed
    assert all("write:jira-work" in each.remedy for each in failed)


def test_links_for_people_need_the_address_of_the_site(scoped: Hub):
    scoped.set_policy(jira={})
    scoped.commit("No address")
    scoped.git("push", "--quiet", "origin", "HEAD:main")
    done = scoped.escalate("apply", status=1)
    assert "no jira.browse_url" in done.stderr
    assert "Set jira.browse_url in config/policy.yaml" in done.stderr
    assert "no jira.browse_url" in " ".join(scoped.escalate("doctor", status=1).stdout.split())


ENDS: dict[str, tuple[str, str]] = {
    "in time": ("2026-12-24", ""),
    "soon": ("2026-12-23", "Jira's token ends on 2026-12-23, in 30 days"),
    "tomorrow": ("2026-11-24", "Jira's token ends on 2026-11-24, in 1 day"),
    "today": ("2026-11-23", "Jira's token ends on 2026-11-23, in 0 days"),
    "ended": ("2026-11-22", "JIRA_API_TOKEN_EXPIRES shows that Jira's token ended on 2026-11-22"),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_end_of_a_token_is_near(hub: Hub, name: str):
    end, said = ENDS[name]
    hub.more_env["JIRA_API_TOKEN_EXPIRES"] = end
    shown: Callable[[str], str] = lambda text: " ".join(text.split())  # noqa: E731
    for command, status in (("plan", 0), ("apply", 0), ("doctor", 1)):
        done = hub.escalate(command, status=status)
        words = shown(done.stdout + done.stderr)
        assert (said or "lasts until") in words or (not said and command != "doctor")
        assert ("Create a new token" in words) is bool(said)


def test_an_end_that_is_no_date(hub: Hub):
    hub.more_env["JIRA_API_TOKEN_EXPIRES"] = "soon"
    done = hub.escalate("plan", status=1)
    assert "JIRA_API_TOKEN_EXPIRES is not a date such as 2027-03-31" in done.stderr
