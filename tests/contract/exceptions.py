"""What the descriptions do not know, or get wrong: every entry with the reason it is here.

| what | why |
| --- | --- |
| SLACK_PARAMETERS | the description of 2021 has no metadata, no `force`, no bookmarks |
| SLACK_REQUIRED | it marks hardly any argument as required |
| SLACK_FIELDS | fields of answers that the samples and the description lack |
| SLACK_ERRORS | error codes that are newer than it is |
| JIRA_UNLISTED | operations that the selection of paths left out |
| JIRA_TYPES | types that Jira or its Python client really send beside the described one |
| JIRA_LISTS | answers that are a list of what is described, unless one is asked for |
| JIRA_STATUSES | statuses that any operation can answer with |
| GITHUB_UNLISTED | operations that the selection of paths left out |
| GITHUB_STATUSES | statuses that any operation can answer with |
"""

SLACK_PARAMETERS = {
    "bookmarks.add": {"channel_id": "string", "title": "string", "type": "string"}
    | {"link": "string", "emoji": "string"},
    "bookmarks.edit": {"channel_id": "string", "bookmark_id": "string", "title": "string"}
    | {"link": "string", "emoji": "string"},
    "bookmarks.list": {"channel_id": "string"},
    "bookmarks.remove": {"channel_id": "string", "bookmark_id": "string"},
    "chat.postMessage": {"metadata": "object", "blocks": "array"},
    "chat.update": {"metadata": "object", "blocks": "array"},
    "conversations.create": {"team_id": "string"},
    "conversations.list": {"team_id": "string"},
    "conversations.history": {"include_all_metadata": "boolean", "oldest": "ts", "latest": "ts"},
    "conversations.invite": {"force": "boolean"},
    "conversations.leave": {"channel": "string"},
    "conversations.replies": {"include_all_metadata": "boolean", "ts": "ts"}
    | {"oldest": "ts", "latest": "ts"},
    "chat.delete": {"ts": "ts"},
    "users.conversations": {"team_id": "string"},
}

SLACK_REQUIRED = {
    "bookmarks.add": {"channel_id", "title", "type"},
    "bookmarks.edit": {"channel_id", "bookmark_id"},
    "bookmarks.list": {"channel_id"},
    "bookmarks.remove": {"channel_id", "bookmark_id"},
    "chat.delete": {"channel", "ts"},
    "conversations.archive": {"channel"},
    "conversations.create": {"name"},
    "conversations.history": {"channel"},
    "conversations.info": {"channel"},
    "conversations.invite": {"channel", "users"},
    "conversations.join": {"channel"},
    "conversations.kick": {"channel", "user"},
    "conversations.leave": {"channel"},
    "conversations.members": {"channel"},
    "conversations.rename": {"channel", "name"},
    "conversations.replies": {"channel", "ts"},
    "conversations.setPurpose": {"channel", "purpose"},
    "conversations.setTopic": {"channel", "topic"},
    "conversations.unarchive": {"channel"},
    "pins.add": {"channel", "timestamp"},
    "pins.remove": {"channel", "timestamp"},
}

# Of blocks, the description has only the type.
SLACK_MESSAGE = {"app_id", "metadata", "edited", "pinned_info", "bot_profile", "blocks"}
SLACK_FIELDS = {
    "chat.postMessage": SLACK_MESSAGE,
    # Of a message in this answer the description lists text, blocks and attachments only.
    "chat.update": SLACK_MESSAGE
    | {"type", "user", "ts", "team", "bot_id", "pinned_to", "thread_ts", "parent_user_id"}
    | {"reply_count", "reply_users", "reply_users_count", "latest_reply", "subscribed"},
    "conversations.history": SLACK_MESSAGE | {"response_metadata"},
    "conversations.replies": SLACK_MESSAGE
    | {"has_more", "response_metadata", "bot_id", "pinned_to", "subtype", "inviter"}
    | {"edited", "blocks", "topic", "purpose", "name", "old_name"},
    "conversations.leave": {"not_in_channel"},
    "pins.list": SLACK_MESSAGE,
}

SLACK_ERRORS = {
    "cant_leave_general",
    "invalid_arguments",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_bookmark_type",
    "invalid_emoji",
    "invalid_link",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "metadata_too_large",
    "missing_argument",
    "no_pin",
    "not_found",
    "ratelimited",
    "team_access_not_granted",
    "too_many_bookmarks",
    "too_many_pins",
    "unknown_method",
}

JIRA_UNLISTED = {
    "DELETE /issue/{key}/comment/{id}",
    "DELETE /issueLink/{link}",
}

JIRA_TYPES = {
    # Nobody was assigned before, or nobody is now.
    "ChangeDetails": dict.fromkeys(("from", "fromString", "to", "toString"), "null"),
    # Null takes the assignee away, as the operation's own text says.
    "User": {"accountId": "null"},
    # The client sends the id of a transition as a number.
    "IssueTransition": {"id": "integer"},
}

JIRA_LISTS = {"GET /issue/{key}/remotelink"}

JIRA_STATUSES = {401, 405, 429, 500, 502, 503, 504}

GITHUB_UNLISTED = {
    "GET /repos/{owner}/{repo}/actions/workflows/{workflow}/runs",
    "GET /repos/{owner}/{repo}/issues/{number}/events",
    "GET /users/{login}",
    "DELETE /repos/{owner}/{repo}/environments/{environment}/deployment-branch-policies/{entry}",
    "PATCH /repos/{owner}/{repo}",
    "POST /repos/{owner}/{repo}/issues",
    "POST /repos/{owner}/{repo}/issues/{number}/labels",
    "POST /repos/{owner}/{repo}/statuses/{sha}",
    "PUT /repos/{owner}/{repo}/pulls/{number}/merge",
    "PUT /repos/{owner}/{repo}/pulls/{number}/reviews/{review}",
    "PUT /repos/{owner}/{repo}/pulls/{number}/reviews/{review}/dismissals",
}

GITHUB_STATUSES = {401, 403, 404, 405, 409, 422, 429, 500, 502, 503, 504}
