"""Pull requests follow their branches: heads move, approvals go stale, branches go."""

from reconciler.sandbox.github_state import Pull
from reconciler.sandbox.world import World


def sync(world: World) -> None:
    """Bring every open pull request up to what was pushed since."""
    world.notice_pushes()
    for pull in world.github.pulls.values():
        if pull.state == "open":
            _follow(world, pull)


def _follow(world: World, pull: Pull) -> None:
    bare, now = world.bare, world.clock.now()
    head = pull.head if pull.fork else bare.commit(f"refs/heads/{pull.branch}")
    if head is not None and head != pull.head:
        pull.before, pull.head, pull.updated_at = pull.head, head, now
        bare.set(f"refs/pull/{pull.number}/head", head)
        if world.github.demands(pull.base, "dismiss_stale_reviews_on_push"):
            _dismiss(world, pull)
    base = bare.commit(f"refs/heads/{pull.base}")
    if base is not None and bare.includes(base, pull.head):
        # Somebody pushed its commits to the base: GitHub calls that merged, too.
        pull.state, pull.closed_at, pull.merged_at = "closed", now, now
        pull.merge_commit, pull.updated_at = bare.brought(base, pull.head), now
        pull.onto = bare.commit(f"{pull.merge_commit}^1") or ""
        world.github.note(pull.number, "merged", pull.author, now, commit=pull.merge_commit)
        world.github.note(pull.number, "closed", pull.author, now)
    elif head is None:
        # Nobody can push to it any more: GitHub closes what has lost its branch.
        pull.state, pull.closed_at, pull.updated_at = "closed", now, now
        world.github.note(pull.number, "closed", pull.author, now)


def _dismiss(world: World, pull: Pull) -> None:
    for review in world.github.reviews:
        if review.pull == pull.number and review.state == "APPROVED":
            review.state = "DISMISSED"
