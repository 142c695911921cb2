"""What was said on a pull request and who pushed to it, read from the sandbox's GitHub."""

import pytest
from forge.test_github import connect, names
from hub import Hub

from reconciler.model.forge import PullRequest, ReviewState
from reconciler.services.errors import ServiceError
from reconciler.services.github.pull_requests import GitHub

ONE, BRANCH = "DS-1071", "escalate/ds-1071"


def read(hub: Hub, number: int) -> tuple[GitHub, PullRequest]:
    forge, _ = connect(hub)
    found = forge.pull_request(str(number))
    assert found is not None
    hub.box.clear_calls()
    return forge, found


def test_one_list_has_reviews_remarks_and_when_it_was_ready(hub: Hub):
    number = hub.propose(ONE, draft=True)
    hub.pass_time(hours=1)
    hub.box.github.ready(number)
    ready = hub.now
    review = hub.review(number, "hannah", body="Fine")
    hub.review(number, "owen", "COMMENT", body="/assign nadia")
    hub.call("lena", "POST", f"issues/{number}/comments", {"body": "Thank you"}, 201)
    hub.pass_time(hours=1)
    path = f"pulls/{number}/reviews/{review['id']}"
    hub.call("dmitri", "PUT", f"{path}/dismissals", {"message": "No"})
    forge, pull_request = read(hub, number)
    found = forge.conversation(pull_request)
    assert len(names(hub)) == 1
    assert found.ready_at == ready
    assert [(each.reviewer.login, each.state, each.edited) for each in found.reviews] == [
        ("hannah-weiss", ReviewState.DISMISSED, True),
        ("owen-brooks", ReviewState.COMMENTED, False),
    ]
    assert found.reviews[1].body == "/assign nadia"
    assert {each.commit for each in found.reviews} == {pull_request.head}
    (remark,) = found.remarks
    assert (remark.author.login, remark.body, remark.edited) == (
        "lena-fischer",
        "Thank you",
        False,
    )


def test_a_draft_was_never_ready(hub: Hub):
    forge, pull_request = read(hub, hub.propose(ONE, draft=True))
    assert forge.conversation(pull_request).ready_at is None


def test_an_edited_remark_shows(hub: Hub):
    number = hub.propose(ONE)
    made = hub.call("lena", "POST", f"issues/{number}/comments", {"body": "One"}, 201)
    hub.pass_time(minutes=1)
    hub.call("dmitri", "PATCH", f"issues/comments/{made['id']}", {"body": "/assign dmitri"})
    forge, pull_request = read(hub, number)
    (remark,) = forge.conversation(pull_request).remarks
    assert remark.author.login == "lena-fischer"
    assert remark.edited


def test_pushes_are_the_oldest_first(hub: Hub):
    first = hub.push(BRANCH, {"x": "1"}, who="priya")
    number = hub.open(BRANCH, "One", who="priya")
    second = hub.push(BRANCH, {"x": "2"}, base=BRANCH, who="priya", pusher="owen")
    forge, pull_request = read(hub, number)
    assert pull_request.branch == BRANCH
    assert pull_request.head_repository == hub.box.github.repository
    found = forge.pushes(pull_request)
    assert len(names(hub)) == 1
    assert [(each.actor.login, each.before, each.after) for each in found] == [
        ("priya-raman", "", first),
        ("owen-brooks", first, second),
    ]
    assert {each.at for each in found} == {hub.now}


def test_an_earlier_branch_of_the_same_name_is_left_out(hub: Hub):
    hub.push(BRANCH, {"x": "1"}, who="owen")
    hub.git("push", "--quiet", "origin", "--delete", BRANCH, who="owen")
    hub.pass_time(hours=1)
    head = hub.push(BRANCH, {"x": "2"}, who="priya")
    forge, pull_request = read(hub, hub.open(BRANCH, "One"))
    assert [each.after for each in forge.pushes(pull_request)] == [head]


def test_a_long_past_of_a_branch_is_not_read_to_its_end(hub: Hub):
    number = hub.propose(ONE)
    with hub.box.lock:
        github = hub.box.world.github
        (made,) = [each for each in github.activities if each.ref.endswith(BRANCH)]
        for _ in range(250):
            github.moved(made.ref, made.after, made.after, "priya-raman", made.at)
        github.pulls[number].created_at = hub.now.replace(hour=23)
    forge, pull_request = read(hub, number)
    assert len(forge.pushes(pull_request)) == 100
    assert len(names(hub)) == 1


def test_the_pushes_to_a_fork_that_is_not_shown_are_unknown(hub: Hub):
    head = hub.push("tmp", {"x": "1"})
    number = hub.box.github.from_fork("mallory", "b", "T", head)
    hub.box.world.github.forks.clear()
    forge, pull_request = read(hub, number)
    assert pull_request.head_repository == "mallory/escalations"
    assert forge.pushes(pull_request) == ()


def test_a_token_that_may_not_read_our_own_activity_is_a_problem(hub: Hub):
    number = hub.propose(ONE)
    forge, pull_request = read(hub, number)
    blind, _ = connect(hub, token="ghp-mallory")
    assert blind.pushes(pull_request) == (), "a GitHub without the list says 404, too"
    wrong, _ = connect(hub, token="wrong")
    with pytest.raises(ServiceError):
        wrong.pushes(pull_request)
    assert forge.pushes(pull_request)
