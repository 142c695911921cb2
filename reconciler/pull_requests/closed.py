"""Proposals that are announced and are not open any more, or do not bring the ticket any more."""

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


class Over:
    """Says what is left to say of them."""

    def __init__(
        self, forge: Forge, policy: Policy, jira_url: str, opened: Iterable[Opened]
    ) -> None:
        """Know which proposals are open."""
        self._forge = forge
        self._policy = policy
        self._links = Links(jira_url, policy)
        self._opened = {each.pull_request.id: each for each in opened}

    def __call__(self, key: PostKey, pull_request: str, main: Desired | None) -> Desired | None:
        """What the announcement should say now; None while that can't be told.

        Raises ServiceError.
        """
        opened = self._opened.get(pull_request)
        if opened is not None and (opened.diagnostic or key.ticket in opened.tickets):
            return None  # it still proposes it, in words that cannot be read at this moment
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
    """A proposal that the forge does not know any more, such as a branch that was deleted."""
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
