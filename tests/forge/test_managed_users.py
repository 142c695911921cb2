"""Logins of managed users end with an underscore and the code of the company.

Source: https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/
iam-configuration-reference/username-considerations-for-external-authentication
"""

import dataclasses
import re

import pytest
from hub import Hub

from reconciler.model.base import LOGIN
from reconciler.services.settings import ForgeKind, read_forge_settings

TICKET = "DS-1071"


@pytest.mark.parametrize("login", ["octo", "octo-cat", "octo-cat_acme", "octo_admin", "7_x"])
def test_logins(login: str):
    assert re.fullmatch(LOGIN, login)


@pytest.mark.parametrize("login", ["_acme", "octo_", "octo__acme", "octo-_acme", "o_a_b", "o cat"])
def test_what_no_login_is(login: str):
    assert not re.fullmatch(LOGIN, login)


def test_a_repository_of_a_managed_user():
    env = {"GITHUB_TOKEN": "t", "GITHUB_REPOSITORY": "octo-cat_acme/escalations"}
    _, settings = read_forge_settings(env, ForgeKind.AUTO)
    assert settings is not None
    assert settings.repository == "octo-cat_acme/escalations"


def test_a_managed_user_escalates_and_another_acknowledges(hub: Hub):
    users = hub.box.world.github.users
    logins = {"priya": "priya-raman_ledger", "hannah": "hannah-weiss_ledger"}
    for number, (handle, login) in enumerate(logins.items(), 9001):
        known = next(iter(users.values()))
        users[login] = dataclasses.replace(known, id=number, login=login, type="User")
        hub.box.world.github.writers.add(login)
        hub.edit_roster(handle, github=login, github_id=None)
    hub.configure()
    number = hub.propose(TICKET, who="priya-raman_ledger")
    hub.review(number, "hannah-weiss_ledger")
    hub.reconcile()
    (message,) = hub.announcements(TICKET)
    assert "acknowledged by Hannah Weiss" in message["text"]
    hub.merge(number, "priya-raman_ledger")
    hub.reconcile()
    assert "ESCALATION" in hub.ticket(TICKET)["labels"]
