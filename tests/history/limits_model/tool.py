"""The same history as the tool reads it, and what the tool answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from company import escalation, resolution
from history.limits_model.history import BROKEN, GONE, File, Part, Rules, Step

from reconciler.check.rules.limits import RULES
from reconciler.check.view import Nowhere, View
from reconciler.history.admit import admissions
from reconciler.history.admit_if_merged import NOTHING_MET, ProposedFiles, as_merged
from reconciler.history.commit_times import effective_times
from reconciler.history.far_from_limits import Touched, needs_replay
from reconciler.load.raw import POLICY_PATH
from reconciler.model.acknowledgement import Acknowledgement, Unacknowledged, Verdict
from reconciler.model.admission import NOT_ACKNOWLEDGED, Admission, Admissions
from reconciler.model.escalation import Escalation
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster
from reconciler.model.snapshot import Entry, Snapshot
from reconciler.model.timeline import MainCommit, Timeline, Version

ENDS: dict[str, dict[str, Any]] = {
    "": {},
    "resolved": {"resolution": resolution()},
    "withdrawn": {"withdrawn": {"by": "priya", "reason": "A mistake."}},
}
EPISODE = ("impact", "reason", "initiator", "contact")
NOBODY = Roster.model_construct(people={}, teams={}, crews={})


@lru_cache(maxsize=50_000)
def as_file(ticket: str, file: File) -> Escalation:
    first, *later = [_part(part) for part in file.parts]
    content = {key: value for key, value in escalation(ticket).items() if key != "assignee"}
    content |= first | {"impact": content["impact"] | first["impact"]}
    episodes = [
        {key: content[key] for key in EPISODE}
        | part
        | {"impact": content["impact"] | part["impact"]}
        for part in later
    ]
    return Escalation.model_validate(content | ({"episodes": episodes} if episodes else {}))


def _part(part: Part) -> dict[str, Any]:
    said: dict[str, Any] = {"impact": {"level": part.impact}} | ENDS[part.end]
    if part.engineer is not None:
        said["assignee"] = part.engineer
    if part.override is not None:
        said["override"] = {"by": part.override, "reason": "It must be."}
    return said


@cache
def as_policy(rules: Rules) -> Policy:
    desks = {
        name: {
            "name": name,
            "announce_in": "here",
            "teams": ["dev-support"],
            "acknowledgers": ["hannah"],
            "overriders": list(desk.overriders),
            "normal_queue": "Wait.",
            "limits": {
                "per_day": desk.per_day,
                "active": desk.active,
                "per_assignee": desk.per_engineer,
                "impact_floor": desk.floor,
            },
        }
        for name, desk in rules.desks
    }
    return Policy.model_validate(
        {
            "version": 1,
            "time_zone": rules.zone,
            "acknowledgement": "review" if rules.review else "merge",
            "repository_url": "https://github.example/acme/escalations",
            "desks": desks,
        }
    )


def path_of(ticket: str) -> str:
    return f"escalations/2026/{ticket}.yaml"


def timeline_of(steps: Sequence[Step], now: datetime) -> Timeline:
    at = effective_times([int(step.claim.timestamp()) for step in steps], now)
    commits = [MainCommit(f"{n:040x}", time, "P", "s", None, n) for n, time in enumerate(at)]
    versions = [
        version
        for step, commit in zip(steps, commits, strict=True)
        for version in _versions(step, commit)
    ]
    policies = [
        (commit, as_policy(step.rules))
        for step, commit in zip(steps, commits, strict=True)
        if step.rules is not None
    ]
    return Timeline(tuple(commits), tuple(versions), tuple(policies))


def _versions(step: Step, commit: MainCommit) -> list[Version]:
    return [
        Version(ticket, path_of(ticket), commit, _said(ticket, file), gone=file == GONE)
        for ticket, file in step.files.items()
    ]


def _said(ticket: str, file: File | str) -> Escalation | None:
    return as_file(ticket, file) if isinstance(file, File) else None


def verdicts_of(steps: Sequence[Step]) -> dict[tuple[str, str], Verdict]:
    found: dict[tuple[str, str], Verdict] = {}
    for number, step in enumerate(steps):
        for ticket, approval in step.approvals.items():
            found[ticket, f"{number:040x}"] = (
                Unacknowledged("nobody has")
                if approval.at is None
                else Acknowledgement("hannah", approval.at, "7")
            )
    return found


def answers(steps: Sequence[Step], now: datetime) -> Admissions:
    """What the reconciler would go by at a moment."""
    return admissions(timeline_of(steps, now), now, verdicts_of(steps))


def obstacle_of(answer: Admission) -> str:
    if answer.why.startswith("no desk"):
        return "desk"
    if answer.why.startswith(NOT_ACKNOWLEDGED):
        return "acknowledgement"
    return str(answer.obstacles[0].limit) if answer.obstacles else ""


def refused(steps: Sequence[Step], change: Step, now: datetime) -> dict[str, str]:
    """What `check --base` refuses of a change: by ticket, the first limit."""
    before = _tree(steps)
    after = _after(before, change)
    rules = next((s.rules for s in reversed(steps) if s.rules is not None), change.rules)
    if rules is None:
        return {}
    base, ours = _book(before, rules), _book(after, rules)
    changed = {
        path_of(ticket) for ticket in change.files if before.get(ticket) != after.get(ticket)
    }
    if change.rules is not None:
        changed.add(POLICY_PATH)
    timeline = timeline_of(steps, now)
    merged = NOTHING_MET
    present = {path_of(ticket) for ticket in after}
    if needs_replay(base, ours, changed, present, lambda: _today(steps, timeline, now, rules)):
        files = {
            path_of(ticket): _said(ticket, file)
            for ticket, file in change.files.items()
            if file != GONE and path_of(ticket) in changed
        }
        gone = frozenset(changed - present - {POLICY_PATH})
        policy = None if change.rules is None else as_policy(change.rules)
        merged = as_merged(timeline, ProposedFiles(files, gone, policy), now, verdicts_of(steps))
    sources = {path: Nowhere(path) for path in present}
    view = View(ours, {}, now, base, sources, merged=merged)
    found: dict[str, str] = {}
    for rule in RULES:
        assert rule.check is not None
        for remark in rule.check(view):
            ticket = remark.source.position().path.rpartition("/")[2].removesuffix(".yaml")
            kind = rule.id.replace("limit-per-", "").replace("limit-", "")
            if remark.message.startswith("The assignment"):
                kind = "waits"
            found.setdefault(ticket, kind)
    return found


def _tree(steps: Sequence[Step]) -> dict[str, File | str]:
    tree: dict[str, File | str] = {}
    for step in steps:
        tree = _after(tree, step)
    return tree


def _after(tree: Mapping[str, File | str], step: Step) -> dict[str, File | str]:
    return {ticket: file for ticket, file in {**tree, **step.files}.items() if file != GONE}


def _book(tree: Mapping[str, File | str], rules: Rules) -> Snapshot:
    entries = [
        Entry(as_file(ticket, file), Nowhere(path_of(ticket)))
        for ticket, file in sorted(tree.items())
        if file != BROKEN and isinstance(file, File)
    ]
    return Snapshot(as_policy(rules), NOBODY, tuple(entries))


def _today(steps: Sequence[Step], timeline: Timeline, now: datetime, rules: Rules) -> list[Touched]:
    zone = ZoneInfo(rules.zone)
    day = now.astimezone(zone).date()
    tree: dict[str, File | str] = {}
    found = []
    for step, commit in zip(steps, timeline.commits, strict=True):
        if commit.at.astimezone(zone).date() >= day:
            found += [
                Touched(path_of(ticket), changed=file != GONE and ticket in tree)
                for ticket, file in step.files.items()
                if file != tree.get(ticket)
            ]
        tree = _after(tree, step)
    return found
