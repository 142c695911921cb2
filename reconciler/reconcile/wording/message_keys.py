"""Keys of messages: the key identifies a message across runs."""

from reconciler.model.desired import digest_of
from reconciler.model.forge import PullRequest


def episode_key(kind: str, episodes: int) -> str:
    """The key with the number of the episode, so that each episode has its own messages."""
    return f"{kind}-e{episodes + 1}" if episodes else kind


def pull_request_key(kind: str, pull_request: PullRequest) -> str:
    """The key with the pull request, so that a second pull request has its own messages."""
    return f"{kind}-{revised(pull_request.id)}"


def call_key(pull_request: PullRequest, episodes: int) -> str:
    """Key of the reply that calls the acknowledgers, once per pull request and episode."""
    return episode_key(pull_request_key("proposed", pull_request), episodes)


def revised(pull_request: str) -> str:
    """A pull request's id as part of a key. A branch name can hold characters that a key can't."""
    return pull_request if pull_request.isdecimal() else digest_of(pull_request)


def begins(key: str, start: str) -> bool:
    """True if the key is this one, or this one with a further part."""
    return key == start or key.startswith(f"{start}-")
