"""An edit on a branch that others push to at the same time."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest
from company import escalation
from forms import ACCOUNT, file_of, say, with_account
from hub import Hub

from reconciler.edit.commands import SlashCommand
from reconciler.edit.form_fields import FormKind
from reconciler.pull_requests.check_edit import read_base
from reconciler.pull_requests.commanded_edit import CommandedEdit
from reconciler.pull_requests.from_form import Office
from reconciler.pull_requests.onto_branch import onto_branch
from reconciler.services.git.command import GitProblem
from reconciler.services.github.comments import CommentedPullRequest, GitHubComments
from reconciler.services.github.form_issues import GitHubForms
from reconciler.services.github.wire import GitHubWire
from reconciler.services.retry import RetryPolicy
from reconciler.services.settings import GitHubSettings

ONE = "DS-1071"
PATH = f"escalations/2026/{ONE}.yaml"
BRANCH = "escalate/ds-1071"


@dataclass
class Pushed:
    """A pull request as it was read before somebody pushed."""

    hub: Hub
    number: int
    office: Office
    comments: GitHubComments
    asked: CommandedEdit
    seen: CommentedPullRequest

    def file(self) -> dict[str, object]:
        self.head()  # GitHub notices a push
        return file_of(self.hub, {"number": self.number}, PATH)

    def head(self) -> str:
        return str(self.hub.call("priya", "GET", f"pulls/{self.number}")["head"]["sha"])

    def subjects(self, count: int) -> list[str]:
        self.hub.git("fetch", "--quiet", "origin", self.head())
        return self.hub.git("log", f"-{count}", "--format=%s", "FETCH_HEAD").splitlines()


@pytest.fixture
def pushed(hub: Hub) -> Iterator[Pushed]:
    with_account(hub)
    number = hub.propose(ONE, assignee=None)
    comment = say(hub, number, "/assign nadia")
    url = hub.box.github_url
    repository = hub.box.github.repository
    settings = GitHubSettings(url, repository, url, ACCOUNT, token=f"ghp-{ACCOUNT}")
    base = read_base(hub.folder, remote=True, github=settings)
    with closing(GitHubWire(settings, 5.0, RetryPolicy())) as wire:
        comments = GitHubComments(wire, settings, "main")
        forms = GitHubForms(wire, settings, "main")
        office = Office(hub.folder, base, forms, settings, hub.now, 5.0, RetryPolicy())
        found, seen = comments.comment(comment), comments.pull_request(number)
        assert found is not None
        assert found.author is not None
        assert seen is not None
        asked = CommandedEdit(found, found.author, SlashCommand(FormKind.ASSIGN, "nadia"), ONE)
        yield Pushed(hub, number, office, comments, asked, seen)


def carry_out(pushed: Pushed) -> object:
    return onto_branch(pushed.office, pushed.comments, pushed.asked, pushed.seen)


def test_a_branch_that_moved_in_between_is_read_anew(pushed: Pushed):
    news = {PATH: escalation(ONE, assignee=None, contact="owen")}
    pushed.hub.push(BRANCH, news, base=BRANCH)
    assert carry_out(pushed) == ()
    assert pushed.subjects(2) == [f"Assign {ONE} to nadia", f"Change {BRANCH}"]
    assert (pushed.file()["assignee"], pushed.file()["contact"]) == ("nadia", "owen")


def test_what_another_has_done_meanwhile_is_not_done_again(pushed: Pushed):
    pushed.hub.push(BRANCH, {PATH: escalation(ONE, assignee="nadia")}, base=BRANCH)
    before = pushed.head()
    assert carry_out(pushed) == ()
    assert pushed.head() == before


def test_a_branch_that_was_set_back_does_not_get_back_what_it_lost(pushed: Pushed):
    """Mallory's commit speaks in Priya's name; a push of ours would vouch for it."""
    hub, before = pushed.hub, pushed.head()
    hub.push(BRANCH, {PATH: escalation(ONE, assignee=None, contact="jun")}, base=BRANCH)
    seen = pushed.comments.pull_request(pushed.number)
    assert seen is not None
    pushed.seen = seen
    hub.git("fetch", "--quiet", "origin", seen.pull_request.head)
    hub.git("push", "--quiet", "--force", "origin", f"{before}:refs/heads/{BRANCH}")
    assert carry_out(pushed) == ()
    assert (pushed.file()["assignee"], pushed.file()["contact"]) == ("nadia", "lena")
    hub.git("fetch", "--quiet", "origin", pushed.head())
    assert hub.git("rev-parse", "FETCH_HEAD^") == before


def test_a_pull_request_that_was_merged_meanwhile(pushed: Pushed):
    hub = pushed.hub
    hub.push(BRANCH, {PATH: escalation(ONE, assignee=None, contact="owen")}, base=BRANCH)
    hub.merge(pushed.number)
    with pytest.raises(GitProblem, match="closed or merged meanwhile"):
        carry_out(pushed)


def test_a_branch_that_the_account_may_not_push_to(pushed: Pushed):
    hook = pushed.hub.box.github.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    before = pushed.head()
    try:
        with pytest.raises(GitProblem, match=f"the branch {BRANCH} can't be pushed"):
            carry_out(pushed)
    finally:
        hook.unlink()  # all tests of a process share the sandbox
    assert pushed.head() == before
