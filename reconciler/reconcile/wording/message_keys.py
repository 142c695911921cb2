"""Kinds of messages: by its kind a message is known for ever."""

from reconciler.model.desired import digest_of
from reconciler.model.forge import PullRequest


def episode_key(kind: str, episodes: int) -> str:
    """The kind, told apart by episode, so that each has its own messages."""
    return f"{kind}-e{episodes + 1}" if episodes else kind


def pull_request_key(kind: str, pull_request: PullRequest) -> str:
    """The kind, told apart by proposal: one that is proposed again is news again."""
    return f"{kind}-{revised(pull_request.id)}"


def revised(pull_request: str) -> str:
    """The id of a proposal as a part of a kind: a branch's name may hold what a kind may not."""
    return pull_request if pull_request.isdecimal() else digest_of(pull_request)
