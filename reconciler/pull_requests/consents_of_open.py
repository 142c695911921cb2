"""Who agrees to an open pull request: asked of the forge in each run."""

from collections.abc import Iterable, Sequence
from typing import Final

from reconciler.history.field_changes import FILE
from reconciler.model.consent import Consents
from reconciler.model.field_change import FieldChange
from reconciler.model.forge import PullRequest
from reconciler.pull_requests.commit_changes import CommitChanges
from reconciler.pull_requests.consents import (
    Ids,
    PullRequestContent,
    answered,
    assigning,
    proposed,
    waiting,
    wanted_commits,
)
from reconciler.pull_requests.content_reader import ContentReader
from reconciler.pull_requests.reading_place import ReadingPlace

MOST_COMMITS: Final = 20
"""How many commits of one pull request are fetched, beside those at its head."""


def consents_of_open(
    place: ReadingPlace,
    reader: ContentReader,
    pull_request: PullRequest,
    changes: Sequence[FieldChange],
) -> Consents:
    """Who agrees to an open pull request with these changes.

    Raises GitProblem or ServiceError.
    """
    forge = place.connected.forge
    conversation = forge.conversation(pull_request)
    pushes = forge.pushes(pull_request)
    wanted = wanted_commits(pull_request, conversation, pushes, place.forms, MOST_COMMITS)
    place.fetch([each for each in wanted if place.lacks(each)])
    names = (pull_request.head, *wanted)
    reader.changes.prepare((place.main, each) for each in names)
    read = reader.changes.since_branching(place.main, pull_request.head)
    content = _content(place, reader, changes, read)
    said = (
        *proposed(pull_request, pushes, place.forms, content, conversation.base_change),
        *answered(pull_request, conversation, content, pushes),
    )
    return Consents(
        pull_request=pull_request.id,
        author=pull_request.author,
        consents=tuple(sorted(said, key=lambda each: each.at)),
        ready_at=conversation.ready_at,
        assigning=tuple(
            (account, handle)
            for account, name in assigning(conversation, content)
            if (handle := reader.handle(name))
        ),
        waiting=waiting(pull_request, conversation, content),
    )


def _content(
    place: ReadingPlace,
    reader: ContentReader,
    changes: Sequence[FieldChange],
    read: CommitChanges | None,
) -> PullRequestContent:
    """What its commits change. `read` is what its head changes, if this clone has the head."""
    left_out = _left_out_of(changes, read) if read else frozenset()
    return PullRequestContent(
        final=frozenset(each.id for each in changes),
        changes_at=lambda commit: _with(left_out, read, reader.ids(place.main, commit)),
        address_at=reader.address,
        assigning=reader.assigning(place.main, changes, read.episodes if read else {}),
    )


def _left_out_of(changes: Iterable[FieldChange], head: CommitChanges) -> frozenset[str]:
    """Ids of what a file lacks that was removed without agreement and is added again."""
    added = {each.path for each in head.changes if each.key == FILE and each.after is not None}
    gone = (each.id for each in changes if each.after is None and each.path in added)
    return frozenset(gone) - head.ids


def _with(left_out: frozenset[str], head: CommitChanges | None, ids: Ids | None) -> Ids | None:
    """What a commit changes; who agrees to all that is in the head also agrees to what is not."""
    whole = ids is not None and head is not None and head.ids <= ids
    return ids | left_out if ids is not None and whole else ids
