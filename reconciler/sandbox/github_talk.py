"""GitHub's JSON, continued: reviews, comments, issues, events."""

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.github_call import GitHubCall, moment, node
from reconciler.sandbox.github_show import association, show_labels, show_user, site
from reconciler.sandbox.github_state import Comment, Event, Issue, Pull, Review


def show_review(call: GitHubCall, review: Review) -> JsonObject:
    """A review."""
    pull = f"{call.repo}/pulls/{review.pull}"
    html = f"{site(call)}/pull/{review.pull}#pullrequestreview-{review.id}"
    return {
        "id": review.id,
        "node_id": node("PRR", review.id),
        "user": show_user(call, review.author),
        "body": review.body,
        "state": review.state,
        "html_url": html,
        "pull_request_url": pull,
        "author_association": association(call, review.author),
        "_links": {"html": {"href": html}, "pull_request": {"href": pull}},
        "submitted_at": moment(review.at),
        "commit_id": review.commit,
    }


def show_comment(call: GitHubCall, comment: Comment) -> JsonObject:
    """A comment."""
    html = f"{page_of(call, comment.number)}#issuecomment-{comment.id}"
    return {
        "url": f"{call.repo}/issues/comments/{comment.id}",
        "html_url": html,
        "issue_url": f"{call.repo}/issues/{comment.number}",
        "id": comment.id,
        "node_id": node("IC", comment.id),
        "user": show_user(call, comment.author),
        "created_at": moment(comment.created_at),
        "updated_at": moment(comment.updated_at),
        "author_association": association(call, comment.author),
        "body": comment.body,
        "performed_via_github_app": None,
    }


def page_of(call: GitHubCall, number: int) -> str:
    """Where people see a pull request or an issue."""
    return f"{site(call)}/{'issues' if number in call.github.issues else 'pull'}/{number}"


def show_issue(call: GitHubCall, thing: Issue | Pull) -> JsonObject:
    """An issue, or a pull request as one."""
    number, pull = thing.number, thing if isinstance(thing, Pull) else None
    api, html = f"{call.repo}/issues/{number}", page_of(call, number)
    shown: JsonObject = {
        "id": 6000 + number,
        "node_id": node("I", number),
        "url": api,
        "repository_url": call.repo,
        "labels_url": f"{api}/labels{{/name}}",
        "comments_url": f"{api}/comments",
        "events_url": f"{api}/events",
        "timeline_url": f"{api}/timeline",
        "html_url": html,
        "number": number,
        "title": thing.title,
        "body": thing.body,
        "user": show_user(call, thing.author),
        "labels": show_labels(call, number),
        "state": thing.state,
        "state_reason": None if isinstance(thing, Pull) else thing.reason,
        "locked": False,
        "active_lock_reason": None,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": sum(each.number == number for each in call.github.comments),
        "created_at": moment(thing.created_at),
        "updated_at": moment(thing.updated_at),
        "closed_at": moment(thing.closed_at),
        "author_association": association(call, thing.author),
        "performed_via_github_app": None,
    }
    if pull is None:
        return shown
    ends = {f"{kind}_url": f"{html}.{kind}" for kind in ("diff", "patch")}
    about = {"url": f"{call.repo}/pulls/{number}", "html_url": html, **ends}
    return {
        **shown,
        "draft": pull.draft,
        "pull_request": {**about, "merged_at": moment(pull.merged_at)},
    }


def show_event(call: GitHubCall, event: Event) -> JsonObject:
    """Something that was done with a pull request or an issue."""
    commit = f"{call.repo}/commits/{event.commit}" if event.commit else None
    about: JsonObject = {}
    if event.label:
        about["label"] = {"name": event.label, "color": "ededed"}
    if event.review:
        before = {"state": event.state.lower(), "review_id": event.review}
        about["dismissed_review"] = {**before, "dismissal_message": None}
    return {
        "id": event.id,
        "node_id": node("E", event.id),
        "url": f"{call.repo}/issues/events/{event.id}",
        "actor": show_user(call, event.actor),
        "event": event.event,
        "commit_id": event.commit,
        "commit_url": commit,
        "created_at": moment(event.at),
        "performed_via_github_app": None,
        **about,
    }
