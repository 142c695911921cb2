"""A change is judged as if every file had been read, though most are not."""

import random
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from merge_policy import use_merge_policy
from repos import Repo
from versions import EPISODE, RESOLUTION, WITHDRAWN, escalation, news, path_of

from reconciler.check.check import judge, judge_config
from reconciler.history.admit_if_merged import OFFLINE, ProposedFiles, as_merged
from reconciler.load.ended import has_ended, may_name
from reconciler.load.raw import POLICY_PATH, ROSTER_PATH, FileKind, kind_of
from reconciler.load.snapshot import load_snapshot
from reconciler.load.strict_yaml import Parsed, parse
from reconciler.load.version import read_escalation
from reconciler.model.finding import Finding
from reconciler.model.phase import phase
from reconciler.pull_requests.check_change import judge_changes
from reconciler.services.git.commits import merge_base
from reconciler.services.git.committed_files import read_revision
from reconciler.services.git.main_line import arrivals
from reconciler.services.git.timeline import read_timeline
from reconciler.services.git.work_tree import read_worktree

ROOT = Path(__file__).resolve().parent.parent.parent
TICKETS = [f"DS-{number}" for number in range(1, 13)] + ["PLAT-1", "PLAT-2"]


def slowly(repo: Path, now: datetime, ref: str) -> tuple[set[Finding], int]:
    """Read and judge everything."""
    raws = read_worktree(repo)
    commit = merge_base(repo, ref)
    before = {raw.path: raw for raw in read_revision(repo, commit)}
    base = load_snapshot(before.values())
    loaded = load_snapshot(raws, base)
    changed = {raw.path for raw in raws if raw != before.get(raw.path)}
    changed |= before.keys() - {raw.path for raw in raws}
    found = {
        finding
        for finding in loaded.findings
        if finding.position.path in changed or finding.rule == "file-missing"
    }
    arrived = arrivals(repo, commit, now)
    if loaded.snapshot is not None and changed & {POLICY_PATH, ROSTER_PATH}:
        found.update(judge_config(loaded.snapshot, arrived, now, loaded.sources))
    policy, roster = base.policy or loaded.policy, base.roster or loaded.roster
    theirs = replace(base, policy=policy, roster=roster).snapshot
    ours = replace(loaded, policy=policy, roster=roster).snapshot
    if ours is not None and theirs is not None:
        said = {entry.source.path: entry.escalation for entry in loaded.entries}
        present = {raw.path for raw in raws}
        files = [path for path in changed if kind_of(path) is FileKind.ESCALATION]
        change = ProposedFiles(
            {path: said.get(path) for path in files if path in present},
            frozenset(path for path in files if path not in present),
            loaded.policy if POLICY_PATH in changed else None,
        )
        merged = as_merged(read_timeline(repo, commit, now), change, now, otherwise=OFFLINE)
        found.update(judge(ours, arrived, now, theirs, loaded.sources, merged=merged))
    return found, len(changed)


class Company:
    """A repository that people change at random, and not always as they should."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.repo = Repo(folder)
        self.random = random.Random(seed)
        (folder / "config").mkdir()
        for name in ("policy", "roster"):
            shutil.copy(ROOT / "config" / f"{name}.yaml", folder / "config")
        use_merge_policy(folder)
        self.repo.commit()

    def text(self, ticket: str) -> str:
        choose = self.random.choice
        parts: dict[str, Any] = {"assignee": choose(["mei", "ben", "dmitri", "nadia", "felix"])}
        parts |= choose([{}, {}, {"updates": [news('It\'s "bad".')]}, {"assessment": "x: y\nz"}])
        parts |= choose([{}, {"resolution": RESOLUTION}, {"withdrawn": WITHDRAWN}])
        parts |= choose([{}] * 4 + [{"episodes": [EPISODE]}, {"nonsense": 1}])
        held = choose([ticket] * 9 + [choose(TICKETS)])
        return escalation(held, **parts)

    def change(self) -> None:
        what = self.random.choice(["write"] * 8 + ["delete", "move", "break", "policy"])
        there = sorted(self.repo.path.glob("escalations/*/*.yaml"))
        ticket = self.random.choice(TICKETS)
        if what == "policy" and self.random.random() < 0.3:
            path = self.repo.path / POLICY_PATH
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("DS:", "XX:", 1), encoding="utf-8")
        elif what in {"delete", "move"} and there:
            path = self.random.choice(there)
            if what == "move":
                self.repo.write({path_of(path.stem, 2025): path.read_text(encoding="utf-8")})
            if what == "delete" or path.parent.name != "2025":
                path.unlink()
        elif what == "break":
            self.repo.write({path_of(ticket): "ticket: ["})
        else:
            self.repo.write({path_of(ticket, self.random.choice([2025, 2026])): self.text(ticket)})

    def live(self) -> None:
        for _ in range(self.random.randrange(4, 14)):
            self.change()
            back = timedelta(days=-300) if self.random.random() < 0.15 else timedelta(0)
            self.repo.now += timedelta(hours=self.random.choice([0, 1, 9]))
            self.repo.commit(at=self.repo.now + timedelta(hours=1) + back)
        for _ in range(self.random.randrange(1, 4)):
            self.change()


@pytest.mark.sampled(8)
@pytest.mark.parametrize("seed", range(24))
def test_results_are_those_of_reading_everything(tmp_path: Path, seed: int):
    company = Company(tmp_path / "repo", seed)
    company.live()
    folder, now = company.repo.path, company.repo.now + timedelta(minutes=1)
    for ref in ("HEAD", "HEAD~1", "HEAD~3"):
        judged = judge_changes(folder, now, ref, read_worktree(folder))
        assert (judged.findings, judged.files) == slowly(folder, now, ref)


@pytest.fixture
def many(tmp_path: Path) -> Repo:
    """Old ones that have ended, each with its assignee, and three that arrived today."""
    company = Company(tmp_path / "repo", 0)
    ended = {
        path_of(f"DS-{n}", 2025): escalation(f"DS-{n}", assignee="mei", resolution=RESOLUTION)
        for n in range(100, 130)
    }
    company.repo.commit(ended)
    company.repo.now += timedelta(days=90)
    company.repo.commit()
    return company.repo


def rules(repo: Repo) -> list[str]:
    now = repo.now + timedelta(minutes=1)
    judged = judge_changes(repo.path, now, "HEAD", read_worktree(repo.path))
    assert (judged.findings, judged.files) == slowly(repo.path, now, "HEAD")
    return sorted(finding.rule for finding in judged.findings)


def test_old_files_are_not_read(many: Repo, monkeypatch: pytest.MonkeyPatch):
    read: list[bytes] = []

    def noting(path: str, data: bytes, *others: Any) -> Parsed:
        read.append(data)
        return parse(path, data, *others)

    monkeypatch.setattr("reconciler.load.snapshot.parse", noting)
    many.write({path_of("DS-1"): escalation("DS-1")})
    judge_changes(many.path, many.now, "HEAD", read_worktree(many.path))
    known = {raw.path: raw.data for raw in read_worktree(many.path)}
    assert set(read) <= {known[path] for path in (path_of("DS-1"), POLICY_PATH, ROSTER_PATH)}
    assert known[path_of("DS-1")] in read
    assert len(read) == len(set(read)), "the same bytes are parsed once"


def test_the_fourth_of_a_day_is_found(many: Repo):
    for number in range(3):
        path, ticket = path_of(f"DS-{number + 1}"), f"DS-{number + 1}"
        many.commit({path: escalation(ticket)})
        many.commit({path: escalation(ticket, withdrawn=WITHDRAWN)})
    many.write({path_of("DS-9"): escalation("DS-9")})
    assert rules(many) == ["limit-per-day"]


def test_the_sixth_active_and_a_busy_assignee_are_found(many: Repo):
    people = ["mei", "dmitri", "nadia", "felix"]
    for number, who in enumerate(people):
        many.commit({path_of(f"DS-{number + 1}"): escalation(f"DS-{number + 1}", assignee=who)})
        many.now += timedelta(days=1)
    many.commit({path_of("DS-8"): escalation("DS-8")})
    many.now += timedelta(days=1)
    many.commit()
    many.write({path_of("DS-9"): escalation("DS-9", assignee="mei")})
    assert rules(many) == ["limit-active", "limit-per-assignee"]


def test_an_old_file_of_the_same_ticket_is_found(many: Repo):
    many.write({path_of("DS-100"): escalation("DS-100")})
    assert rules(many) == ["ticket-twice"]


def test_a_file_that_comes_back_counts_again(many: Repo):
    """Its removal ended it, so the reconciler counts it anew, and so does the check."""
    for number in range(3):
        path, ticket = path_of(f"DS-{number + 1}"), f"DS-{number + 1}"
        many.commit({path: escalation(ticket)})
        many.commit({path: escalation(ticket, withdrawn=WITHDRAWN)})
    path = path_of("DS-100", 2025)
    (many.path / path).unlink()
    many.commit()
    many.write({path: escalation("DS-100", assignee="mei")})
    assert rules(many) == ["limit-per-day"]


FLOW = "{level: high, who: Payers, how_many: 9, symptom: It fails.}"
HEAD = """\
ticket: DS-1
title: Payments fail
initiator: priya
contact: lena
reporter: {person: lena, findings: F, blocked_because: B}
"""
RESOLVED = """\
resolution:
  root_cause: A
  mitigation: B
  follow_ups: none
  customer_communication: {owner: lena, state: sent}
"""
ENDS = [
    RESOLVED,
    "withdrawn:\n  by: priya\n  reason: Gone.\n",
    "withdrawn: {by: priya, reason: Gone.}\n",
    "withdrawn: {by: priya,\nreason: Gone.}\n",
    "withdrawn:\n  reason: >\n\n    Gone.\n  by: priya\n",
    "resolution:\n",
    "withdrawn: null\n",
    "withdrawn:\n  # by: nobody\n",
    "",
]
AROUND = [
    "@",
    'reason: "It is bad\n@"\n',
    "reason: 'It is bad\n@'\n",
    "reason: 'It''s bad\n@'\n",
    "reason: 'It''s bad\n@ so'\n",
    'reason: "It is bad\n@ so"\n',
    'reason: "It \\" is bad\n@"\n',
    "reason: |\n\n@",
    "reason: >-\n  It's bad\n@",
    "reason: It is\n@",
    '"reason": "x"\n@',
    '# "\n@',
    "episodes: [{impact: " + FLOW + ", reason: R, initiator: priya, contact: lena,\n@}]\n",
    '"episodes":\n  - impact: '
    + FLOW
    + "\n    reason: R\n    initiator: priya\n    contact: lena\n@",
    '"epi\\x73odes": [{impact: ' + FLOW + ", reason: R, initiator: priya, contact: lena}]\n@",
    "? episodes\n: [{impact: " + FLOW + ", reason: R, initiator: priya, contact: lena}]\n@",
    "stakeholders: {\n@}\n",
    'assessment: "a" \n@',
    "---\n@",
    "...\n@",
]
pieces = st.lists(st.tuples(st.sampled_from(AROUND), st.sampled_from(ENDS)), min_size=1, max_size=4)


def is_right(made: list[tuple[str, str]], own: bool, crlf: bool) -> bool:
    text = HEAD + f"impact: {FLOW}\n" + ("reason: R\n" if own else "")
    text += "".join(around.replace("@", end) for around, end in made)
    data = text.replace("\n", "\r\n").encode() if crlf else text.encode()
    said = read_escalation(path_of("DS-1"), data)
    return said is None or not has_ended(data) or phase(said).ended


@pytest.mark.parametrize("around", AROUND)
def test_what_seems_to_have_ended_has(around: str):
    for end, own, crlf in product(ENDS, (True, False), (True, False)):
        assert is_right([(around, end)], own, crlf)


@given(pieces, st.booleans(), st.booleans())
def test_what_seems_to_have_ended_has_however_it_is_put_together(
    made: list[tuple[str, str]], own: bool, crlf: bool
):
    assert is_right(made, own, crlf)


@pytest.mark.parametrize("end", ENDS[:3])
def test_what_has_plainly_ended_is_seen(end: str):
    assert has_ended((HEAD + f'impact: {FLOW}\nreason: It\'s "bad".\n{end}').encode())


def test_a_ticket_is_seen_however_it_is_written():
    tickets = frozenset({b"DS-12"})
    assert may_name(b"ticket: DS-12", tickets)
    assert may_name(b'ticket: "DS\\x2d12"', tickets)
    assert not may_name(b"ticket: DS-21", tickets)
    assert not may_name(b"ticket: DS-123", tickets)
    assert may_name(b"DS-123 DS-12\n", tickets)
