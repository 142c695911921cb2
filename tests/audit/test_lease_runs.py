"""Runs and their leases, as processes: who waits, who goes on, what an ended run leaves."""

import json
import resource
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from company import Company
from doubled import doubled
from leased import (
    MINUTE,
    audited,
    keys_of,
    kill_at,
    lease_of,
    others,
    push,
    pushes,
    put,
    records,
    rewrite,
    sealed,
)
from repository import commit, escalate, git
from runs import held_at, running

from reconciler.model.audit import READER, OutcomeRecord
from reconciler.model.audit_branch import CUT, line_of
from reconciler.model.keyring import Keyring
from reconciler.model.lease import Lease, lease_bytes
from reconciler.model.phase import Phase

STRANGERS = Keyring("x" * 40)


def test_a_run_that_finds_the_desk_held_leaves_with_status_0_and_a_line(shared: Company):
    lease = others()
    push(shared, sealed(shared, lease))
    left = escalate(shared, "apply", "--record")
    assert f"Another run (123/1) is changing DS since {lease.since:%H:%M} UTC" in left.stderr
    assert f"it ends by {lease.until:%H:%M} UTC. Nothing was changed" in left.stderr
    assert shared.channels("DS-1071") == []
    assert lease_of(shared) == lease


@pytest.mark.parametrize("options", [["--record"], []], ids=["recorded", "not recorded"])
def test_a_run_pushes_twice_and_one_without_changes_never(shared: Company, options: list[str]):
    escalate(shared, "apply", *options)
    assert pushes(shared) == 2
    assert lease_of(shared).ended is not None
    assert lease_of(shared).intents == ()
    shared.pass_time(hours=1)
    escalate(shared, "apply", *options)
    assert pushes(shared) == 2


def unsealed(company: Company, lease: Lease) -> bytes:
    """A lease as the version before wrote it."""
    parts = json.loads(sealed(company, lease))
    return json.dumps(
        {key: each for key, each in parts.items() if key not in {"key", "seal"}}
    ).encode()


FORGED: dict[str, Callable[[Company], bytes]] = {
    "without a seal": lambda company: unsealed(company, others()),
    "an empty seal": lambda company: sealed(company, others()).replace(b'"seal": "', b'"seal": "0'),
    "changed after it was sealed": lambda company: sealed(company, others(run="1/1")).replace(
        b'"1/1"', b'"1/2"'
    ),
    "of a stranger": lambda _: lease_bytes(others(), STRANGERS),
    "of another desk": lambda company: sealed(company, others("PLAT")),
    "for thousands of years": lambda company: sealed(
        company, others(until=datetime(9999, 1, 1, tzinfo=UTC))
    ),
    "from next year": lambda company: sealed(company, others(since=timedelta(days=400))),
    "no lease": lambda _: b"{",
    "too large": lambda _: b"x" * 2_000_000,
}


@pytest.mark.sampled(3)
@pytest.mark.usefixtures("screens")
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_lease_stops_no_run(shared: Company, name: str):
    push(shared, FORGED[name](shared))
    told = escalate(shared, "apply", "--record").stderr
    assert told.count("leases/DS.json on the branch audit is ignored") == 1
    assert shared.channel("DS-1071")
    assert lease_of(shared).ended is not None
    git(shared, "fetch", "-q", "origin")
    assert "is ignored" not in escalate(shared, "apply", "--record").stderr


@pytest.mark.usefixtures("screens")
def test_verify_reports_a_forged_lease_with_its_file_and_line(shared: Company):
    escalate(shared, "apply", "--record")
    escalate(shared, "history", "--verify")
    push(shared, unsealed(shared, others()))
    told = escalate(shared, "history", "--verify", status=1).stdout
    assert "leases/DS.json:1: audit-unsealed" in told
    assert "leases/DS.json: audit-lease: it has no seal" in told
    escalate(shared, "apply", "--record")
    assert "leases/DS.json:1" in escalate(shared, "history", "--verify", status=1).stdout


def test_a_lease_of_the_version_before_is_no_finding(shared: Company):
    """Its commit is sealed; the file was not, in that version."""
    push(shared, unsealed(shared, others(ended=datetime.now(UTC))), keyring=keys_of(shared))
    escalate(shared, "history", "--verify")
    assert "it has no seal" in escalate(shared, "apply", "--record").stderr
    escalate(shared, "history", "--verify")


def an_outcome(company: Company, run: str = "1/1") -> bytes:
    """A line that says that a run did everything."""
    commit = git_head(company)
    record = OutcomeRecord(
        at=company.now, run=run, commit=commit, ticket="DS-1071", phase=Phase.ASSIGNED
    )
    return line_of(record)


def git_head(company: Company) -> str:
    return (company.folder / ".git" / "refs" / "heads" / "main").read_text().strip()


LINES = "audit/2026/DS-1071.jsonl"


@pytest.mark.parametrize("rule", ["audit-unsealed", "audit-seal"])
def test_an_outcome_without_a_valid_seal_settles_nothing(shared: Company, rule: str):
    kill_at(shared, 15, "--record")
    seal = f"x\n\nSeal: {keys_of(shared).fingerprint} {'0' * 64}\n"
    put(shared, LINES, an_outcome(shared), seal if rule == "audit-seal" else "x")
    shared.pass_time(minutes=10)
    escalate(shared, "apply", "--record")
    settled = [each for each in records(shared) if each["run"] == "1/1" and each.get("settled_by")]
    assert len(settled) > 10
    told = escalate(shared, "history", "--verify", status=1).stdout
    assert f"{LINES}:1: {rule}" in told
    assert "\n1 finding(s)" in told


def test_an_outcome_without_a_seal_hides_no_hole(shared: Company):
    kill_at(shared, 15, "--record")
    past = {"since": datetime.now(UTC) - 60 * MINUTE, "until": datetime.now(UTC) - 40 * MINUTE}
    rewrite(shared, **past)
    put(shared, LINES, an_outcome(shared))
    told = escalate(shared, "history", "--verify", status=1).stdout
    assert "audit-hole: run 1/1 was about to change DS-1071" in told


def test_an_outcome_with_a_seal_is_not_settled_again(shared: Company):
    """The lease of a run that recorded is put back as it was before its end."""
    escalate(shared, "apply", "--record")
    done = records(shared)
    change = {"key": "jira.label", "facet": "jira.label", "action": "add", "after": "ESCALATION"}
    intents = {"ticket": "DS-1071", "path": LINES, "file": "x", "phase": "assigned"}
    lease = others(
        run=done[-1]["run"],
        since=-60 * MINUTE,
        commit=git_head(shared),
        recorded=True,
        intents=[{**intents, "changes": [change]}],
    )
    push(shared, sealed(shared, lease))
    git(shared, "fetch", "-q", "origin")
    shared.pass_time(minutes=10)
    escalate(shared, "apply", "--record")
    assert lease_of(shared).ended is not None
    assert records(shared) == done


def test_a_line_that_was_copied_before_its_run_wrote_it_is_written_again(shared: Company):
    with (
        running(shared, "--record", "--workers", "1", run="1/1") as run,
        held_at(shared, 18, seconds=1.5) as fault,
    ):
        assert fault.hit.wait(30)
        made = an_outcome(shared).replace(b'"phase"', b'"done":16,"phase"')
        put(shared, LINES, line_of(READER.validate_json(made)))
        status, printed = run.end()
    assert status == 0, printed
    outcomes = [each for each in records(shared) if each["kind"] == "outcome"]
    assert outcomes == [outcomes[0]] * 2
    told = escalate(shared, "history", "--verify", status=1).stdout
    assert f"{LINES}:1: audit-unsealed" in told
    assert "\n1 finding(s)" in told


TOO_LARGE = b"x" * (64 * 1024 * 1024 + 1)


@pytest.mark.usefixtures("screens")
def test_files_that_are_too_large_keep_nothing_from_being_recorded(shared: Company):
    escalate(shared, "apply", "--record")
    shared.write("DS-1071", contact="jun")
    commit(shared, "Another contact")
    git(shared, "push", "-q", "origin", "main")
    shared.pass_time(minutes=10)
    put(shared, LINES, TOO_LARGE)
    push(shared, TOO_LARGE)
    told = escalate(shared, "apply", "--record").stderr
    assert f"the file {LINES} on the branch audit was too large to be read" in told
    assert "leases/DS.json on the branch audit is ignored" in told
    first, *runs = audited(shared, LINES).splitlines(keepends=True)
    assert first == CUT
    assert len(runs) > 5
    assert "6 done" in escalate(shared, "history", "DS-1071").stdout
    told = escalate(shared, "history", "--verify", status=1).stdout
    assert f"{LINES}:1: audit-line: not a record of a known form" in told
    assert f"{LINES}:1: audit-unsealed" in told
    assert f"{LINES}: audit-edited: line 1 is not what it was" in told
    assert "leases/DS.json:1: audit-unsealed" in told
    shared.pass_time(minutes=10)
    assert "too large" not in escalate(shared, "apply", "--record").stderr


@pytest.mark.usefixtures("screens")
def test_a_forged_lease_hides_no_hole(shared: Company):
    """It names the killed run, with an end in the future."""
    kill_at(shared, 15, "--record")
    gone = lease_of(shared)
    push(shared, unsealed(shared, gone))
    for env in ({}, dict.fromkeys(("ESCALATE_SEAL_KEY", "JIRA_API_TOKEN", "JIRA_PAT"), "")):
        shared.more_env = env  # with the key, and without it
        told = escalate(shared, "history", "--verify", status=1).stdout
        assert "audit-hole: run 1/1 was about to change DS-1071" in told
        assert "Find out who wrote it: git log --first-parent audit -- leases/DS.json" in told


def test_a_lease_that_the_former_key_sealed_counts_and_the_next_one_has_the_present_key(
    shared: Company,
):
    push(shared, sealed(shared, others()))
    token = shared.env["JIRA_API_TOKEN"]
    shared.more_env = {"ESCALATE_SEAL_KEY": "k" * 40, "ESCALATE_SEAL_KEY_BEFORE": token}
    left = escalate(shared, "apply", "--record")
    assert "Another run (123/1) is changing DS" in left.stderr
    push(shared, sealed(shared, others(ended=datetime.now(UTC) - 5 * MINUTE)))
    escalate(shared, "apply", "--record")
    shared.more_env = {"ESCALATE_SEAL_KEY": "k" * 40}
    assert lease_of(shared).ended is not None
    shared.more_env = {"ESCALATE_SEAL_KEY": "n" * 40}
    shared.pass_time(hours=1)
    told = " ".join(escalate(shared, "apply", "--record").stderr.split())
    assert f"it was sealed with the key '{Keyring('k' * 40).fingerprint}'" in told


@pytest.mark.parametrize("name", ["without a seal", "no lease"])
def test_a_forged_lease_takes_none_from_a_run(shared: Company, name: str):
    with (
        running(shared, "--record", "--workers", "1", run="1/1") as run,
        held_at(shared, 12, seconds=1.5) as fault,
    ):
        assert fault.hit.wait(30)
        push(shared, FORGED[name](shared))
        status, printed = run.end()
    assert status == 0, printed
    assert "another run took the lease" not in printed
    assert lease_of(shared).ended is not None
    assert not [each for each in records(shared) if each.get("late")]


def test_a_lease_of_another_desk_is_none_of_this_runs_business(shared: Company):
    push(shared, sealed(shared, others("PLAT")), "PLAT")
    escalate(shared, "apply", "--record")
    assert shared.channel("DS-1071")
    assert lease_of(shared, "PLAT").ended is None


@pytest.mark.sampled(4)
@pytest.mark.parametrize("remote", [True, False], ids=["a remote", "no remote"])
@pytest.mark.parametrize("nth", [1, 4, 8, 12, 15, 18])
def test_the_run_after_a_killed_one_records_what_became_of_its_changes(
    alone: Company, request: pytest.FixtureRequest, nth: int, *, remote: bool
):
    company: Company = request.getfixturevalue("shared") if remote else alone
    kill_at(company, nth, "--record")
    company.pass_time(minutes=10)
    second = escalate(company, "apply", "--record")
    assert second.returncode == 0
    assert doubled(company.state()) == []
    escalate(company, "history", "--verify")
    check_settled(company)


def check_settled(company: Company) -> None:
    """Each planned change of the killed run has a line, and what the services show agrees."""
    found = records(company)
    killed = [each for each in found if each["run"] == "1/1"]
    changes = [each for each in killed if each["kind"] == "change"]
    if not killed:
        return  # it was killed before it published anything
    outcome = killed[-1]
    assert outcome["kind"] == "outcome"
    assert outcome.get("done", 0) + outcome.get("skipped", 0) == len(changes)
    assert all(each["late"] and each["settled_by"] for each in killed)
    done = {(each["facet"], each["after"]) for each in changes if each["result"] == "done"}
    later = {
        (each["facet"], each["after"])
        for each in found
        if each["kind"] == "change" and each["run"] != "1/1"
    }
    assert done & later == set(), "what was there was done again"


def test_a_killed_run_that_was_not_recorded_leaves_nothing_to_settle(shared: Company):
    kill_at(shared, 12)
    escalate(shared, "apply", "--record")
    assert {each["run"] for each in records(shared)} & {"1/1"} == set()
    escalate(shared, "history", "--verify")


def test_a_fresh_clone_waits_for_the_end_of_the_lease_and_settles_it(
    shared: Company, tmp_path: Path
):
    """The clone of the killed run is gone; its lease tells what it was about to do."""
    kill_at(shared, 15, "--record")
    gone = lease_of(shared)
    assert gone.ended is None
    past = {"since": gone.since - 30 * MINUTE, "until": gone.until - 30 * MINUTE}
    push(shared, sealed(shared, gone.model_copy(update=past)))
    git(shared, "clone", "-q", str(tmp_path / "remote.git"), str(tmp_path / "fresh"))
    with running(shared, "--record", folder=tmp_path / "fresh") as second:
        status, printed = second.end()
    assert status == 0, printed
    check_settled(shared)
    assert {each["run"] for each in records(shared)} > {"1/1"}
    done = escalate(shared, "history", "--verify", status=1)
    assert done.stdout.count("audit-unsealed") == 1, "the lease that this test wrote by hand"
    assert "1 finding(s)" in done.stdout


def test_verify_names_intents_without_an_outcome(shared: Company):
    kill_at(shared, 15, "--record")
    escalate(shared, "history", "--verify")  # it may still be running
    gone = lease_of(shared)
    past = {"since": gone.since - 30 * MINUTE, "until": gone.until - 30 * MINUTE}
    push(shared, sealed(shared, gone.model_copy(update=past)))
    told = escalate(shared, "history", "--verify", status=1).stdout
    assert "audit-hole: run 1/1 was about to change DS-1071" in told
    assert "Read back what became of it: escalate apply --record" in told
    push(shared, sealed(shared, gone.model_copy(update={"ended": gone.since, "intents": ()})))
    told = escalate(shared, "history", "--verify", status=1).stdout
    assert "audit-hole: run 1/1 was about to change DS-1071" in told
    assert "Find out who wrote it: git log --first-parent audit -- leases/DS.json" in told


@pytest.mark.usefixtures("screens")
@pytest.mark.parametrize("commit", ["0" * 40, "of a branch"], ids=["unknown", "of a branch"])
def test_a_forged_message_stops_no_run(shared: Company, commit: str):
    """It claims that a commit was reconciled which the main branch does not have."""
    if commit == "of a branch":
        git(shared, "checkout", "-qb", "work")
        git(shared, "commit", "--allow-empty", "-m", "Work")
        commit = (shared.folder / ".git" / "refs" / "heads" / "work").read_text().strip()
        git(shared, "checkout", "-q", "main")
    push(shared, b"{}", message=f"Record run 1/1\n\nreconciled at {commit}.\n")
    git(shared, "fetch", "-q", "origin")
    told = escalate(shared, "apply", "--record").stderr
    assert f"the branch audit names commit {commit[:12]} as reconciled" in told
    assert shared.channel("DS-1071")


def test_a_checkout_that_is_older_than_what_was_reconciled_is_refused(shared: Company):
    escalate(shared, "apply", "--record")
    git(shared, "commit", "--allow-empty", "-m", "Newer")
    git(shared, "push", "-q", "origin", "main")
    shared.write("DS-1072", assignee="nadia")
    git(shared, "add", "-A")
    git(shared, "commit", "-m", "Another escalation")
    git(shared, "push", "-q", "origin", "main")
    escalate(shared, "apply", "--record")
    git(shared, "checkout", "-q", "HEAD~1")
    for ref in ("refs/escalate/reconciled", None):
        told = escalate(shared, "apply", "--record", status=2).stderr
        assert "This checkout is older than commit" in told
        if ref:
            git(shared, "update-ref", "-d", ref)


def test_a_clone_refuses_a_main_line_without_what_it_reconciled(alone: Company):
    escalate(alone, "apply", "--record")
    git(alone, "commit", "--amend", "-m", "Rewritten")
    told = escalate(alone, "apply", "--record", status=2).stderr
    assert "The main branch was rewritten" in told


def test_a_run_that_lost_its_lease_records_what_it_did_late(shared: Company):
    """Another run took the lease and settled, while this one was stopped."""
    with (
        running(shared, "--record", "--workers", "1", run="1/1") as run,
        held_at(shared, 12, seconds=1.5) as fault,
    ):
        assert fault.hit.wait(30)
        taken = others(since=timedelta(), ended=datetime.now(UTC))
        push(shared, sealed(shared, taken))
        status, printed = run.end()
    assert status == 6
    assert "another run took the lease of DS from this one" in printed
    assert {each["run"] for each in records(shared) if each.get("late")} == {"1/1"}
    assert lease_of(shared) == taken


@pytest.mark.usefixtures("screens")
def test_a_file_where_the_tool_keeps_its_locks_is_reported(shared: Company):
    (shared.folder / ".git" / "escalate").write_text("x")
    told = escalate(shared, "apply", "--record", status=1).stderr
    assert ".git/escalate is not a folder, and the tool keeps its locks there" in told
    assert shared.channels("DS-1071") == []


@pytest.mark.parametrize("nth", [3, 18], ids=["before the lease", "before the record"])
def test_what_is_not_recorded_because_the_disk_is_full_is_there_after_the_next_run(
    shared: Company, nth: int
):
    """A limit on the size of files stands for the disk: nothing more can be written."""
    with (
        running(shared, "--record", "--workers", "1", run="1/1") as run,
        held_at(shared, nth, seconds=1.0) as fault,
    ):
        assert fault.hit.wait(30)
        none = (0, resource.RLIM_INFINITY)
        resource.prlimit(run.process.pid, resource.RLIMIT_FSIZE, none)
        status, printed = run.end()
    assert status in {1, 6}, printed
    assert "Traceback" not in printed
    escalate(shared, "apply", "--record")
    assert doubled(shared.state()) == []
    escalate(shared, "history", "--verify")
    changes = [each for each in records(shared) if each["kind"] == "change"]
    assert len({(each["facet"], each["after"]) for each in changes}) == 16
