"""Pull requests of strangers cost nothing, and those of others cost no more than their files."""

import os

import pytest
from company import escalation
from hub import Hub

ONE, TWO = "DS-1071", "DS-1072"
PATH = f"escalations/2026/{ONE}.yaml"


def has(hub: Hub, name: str) -> bool:
    """Whether the clone that runs use has an object."""
    asked = f"{name}\n"
    out = hub.git("cat-file", f"--batch-check={asked.strip()} %(objectname)", "--batch-all-objects")
    return f"{name} {name}" in out.splitlines()


def propose_from_fork(hub: Hub, login: str, count: int = 1) -> list[str]:
    """Open pull requests from forks, whose commits are in no branch here; their heads."""
    heads = []
    for number in range(count):
        heads.append(hub.push("tmp", {PATH: escalation(ONE), "number": str(number)}, force=True))
        hub.box.github.from_fork(login, f"main{number}", f"Harmless {number}", heads[-1])
    hub.git("push", "--quiet", "origin", "--delete", "tmp")
    return heads


def requests(hub: Hub, *arguments: str) -> list[str]:
    hub.box.clear_calls()
    hub.reconcile(*arguments)
    return sorted(f"{each.service} {each.name}" for each in hub.box.calls)


def test_pull_requests_of_strangers_cost_no_request_and_nothing_is_fetched(hub: Hub):
    hub.begin(TWO, assignee="nadia")
    quiet = requests(hub)
    heads = propose_from_fork(hub, "mallory", 3)
    assert requests(hub) == quiet
    assert not any(has(hub, head) for head in heads)
    assert hub.announcements(ONE) == []
    assert hub.state()["github"]["comments"] == []


@pytest.mark.parametrize("login", ["mallory", "dependabot[bot]"])
def test_an_app_is_known_by_its_branch_and_a_person_by_the_roster(hub: Hub, login: str):
    hub.box.world.github.writers.add("mallory")
    hub.push("update", {"requirements.txt": "x", PATH: escalation(ONE)})
    number = hub.open("update", "Update", who="priya")
    hub.box.github.pull(number).author = login
    hub.reconcile(status=None)
    assert len(hub.plan_comments(number)) == (login != "mallory")


def test_somebody_on_the_roster_may_propose_from_a_fork(hub: Hub):
    (head,) = propose_from_fork(hub, "priya-raman")
    hub.reconcile()
    assert has(hub, head)
    assert len(hub.announcements(ONE)) == 1


def test_who_leaves_the_roster_does_not_decline_a_pull_request(hub: Hub):
    number = hub.propose(ONE)
    hub.reconcile()
    (before,) = hub.announcements(ONE)
    hub.box.github.pull(number).author = "mallory"
    hub.reconcile()
    (after,) = hub.announcements(ONE)
    assert after["text"] == before["text"]
    hub.close(number, "owen")
    hub.reconcile()
    (after,) = hub.announcements(ONE)
    assert "declined" in after["text"]


def test_a_status_is_set_for_a_stranger_only_by_number(hub: Hub):
    propose_from_fork(hub, "mallory")
    hub.propose(TWO)
    assert [line.split()[0] for line in _acknowledge(hub, "--all")] == ["#2"]
    assert [line.split()[0] for line in _acknowledge(hub, "1")] == ["#1"]


def _acknowledge(hub: Hub, *arguments: str) -> list[str]:
    return hub.escalate("acknowledge", *arguments).stdout.splitlines()


def test_only_our_files_are_fetched(hub: Hub):
    large = os.urandom(300_000)
    head = hub.push("one", {PATH: escalation(ONE), "photo.jpg": large, "config/other": "x"})
    hub.open("one", "Escalate")
    hub.reconcile()
    assert len(hub.announcements(ONE)) == 1
    names = {
        line.split("\t")[1]: line.split()[2]
        for line in hub.git("ls-tree", "-r", head, folder=hub.box.github.remote).splitlines()
    }
    assert has(hub, names[PATH])
    assert not has(hub, names["photo.jpg"])
    assert not has(hub, names["config/other"])
    settings = hub.git("config", "--local", "--list")
    assert "promisor" not in settings
    assert "partialclone" not in settings


def test_a_clone_with_heads_that_lack_blobs_still_fetches_and_merges(hub: Hub):
    number = hub.propose(ONE, assignee="nadia")
    hub.reconcile()
    hub.review(number)
    hub.merge(number, method="merge")
    hub.reconcile()
    hub.git("fsck", "--connectivity-only")
    hub.git("gc", "--quiet")
    assert hub.channels(ONE) != []


def test_what_is_too_large_is_not_fetched_to_its_end_and_stops_no_other(hub: Hub):
    hub.push("large", {PATH: os.urandom(9_000_000)})
    number = hub.open("large", "Large")
    hub.propose(TWO)
    shown = hub.reconcile(status=6)
    assert f"#{number} can't be read: origin sends more than 8,388,608 bytes" in shown
    assert len(hub.announcements(TWO)) == 1
    assert not list((hub.folder / ".git/objects/pack").glob("tmp_*"))


def test_too_many_escalations_are_not_read(hub: Hub):
    files = {f"escalations/2026/DS-{number}.yaml": "ticket: x\n" for number in range(2001, 2102)}
    head = hub.push("many", files)
    number = hub.open("many", "Many")
    hub.reconcile()
    (comment,) = hub.plan_comments(number)
    assert "file-too-many" in comment["body"]
    assert "101 escalations" in comment["body"]
    blob = hub.git("rev-parse", f"{head}:escalations/2026", folder=hub.box.github.remote)
    (name, *_) = hub.git("ls-tree", "--object-only", blob, folder=hub.box.github.remote).split()
    assert not has(hub, name)
    assert "pending" in _acknowledge(hub, str(number))[0]
    done = hub.escalate("check", "--base", "HEAD", fresh=False)
    hub.git("fetch", "--quiet", "origin", "many")
    hub.git("checkout", "--quiet", "FETCH_HEAD")
    done = hub.escalate("check", "--base", "main", status=1, fresh=False)
    assert "file-too-many" in done.stdout
    assert "1 error" in done.stdout
