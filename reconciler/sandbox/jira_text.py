"""Texts: wiki text, which is what version 2 of the API takes."""

from reconciler.sandbox.jira_call import JiraError

LONGEST_TEXT = 32_767


def check_text(value: object, field: str) -> str:
    """A text as Jira takes it; raises JiraError for another."""
    if not isinstance(value, str):
        raise JiraError(400, **{field: "Operation value must be a string"})
    if not value.strip():
        raise JiraError(400, **{field: "Comment body can not be empty!"})
    if len(value) > LONGEST_TEXT:
        text = "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
        raise JiraError(400, **{field: text})
    return value
