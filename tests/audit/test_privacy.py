"""No record of a full run holds private data, a text, or a token."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml
from company import TOP, Company, resolution
from repository import commit, escalate, git

from reconciler.model.audit import READER

ROSTER = yaml.safe_load((TOP / "config" / "roster.yaml").read_text(encoding="utf-8"))


def audit(company: Company, ref: str = "refs/heads/audit") -> str:
    """Everything that the branch has, the messages of its commits included."""
    remote = company.folder.parent / "remote.git"
    folder = remote if remote.exists() else company.folder
    run = ["git", "log", "--first-parent", "-p", "--text", "--format=%an%n%ae%n%B", ref]
    return subprocess.run(run, cwd=folder, check=True, capture_output=True, text=True).stdout


def private() -> set[str]:
    people = ROSTER["people"].values()
    return {
        str(person[key])
        for person in people
        for key in ("name", "email", "slack", "jira")
        if person.get(key)
    }


def test_no_private_data_no_text_and_no_token(shared: Company):
    """A whole life, with failures that name people: strangers, and a name that is taken."""
    texts = {
        "title": "Payments of Acme time out",
        "reason": "MARKED-reason",
        "assessment": "MARKED-assessment",
    }
    news = [{"at": "2026-11-23T17:00:00Z", "by": "dmitri", "text": "MARKED-update"}]
    shared.slack("owen").conversations_create(name="ds-1072-taken-by-owen-brooks")
    shared.edit_roster("mei", email="mei.nobody@ledgerline.example", slack=None)
    shared.edit_roster("lena", jira="712020:not-there-lena")
    shared.write("DS-1071", **texts, updates=news)
    shared.write("DS-1072", channel="taken-by-owen-brooks", assignee="nadia")
    shared.write("DS-1073", assignee="felix", stakeholders={"product_engineering": ["mei"]})
    commit(shared, "Change everything")
    escalate(shared, "apply", "--record", status=6)
    shared.write("DS-1071", **texts, updates=news, resolution=resolution())
    shared.write("DS-1072", assignee="nadia", withdrawn={"by": "priya", "reason": "MARKED-why"})
    commit(shared, "End")
    escalate(shared, "apply", "--record", status=None)
    told = audit(shared)
    kinds = {json.loads(line[1:])["kind"] for line in told.splitlines() if line.startswith('+{"')}
    assert kinds == {"admission", "acknowledgement", "change", "outcome"}
    assert '"result":"failed"' in told
    assert '"problems":' in told
    folded = told.casefold()
    people = private() | {"mei.nobody@ledgerline.example", "712020:not-there-lena"}
    assert [each for each in sorted(people) if each.casefold() in folded] == []
    lines = [line for line in told.splitlines() if not line.startswith("@@ ")]
    assert "@" not in "".join(lines).replace("noreply@escalation-as-code.invalid", "")
    for text in ("MARKED", "acme", "certificate", "owen-brooks", "time out"):
        assert text.casefold() not in folded, text
    tokens = [value for name, value in shared.env.items() if "TOKEN" in name or "PAT" in name]
    assert tokens
    assert [each for each in tokens if each in told] == []


def test_a_record_for_everything_that_was_done(alone: Company):
    done = escalate(alone, "apply", "--record", "--json")
    outcomes = json.loads(done.stdout)["outcomes"]
    show = ["git", "show", "audit:audit/2026/DS-1071.jsonl"]
    text = subprocess.run(show, cwd=alone.folder, check=True, capture_output=True).stdout
    records = [READER.validate_json(line) for line in text.splitlines()]
    changes = [each for each in records if each.kind == "change"]
    assert [(each.facet, each.action, each.result) for each in changes] == [
        (each["change"]["facet"], each["change"]["action"], each["result"]) for each in outcomes
    ]
    assert len({each.run for each in records}) == 1
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=alone.folder, check=True, capture_output=True, text=True
    ).stdout.strip()
    assert {each.commit for each in records} == {head}
    assert {each.at for each in records} == {alone.now}
    assert [each.kind for each in records[:2]] == ["admission", "acknowledgement"]
    assert (records[-1].kind, records[-1].done) == ("outcome", len(changes))


def test_nothing_is_recorded_unless_asked(alone: Company):
    escalate(alone, "apply")
    assert not (alone.folder / ".git" / "escalate" / "unrecorded.jsonl").exists()
    refs = ["git", "for-each-ref", "--format=%(refname)"]
    found = subprocess.run(refs, cwd=alone.folder, check=True, capture_output=True, text=True)
    assert found.stdout.split() == ["refs/heads/main"]


def test_a_run_with_nothing_to_do_records_nothing(alone: Company):
    escalate(alone, "apply", "--record")
    before = audit(alone)
    alone.pass_time(hours=1)
    escalate(alone, "apply", "--record")
    assert audit(alone) == before


def test_files_that_differ_from_the_commit_do_not_count(alone: Company):
    """What a checkout changes, such as `ident`, stops no run."""
    alone.write("DS-1071", title="Not committed")
    done = escalate(alone, "apply", "--record")
    assert "With --record, only committed files count" in done.stderr
    assert "Not committed" not in done.stdout
    (channel,) = alone.channels("DS-1071")
    assert "not-committed" not in channel["name"]


def test_a_remote_that_is_not_there_is_refused_before_anything_is_done(alone: Company):
    told = escalate(alone, "apply", "--record", "--audit-remote", "upstream", status=2)
    assert "There is no remote upstream" in told.stderr
    told = escalate(alone, "apply", "--audit-remote", "upstream", status=2)
    assert "There is no remote upstream" in told.stderr, "the lease is there, too"
    assert alone.channels("DS-1071") == []


@pytest.mark.usefixtures("screens")
def test_a_remote_that_is_away_when_the_run_begins_lets_it_change_nothing(shared: Company):
    remote = shared.folder.parent / "remote.git"
    remote.rename(remote.with_name("away.git"))
    for options in (["--record"], []):
        told = " ".join(escalate(shared, "apply", *options, status=1).stderr.split())
        assert "the lease of DS can't be published: origin can't be reached" in told
        assert "Nothing was changed" in told
    assert shared.channels("DS-1071") == []


@pytest.mark.usefixtures("screens")
def test_what_cannot_be_recorded_is_not_status_0_and_is_there_after_the_next_run(shared: Company):
    """The remote accepts the lease and refuses the records."""
    hook = shared.folder.parent / "remote.git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nread old new ref\ngit log -1 --format=%s $new | grep -q ^Lease\n")
    hook.chmod(0o755)
    told = " ".join(escalate(shared, "apply", "--record", status=6).stderr.split())
    assert "19 line(s) were not added to the branch audit: origin refuses" in told
    assert "unrecorded.jsonl. The next run in this clone adds them" in told
    assert shared.channel("DS-1071")
    hook.unlink()
    shared.pass_time(hours=1)
    assert "not added to the branch" not in escalate(shared, "apply", "--record").stderr
    assert audit(shared).count('"late":true') == 19
    assert audit(shared).count('"settled_by"') == 0, "its own words were kept"
    escalate(shared, "history", "--verify")


def test_github_names_the_run(alone: Company, monkeypatch):
    monkeypatch.setenv("GITHUB_RUN_ID", "8123456789")
    monkeypatch.setenv("GITHUB_RUN_ATTEMPT", "2")
    escalate(alone, "apply", "--record")
    assert '"run":"8123456789/2"' in audit(alone)


def test_held_and_admitted_are_told(shared: Company):
    people = {"DS-1072": "nadia", "DS-1073": "felix", "DS-1074": "mei"}
    for ticket, person in people.items():
        shared.write(ticket, assignee=person)
        commit(shared, f"Escalate {ticket}")
    git(shared, "push", "origin", "main")
    escalate(shared, "apply", "--record")
    shared.pass_time(hours=14)
    escalate(shared, "apply", "--record")
    show = ["git", "show", "audit:audit/2026/DS-1074.jsonl"]
    folder = shared.folder.parent / "remote.git"
    text = subprocess.run(show, cwd=folder, check=True, capture_output=True, text=True).stdout
    told = [json.loads(line) for line in text.splitlines()]
    states = [(each["state"], each.get("reason", "")) for each in told if "state" in each]
    assert states == [("held", "DS has taken 3 of 3 escalations today"), ("admitted", "")]
    kinds = [each["kind"] for each in told]
    assert kinds.index("acknowledgement") > kinds.index("outcome"), "not while it is held"
    assert escalate(shared, "history", "--verify").returncode == 0
    shown = escalate(shared, "history", "DS-1074").stdout
    assert "held: DS has taken 3 of 3 escalations today" in " ".join(shown.split())


def test_the_paths_are_those_of_the_year_folders(alone: Company):
    escalate(alone, "apply", "--record")
    names = ["git", "ls-tree", "-r", "--name-only", "audit", "audit/"]
    found = subprocess.run(names, cwd=alone.folder, check=True, capture_output=True, text=True)
    assert found.stdout.split() == [Path("audit/2026/DS-1071.jsonl").as_posix()]
