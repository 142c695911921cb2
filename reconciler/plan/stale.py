"""Whether a saved plan still follows from what is there."""

from reconciler.model.change import Plan


def moved(saved: Plan, fresh: Plan) -> list[str]:
    """What has moved since the plan was saved, in words; empty when nothing has."""
    differences: list[str] = []
    if saved.revision != fresh.revision:
        differences.append(f"the files are at {fresh.revision[:10] or 'no commit'} now")
    before = {each.ticket: each for each in saved.escalations}
    after = {each.ticket: each for each in fresh.escalations}
    differences += [f"{ticket} is new" for ticket in after.keys() - before.keys()]
    differences += [f"{ticket} is gone" for ticket in before.keys() - after.keys()]
    for ticket in sorted(before.keys() & after.keys()):
        old, new = before[ticket], after[ticket]
        if old.basis != new.basis or old.changes != new.changes:
            differences.append(f"{ticket} has changed")
    return differences
