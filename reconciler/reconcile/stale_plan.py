"""Whether a saved plan is stale: files, Jira or Slack have changed since."""

from reconciler.model.change import EscalationPlan, Plan


def moved(saved: Plan, fresh: Plan) -> list[str]:
    """What has changed since the plan was saved, in words; empty if nothing has."""
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
