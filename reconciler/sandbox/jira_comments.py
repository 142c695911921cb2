"""Comments."""

from reconciler.sandbox.answer import Answer
from reconciler.sandbox.jira_call import JiraCall, JiraError, Routes, page
from reconciler.sandbox.jira_properties import check_property, read_key
from reconciler.sandbox.jira_show import show_comment
from reconciler.sandbox.jira_state import Comment, Issue
from reconciler.sandbox.jira_text import check_text

MOST = 5000
MOST_IDS = 1000

routes = Routes()


@routes("GET", "/issue/{key}/comment")
def list_comments(call: JiraCall) -> Answer:
    """A page of comments, oldest first unless told otherwise."""
    issue, order = call.issue(), call.query("orderBy") or "created"
    if order.strip("+- ") != "created":
        raise JiraError(400, f"Cannot order comments by '{order}'.")
    comments = list(reversed(issue.comments)) if order.startswith("-") else issue.comments
    shown, sizes = page(call, [show_comment(call, issue, one) for one in comments], MOST)
    return Answer(body={**sizes, "comments": shown})


@routes("GET", "/issue/{key}/comment/{id}")
def get_comment(call: JiraCall) -> Answer:
    """One comment."""
    issue = call.issue()
    return Answer(body=show_comment(call, issue, _comment(call, issue)))


@routes("POST", "/comment/list", faces=("cloud",))
def list_by_id(call: JiraCall) -> Answer:
    """The comments with these ids that the caller sees."""
    wanted = call.body().get("ids")
    if not isinstance(wanted, list) or len(wanted) > MOST_IDS:
        raise JiraError(400, f"A list of at most {MOST_IDS} ids is needed.")
    ids = {str(one) for one in wanted}
    shown = [
        show_comment(call, issue, comment)
        for issue in call.jira.issues.values()
        if call.sees(issue)
        for comment in issue.comments
        if comment.id in ids
    ]
    sizes = {"startAt": 0, "maxResults": len(ids), "total": len(shown), "isLast": True}
    return Answer(body={**sizes, "values": shown})


@routes("GET", "/comment/{id}/properties/{property}")
def get_comment_property(call: JiraCall) -> Answer:
    """One property of a comment."""
    found = next(
        (
            comment
            for issue in call.jira.issues.values()
            if call.sees(issue)
            for comment in issue.comments
            if comment.id == call.params["id"]
        ),
        None,
    )
    if found is None:
        raise JiraError(404, f"Can not find a comment for the id: {call.params['id']}.")
    key = read_key(call, found.properties)
    return Answer(body={"key": key, "value": found.properties[key]})


@routes("POST", "/issue/{key}/comment")
def add_comment(call: JiraCall) -> Answer:
    """Add a comment, with properties if any are given."""
    issue, body = call.issue(), call.body()
    call.need("ADD_COMMENTS", issue, "You do not have the permission to comment on this issue.")
    text = check_text(body.get("body"), "comment")
    pairs = [check_property(entry) for entry in body.get("properties") or []]
    now, me = call.world.clock.now(), call.account.id
    comment = Comment(call.jira.next_id(), me, text, now, now, me, dict(pairs))
    issue.comments.append(comment)
    issue.updated = now
    return Answer(201, show_comment(call, issue, comment))


@routes("PUT", "/issue/{key}/comment/{id}")
def edit_comment(call: JiraCall) -> Answer:
    """Edit a comment of one's own."""
    issue = call.issue()
    comment, body = _mine(call, issue, "edit"), call.body()
    pairs = [check_property(entry) for entry in body.get("properties") or []]
    comment.body = check_text(body.get("body"), "comment")
    comment.properties |= dict(pairs)
    comment.updated, comment.update_author = call.world.clock.now(), call.account.id
    issue.updated = comment.updated
    return Answer(body=show_comment(call, issue, comment))


@routes("DELETE", "/issue/{key}/comment/{id}")
def delete_comment(call: JiraCall) -> Answer:
    """Delete a comment of one's own; administrators may delete any."""
    issue = call.issue()
    comment = _mine(call, issue, "delete")
    refusal = f"You do not have permission to delete this comment with id: {comment.id}"
    call.need("DELETE_OWN_COMMENTS", issue, refusal, 400)
    issue.comments.remove(comment)
    return Answer(204)


def _comment(call: JiraCall, issue: Issue) -> Comment:
    wanted = call.params["id"]
    found = next((one for one in issue.comments if one.id == wanted), None)
    if found is None:
        raise JiraError(404, f"Can not find a comment for the id: {wanted}.")
    return found


def _mine(call: JiraCall, issue: Issue, verb: str) -> Comment:
    comment = _comment(call, issue)
    if comment.author != call.account.id and not call.account.admin:
        text = f"You do not have permission to {verb} this comment with id: {comment.id}"
        raise JiraError(400, text)
    return comment
