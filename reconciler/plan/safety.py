"""What a run refuses to do without a person's word."""

from collections.abc import Collection

from reconciler.model.change import Archive, Invite, Plan, PostMessage
from reconciler.model.observed import Trouble
from reconciler.model.policy import Safety


def counts(plan: Plan) -> dict[str, int]:
    """How much the plan does of what is capped, by the name of the cap."""
    operations = [change.op for each in plan.blocks for change in each.changes]
    return {
        "archives": sum(isinstance(op, Archive) for op in operations),
        "invitations": sum(len(op.users) for op in operations if isinstance(op, Invite)),
        "removals": sum(each.vanished and bool(each.changes) for each in plan.escalations),
        "posts": sum(isinstance(op, PostMessage) for op in operations),
    }


def refusals(plan: Plan, caps: Safety) -> list[Trouble]:
    """Why the plan is unsafe; empty when it is not."""
    return [
        Trouble(
            f"safety.{name}",
            f"the plan has {count} {name}, and policy allows {getattr(caps, name)} in one run",
            f"Read the plan. If it is right, say so: --cap {name}={count}",
        )
        for name, count in counts(plan).items()
        if count > getattr(caps, name)
    ]


def empty(declared: int, live: Collection[str]) -> Trouble | None:
    """Why an empty set of files must not be believed while escalations are live in Slack."""
    if declared or not live:
        return None
    return Trouble(
        "safety.empty",
        f"there is no escalation in the files, but {len(live)} are live in Slack",
        "Nothing was done. Run it on the whole repository, not on an empty or partial copy.",
    )
