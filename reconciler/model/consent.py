"""Who agreed to the changes of a pull request, as the forge vouches for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.forge import Account


@dataclass(frozen=True, slots=True)
class Consent:
    """What one account agreed to, by proposing it, pushing it, approving it or asking for it."""

    account: Account
    at: datetime
    approved: bool
    """Whether it is an approval. Otherwise the account proposed, pushed or asked for the change."""
    covers: frozenset[str] | None = None
    """Ids of the changes of the pull request that it agrees to; None for all of them."""
    via: int = 0
    """Id of the account of forms that spoke for the account; 0 if it spoke itself.

    It counts only where the policy in force names that account.
    """

    def holds_for(self, change: str) -> bool:
        """True if the account agreed to the change with this id."""
        return self.covers is None or change in self.covers


@dataclass(frozen=True, slots=True)
class Consents:
    """Who agreed to what in one pull request."""

    pull_request: str
    """The id of the pull request."""
    author: Account | None
    consents: tuple[Consent, ...]
    """Oldest first. Each holds at this moment: what was dismissed or withdrawn is left out."""
    commits: tuple[str, ...] = ()
    """The commits of the main line that it became, oldest first: one, or several after a rebase."""
    merged_at: datetime | None = None
    ready_at: datetime | None = None
    """When it was ready for review; None if it never was."""
    assigning: tuple[tuple[Account, str], ...] = ()
    """Who asked with a command for which engineer, the latest last: a handle, or `@login`."""
    waiting: str = ""
    """Why no approval counts, in words, where somebody reviewed and did not agree."""


@dataclass(frozen=True, slots=True)
class NoPullRequest:
    """The commit came to the main branch without a pull request."""


@dataclass(frozen=True, slots=True)
class UnreadConsents:
    """Unknown at this moment: the forge did not answer, or this run has asked for enough."""

    diagnostic: Diagnostic


ConsentVerdict = Consents | NoPullRequest | UnreadConsents

ConsentVerdicts = Mapping[str, ConsentVerdict]
"""By commit of the main line."""
