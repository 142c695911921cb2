"""Announced pull requests that have ended, or no longer contain the escalation."""

from collections.abc import Iterable
from dataclasses import replace

from reconciler.model.desired import NO_CHANNEL, NO_TICKET, Desired
from reconciler.model.forge import PullRequest, PullRequestState
from reconciler.model.policy import Policy
from reconciler.pull_requests.open import Opened
from reconciler.reconcile.pull_request import decline
from reconciler.reconcile.wording.links import Links
from reconciler.services.forge_protocol import Forge
from reconciler.services.slack.values import PostKey


class ClosedPullRequests:
    """Finds what their announcements should show."""

    def __init__(
        self, forge: Forge, policy: Policy, jira_url: str, opened: Iterable[Opened]
    ) -> None:
        """`opened` are the open pull requests."""
        self._forge = forge
        self._policy = policy
        self._links = Links(jira_url, policy)
        self._opened = {each.pull_request.id: each for each in opened}

    def __call__(self, key: PostKey, pull_request: str, main: Desired | None) -> Desired | None:
        """The desired state of the announcement; None if it is unknown or still proposed.

        Raises ServiceError.
        """
        opened = self._opened.get(pull_request)
        if opened is not None and (
            opened.diagnostic or opened.by_stranger or key.ticket in opened.tickets
        ):
            return None  # still proposed, or not readable at this moment, or not read at all
        found = opened.pull_request if opened else self._forge.pull_request(pull_request)
        found = found or _gone(pull_request, self._policy.default_branch)
        if main is not None:
            return replace(
                main,
                jira=NO_TICKET,
                channel=NO_CHANNEL,
                pull_request=found,
                needs_ticket=False,
                notices=(),
                unread=None,
            )
        desk = self._policy.desks.get(key.ticket.rpartition("-")[0])
        if desk is None:
            return None
        return decline(key.ticket, key.kind, found, desk.announce_in, self._links)


def _gone(pull_request: str, base: str) -> PullRequest:
    """Stands for a pull request that the forge no longer has, such as a deleted branch."""
    return PullRequest(
        id=pull_request,
        title=pull_request,
        url="",
        ref="",
        head="",
        base=base,
        author=None,
        state=PullRequestState.DECLINED,
    )
