"""A comment by its id, and the reactions to it."""

from typing import Final

from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.github_call import (
    INVALID,
    NOT_FOUND,
    GitHubCall,
    GitHubError,
    Routes,
    moment,
    node,
)
from reconciler.sandbox.github_show import show_user
from reconciler.sandbox.github_state import Comment, Reaction
from reconciler.sandbox.github_talk import show_comment

routes = Routes()
_CONTENTS: Final = frozenset({"+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"})


@routes("GET", "/repos/{owner}/{repo}/issues/comments/{comment}")
def get_comment(call: GitHubCall) -> Answer:
    """A comment as it is now."""
    return Answer(body=show_comment(call, _comment(call)))


@routes("GET", "/repos/{owner}/{repo}/issues/comments/{comment}/reactions")
def list_reactions(call: GitHubCall) -> Answer:
    """Oldest first, or those of one kind."""
    comment, wanted = _comment(call), call.query("content")
    return call.listed(
        _show(call, each)
        for each in call.github.reactions
        if each.comment == comment.id and wanted in {"", each.content}
    )


@routes("POST", "/repos/{owner}/{repo}/issues/comments/{comment}/reactions")
def react(call: GitHubCall) -> Answer:
    """React; the same reaction of the same account is there once. Reading is right enough."""
    comment, content = _comment(call), call.text(call.body(), "content")
    if content not in _CONTENTS:
        raise GitHubError(INVALID, "Validation Failed", "content is no reaction")
    for each in call.github.reactions:
        if (each.comment, each.author, each.content) == (comment.id, call.user.login, content):
            return Answer(200, _show(call, each))
    made = Reaction(call.github.next_id(), comment.id, call.user.login, content, call.now)
    call.github.reactions.append(made)
    return Answer(201, _show(call, made))


def _comment(call: GitHubCall) -> Comment:
    for each in call.github.comments:
        if str(each.id) == call.params["comment"]:
            return each
    raise GitHubError(NOT_FOUND, "Not Found")


def _show(call: GitHubCall, reaction: Reaction) -> JsonObject:
    return {
        "id": reaction.id,
        "node_id": node("REA", reaction.id),
        "user": show_user(call, reaction.author),
        "content": reaction.content,
        "created_at": moment(reaction.at),
    }
