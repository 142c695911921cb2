"""Several runs at the same moment, each a process with a clone of its own, and what they left."""

import random
import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from company import Company, resolution
from doubled import doubled, things
from leased import lease_of, pushes
from repository import commit, escalate, git
from runs import Running, running

from reconciler.sandbox import Box

LONGEST_START = 6.0
STATUSES = {0, 2, 6}
"""Nothing to do or done; a checkout that is older than what was reconciled; done in part."""
UPDATE = {"at": "2026-11-23T14:00:00-05:00", "by": "dmitri", "text": "The logs point at TLS."}


@dataclass(frozen=True)
class Race:
    """How many runs start, and what is special about the first."""

    runs: int
    stale: bool = False
    """True if the first works on the commit before."""
    stopped: bool = False
    """True if the first is stopped beyond the end of its lease, and then continues."""


RACES = {
    "two runs": Race(2),
    "four runs": Race(4),
    "two runs, one stale": Race(2, stale=True),
    "four runs, one stale": Race(4, stale=True),
    "two runs, one stopped past its lease": Race(2, stopped=True),
}


@dataclass
class Ended:
    """What a race left."""

    doubled: list[str]
    lost: int
    """How many things are missing that one run alone would have made."""
    problems: list[str]
    """Statuses that no run should have, and findings of `history --verify`."""


def company_of(folder: Path, box: Box) -> Company:
    """A company with a remote, and with three escalations that a run has something to do for."""
    company = Company(folder / "repo", box)
    git(company, "init", "-b", "main")
    commit(company, "Begin")
    company.write("DS-1071")
    company.write("DS-1073", assignee="mei")
    commit(company, "Escalate")
    remote = folder / "remote.git"
    git(company, "init", "--bare", "-b", "main", str(remote))
    git(company, "remote", "add", "origin", str(remote))
    git(company, "push", "origin", "main")
    escalate(company, "apply", "--record")
    company.write("DS-1072", assignee="nadia")
    commit(company, "Escalate another")
    company.write("DS-1071", updates=[UPDATE], contact="jun")
    company.write("DS-1073", assignee="mei", resolution=resolution(follow_ups=["PAY-641"]))
    commit(company, "Change and resolve")
    git(company, "push", "origin", "main")
    return company


def alone(folder: Path, box: Box) -> int:
    """How many things there are after one run."""
    company = company_of(folder, box)
    escalate(company, "apply", "--record")
    return things(company.state())


def hold(race: Race, folder: Path, box: Box, seed: int, expected: int) -> Ended:
    """Start the runs 0 to 6 seconds apart, and look at the end at what is there."""
    chance = random.Random(seed)
    company = company_of(folder, box)
    box.latency(per_call=0.05)
    clones = [folder / f"clone-{number}" for number in range(race.runs)]
    for clone in clones:
        git(company, "clone", "-q", str(folder / "remote.git"), str(clone))
    if race.stale:
        git(company, "-C", str(clones[0]), "reset", "-q", "--hard", "HEAD~1")
    with ExitStack() as stack:
        runs = [stack.enter_context(running(company, *_options(race), folder=clones[0]))]
        if race.stopped:
            _stop(company, runs[0], chance)
        else:
            gaps = [chance.uniform(0, LONGEST_START) for _ in clones[1:]]
            for clone, gap in zip(clones[1:], gaps, strict=True):
                time.sleep(gap / (race.runs - 1))
                runs.append(stack.enter_context(running(company, "--record", folder=clone)))
        if race.stopped:
            second = stack.enter_context(running(company, "--record", folder=clones[1]))
            runs.append(second)
            second.end()
            runs[0].go_on()
        ended = [each.end() for each in runs]
    box.latency()
    company.pass_time(minutes=10)
    git(company, "fetch", "-q", "origin")
    last = escalate(company, "apply", "--record", status=None)
    verified = escalate(company, "history", "--verify", status=None)
    problems = [f"{status}: {text[-300:]}" for status, text in ended if status not in STATUSES]
    problems += [each.stdout + each.stderr for each in (last, verified) if each.returncode]
    problems += [text[-800:] for _, text in ended if "Traceback" in text]
    state = company.state()
    shutil.rmtree(folder)
    return Ended(doubled(state), max(0, expected - things(state)), problems)


def _options(race: Race) -> list[str]:
    return ["--record", "--budget", "3"] if race.stopped else ["--record"]


def _stop(company: Company, run: Running, chance: random.Random) -> None:
    """Stop a run somewhere in its changes, until others may take its lease."""
    before = pushes(company)
    while pushes(company) == before and run.process.poll() is None:
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 1.5))
    if run.process.poll() is not None:
        return
    run.stop()
    lease = lease_of(company)
    time.sleep(max(0.0, lease.free_from.timestamp() + 0.5 - time.time()))
