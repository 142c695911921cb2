"""Reviews, and the comments beside them."""

from typing import Final

from reconciler.sandbox.answer import Answer
from reconciler.sandbox.github_call import INVALID, NOT_FOUND, GitHubCall, GitHubError, Routes
from reconciler.sandbox.github_state import Comment, Review
from reconciler.sandbox.github_talk import show_comment, show_review

routes = Routes()
_STATES: Final = {
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
}
_LONGEST: Final = 65_536


@routes("GET", "/repos/{owner}/{repo}/pulls/{number}/reviews")
def list_reviews(call: GitHubCall) -> Answer:
    """In the order of time."""
    pull = call.pull()
    mine = [each for each in call.github.reviews if each.pull == pull.number]
    return call.listed(show_review(call, each) for each in mine)


@routes("POST", "/repos/{owner}/{repo}/pulls/{number}/reviews")
def review(call: GitHubCall) -> Answer:
    """Approve, ask for changes, or comment."""
    pull, body = call.pull(), call.body()
    state = _STATES.get(str(body.get("event")))
    if state is None:
        raise GitHubError(INVALID, "Validation Failed", "event is needed: pending is not kept here")
    if state != "COMMENTED" and call.user.login == pull.author:
        what = "approve" if state == "APPROVED" else "request changes on"
        reason = f"Can not {what} your own pull request"
        raise GitHubError(INVALID, "Unprocessable Entity", f"Review {reason}")
    commit = str(body.get("commit_id") or pull.head)
    if call.bare.commit(commit) is None:
        raise GitHubError(INVALID, "Validation Failed", "commit_id is not part of the pull request")
    made = Review(
        call.github.next_id(),
        pull.number,
        call.user.login,
        state,
        str(body.get("body") or ""),
        commit,
        call.now,
    )
    call.github.reviews.append(made)
    pull.updated_at = call.now
    return Answer(200, show_review(call, made))


@routes("PUT", "/repos/{owner}/{repo}/pulls/{number}/reviews/{review}")
def change_review(call: GitHubCall) -> Answer:
    """Change its words: one's own, or with the right to write anybody's."""
    pull, text = call.pull(), _text(call)
    for each in call.github.reviews:
        if each.pull == pull.number and str(each.id) == call.params["review"]:
            if each.author != call.user.login:
                call.write()
            each.body, each.updated_at = text, call.now
            return Answer(body=show_review(call, each))
    raise GitHubError(NOT_FOUND, "Not Found")


@routes("PUT", "/repos/{owner}/{repo}/pulls/{number}/reviews/{review}/dismissals")
def dismiss(call: GitHubCall) -> Answer:
    """Take an approval back."""
    call.write()
    pull = call.pull()
    call.text(call.body(), "message")
    for each in call.github.reviews:
        if each.pull == pull.number and str(each.id) == call.params["review"]:
            if each.state not in {"APPROVED", "CHANGES_REQUESTED"}:
                raise GitHubError(INVALID, "Can not dismiss this review")
            who = call.user.login
            call.github.note(pull.number, "review_dismissed", who, call.now, review=each)
            each.state, each.updated_at = "DISMISSED", call.now
            return Answer(body=show_review(call, each))
    raise GitHubError(NOT_FOUND, "Not Found")


@routes("GET", "/repos/{owner}/{repo}/issues/{number}/comments")
def list_comments(call: GitHubCall) -> Answer:
    """Oldest first."""
    thing = call.thing()
    mine = [each for each in call.github.comments if each.number == thing.number]
    return call.listed(show_comment(call, each) for each in mine)


@routes("POST", "/repos/{owner}/{repo}/issues/{number}/comments")
def comment(call: GitHubCall) -> Answer:
    """Say something."""
    thing = call.thing()
    text = _text(call)
    made = Comment(call.github.next_id(), thing.number, call.user.login, text, call.now, call.now)
    call.github.comments.append(made)
    thing.updated_at = call.now
    return Answer(201, show_comment(call, made))


@routes("DELETE", "/repos/{owner}/{repo}/issues/comments/{comment}")
def delete_comment(call: GitHubCall) -> Answer:
    """Take it back: one's own words, or with the right to write anybody's."""
    call.github.comments.remove(_comment(call))
    return Answer(204)


@routes("PATCH", "/repos/{owner}/{repo}/issues/comments/{comment}")
def change_comment(call: GitHubCall) -> Answer:
    """Say it differently: one's own words, or with the right to write anybody's."""
    comment = _comment(call)
    comment.body, comment.updated_at = _text(call), call.now
    return Answer(body=show_comment(call, comment))


def _comment(call: GitHubCall) -> Comment:
    """The comment that is to be changed. Raises GitHubError."""
    for each in call.github.comments:
        if str(each.id) == call.params["comment"]:
            if each.author != call.user.login:
                call.write()
            return each
    raise GitHubError(NOT_FOUND, "Not Found")


def _text(call: GitHubCall) -> str:
    text = call.text(call.body(), "body")
    if len(text) > _LONGEST:
        reason = f"body is too long (maximum is {_LONGEST} characters)"
        raise GitHubError(INVALID, "Validation Failed", reason)
    return text
