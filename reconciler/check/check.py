"""Judging a book: every rule, one list of findings."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from reconciler.check.registry import CONFIG_RULES, ESCALATION_RULES, REFERENCE_RULES
from reconciler.check.rule import Rule
from reconciler.check.view import View
from reconciler.history.admit_if_merged import AdmissionsIfMerged, by_files
from reconciler.model.finding import Finding, Source
from reconciler.model.forge import Account
from reconciler.model.snapshot import Snapshot
from reconciler.model.timeline import Arrival


def judge(  # noqa: PLR0913, PLR0917 - everything that a verdict follows from
    snapshot: Snapshot,
    arrivals: Mapping[str, Arrival] | None,
    now: datetime,
    base: Snapshot | None = None,
    sources: Mapping[str, Source] | None = None,
    author: Account | None = None,
    merged: AdmissionsIfMerged | None = None,
) -> tuple[Finding, ...]:
    """What is wrong with the escalations of a snapshot.

    With a base, only what differs from it is judged, and the roster and policy of the snapshot
    should be those of the base. Without one, policy and roster are judged as well. `arrivals` are
    None when nobody knows when files arrived; then a day's escalations are not counted. `sources`
    tell where policy and roster stand, and which files there are that could not be read. `author`
    is who opened the pull request, when a forge vouches for it. `merged` is what the limits make of
    it by the history; without that, it is worked out from the files and their arrivals.
    """
    found = merged or by_files(snapshot, arrivals, now, base)
    view = View(snapshot, arrivals, now, base, sources or {}, author, found)
    rules = ESCALATION_RULES if base is not None else (*CONFIG_RULES, *ESCALATION_RULES)
    return _findings(view, rules)


def judge_config(
    snapshot: Snapshot,
    arrivals: Mapping[str, Arrival] | None,
    now: datetime,
    sources: Mapping[str, Source] | None = None,
) -> tuple[Finding, ...]:
    """What is wrong with a changed policy or roster, and with what still refers to it."""
    view = View(snapshot, arrivals, now, None, sources or {})
    return _findings(view, (*CONFIG_RULES, *REFERENCE_RULES))


def _findings(view: View, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    found = [
        remark.finding(rule.id, rule.severity)
        for rule in rules
        if rule.check is not None
        for remark in rule.check(view)
    ]
    return tuple(sorted(found, key=lambda finding: (finding.position, finding.rule)))
