"""Pull requests of authors who may propose nothing here, so that nothing of them is fetched."""

from reconciler.history.approvals import person_of
from reconciler.model.forge import PullRequest
from reconciler.model.policy import Policy
from reconciler.model.roster import Roster


def is_by_stranger(pull_request: PullRequest, policy: Policy, roster: Roster) -> bool:
    """True if the author is not on the roster and is no account that works for people on it.

    The forge names the author in the list of pull requests. An app or workflow is known by its
    branch, because only accounts with write access create branches in this repository. The account
    of the policy's forms is known by its number.
    """
    author = pull_request.author
    if author is None:
        # A git remote knows no authors. Only accounts with write access can push to it.
        return pull_request.from_fork
    if person_of(author, roster) is not None:
        return False
    if author.bot and not pull_request.from_fork:
        return False
    return policy.forms is None or author.id != policy.forms.account_id
