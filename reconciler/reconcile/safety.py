"""Plans that a run refuses: unsafe ones, unless a person allows them, and stale ones."""

from collections.abc import Collection
from typing import Final

from reconciler.model.change import EscalationPlan, Plan
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.policy import Safety

_NEVER_REFUSED: Final = "copies"
"""The cap that only limits a run: too many second copies must not stop an escalation."""


def removes(plan: EscalationPlan) -> bool:
    """Whether the plan takes an escalation back because its file is gone."""
    return plan.vanished and bool(plan.changes)


def counts(plan: Plan) -> dict[str, int]:
    """How much of each cap the plan would use, by the name of the cap."""
    total = dict.fromkeys(Safety.model_fields, 0)
    total["removals"] = sum(removes(each) for each in plan.escalations)
    for each in plan.blocks:
        for change in each.changes:
            for name, amount in change.op.costs.items():
                total[name] += amount
    return total


def refusals(plan: Plan, caps: Safety) -> list[Diagnostic]:
    """Why the plan is unsafe; empty when it is not."""
    return [
        Diagnostic(
            f"safety.{name}",
            f"the plan has {_counted(count, name)},"
            f" and policy allows {getattr(caps, name)} in one run",
            f"Read the plan. If it is right, allow it: --cap {name}={count}",
        )
        for name, count in counts(plan).items()
        if name != _NEVER_REFUSED and count > getattr(caps, name)
    ]


def _counted(count: int, name: str) -> str:
    """`1 archive`, `2 archives`; the names of the caps are plurals."""
    return f"{count} {name.removesuffix('s') if count == 1 else name}"


def empty(declared: int, live: Collection[str]) -> Diagnostic | None:
    """Why a run is refused if there are no files but open escalation channels in Slack."""
    if declared or not live:
        return None
    return Diagnostic(
        "safety.empty",
        f"there is no escalation file, but Slack has open escalation channels ({len(live)})",
        "Nothing was done. Run it on the whole repository, not on an empty or partial copy.",
    )


def moved(saved: Plan, fresh: Plan) -> list[str]:
    """What has changed since the plan was saved, in words; a stale plan is refused."""
    differences: list[str] = []
    if saved.revision != fresh.revision:
        differences.append(f"the files are at {fresh.revision[:10] or 'no commit'} now")
    before = {_name(each): each for each in saved.blocks}
    after = {_name(each): each for each in fresh.blocks}
    differences += [f"{ticket} is new" for ticket in sorted(after.keys() - before.keys())]
    differences += [f"{ticket} is gone" for ticket in sorted(before.keys() - after.keys())]
    for ticket in sorted(before.keys() & after.keys()):
        old, new = before[ticket], after[ticket]
        if old.basis != new.basis or old.changes != new.changes:
            differences.append(f"{ticket} has changed")
    return differences


def _name(each: EscalationPlan) -> str:
    return f"{each.ticket} in {each.pull_request}" if each.pull_request else each.ticket
