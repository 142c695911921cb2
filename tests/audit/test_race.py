"""Two processes reconcile at the same moment: nothing is doubled, and no line is lost."""

import json
import os
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import forked
import pytest
from company import Company
from doubled import doubled
from forked import Done
from repository import commit, escalate, git

from reconciler.model.audit import READER

ROUNDS = 3


def reconcile(company: Company, folder: Path, run: str) -> Done:
    return forked.run(
        ["apply", "--record", "--now", company.now.isoformat()],
        cwd=folder,
        env={**os.environ, **company.env, "GITHUB_RUN_ID": run, "GITHUB_RUN_ATTEMPT": "1"},
    )


def recorded(remote: Path) -> list[dict[str, object]]:
    """Every line of every file; each of them is a record."""
    names = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "audit", "audit/"],
        cwd=remote,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    found = []
    for name in names:
        show = ["git", "show", f"audit:{name}"]
        text = subprocess.run(show, cwd=remote, check=True, capture_output=True).stdout
        assert text.endswith(b"\n")
        for line in text.splitlines():
            READER.validate_json(line)
            found.append(json.loads(line))
    return found


@pytest.mark.parametrize("clones", [1, 2], ids=["one clone", "two clones"])
def test_two_reconcilers_at_the_same_moment(shared: Company, tmp_path: Path, clones: int):
    """Whether they share a clone or only the remote."""
    folders = [shared.folder, shared.folder]
    remote = tmp_path / "remote.git"
    if clones == 2:
        folders[1] = tmp_path / "second"
        git(shared, "clone", "-q", str(remote), str(folders[1]))
    people = ["dmitri", "nadia", "felix"]
    for number in range(ROUNDS):
        # Both find something to do in every round: each file is new or has a new contact.
        for index, ticket in enumerate(("DS-1071", "DS-1072", "DS-1073")):
            contact = ("lena", "tomas")[number % 2]
            shared.write(ticket, assignee=people[index], contact=contact)
        commit(shared, f"Round {number}")
        git(shared, "push", "origin", "main")
        if clones == 2:
            git(shared, "-C", str(folders[1]), "pull", "-q", "origin", "main")
        runs = [f"{number}{index}" for index in range(2)]
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(partial(reconcile, shared), folders, runs))
        assert [done.returncode in {0, 6} for done in both] == [True, True], both
        assert not any("not added to the branch" in done.stderr for done in both), both
        mine = [each for each in recorded(remote) if str(each["run"])[:-2] in runs]
        assert mine
        check_counts(mine)
        assert doubled(shared.state()) == []
        shared.pass_time(hours=1)
    escalate(shared, "history", "--verify")


def check_counts(records: list[dict[str, object]]) -> None:
    """Each outcome counts the changes that are there: none is missing, none is there twice."""
    for run, ticket in {(each["run"], each["ticket"]) for each in records}:
        mine = [each for each in records if (each["run"], each["ticket"]) == (run, ticket)]
        results = Counter(str(each["result"]) for each in mine if each["kind"] == "change")
        outcomes = [each for each in mine if each["kind"] == "outcome"]
        assert len(outcomes) == bool(results), "a run that only found it admitted has none"
        assert [{name: each[name] for name in results} for each in outcomes] in ([], [results])
