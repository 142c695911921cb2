"""Texts: wiki text, which is what version 2 of the API takes."""

import re

from reconciler.sandbox.jira_call import JiraError

LONGEST_TEXT = 32_767


_KEY = re.compile(r"(?<![\w/|\[-])[A-Z][A-Z0-9_]{1,9}-[1-9][0-9]*(?![\w-])")
_ADDRESS = re.compile(r"(?<![|\[\w])https?://[^\s|\]]+")


def shown_text(base: str, text: str) -> str:
    """The text as Cloud gives it back: keys are links, and addresses are smart links.

    Cloud keeps a document and not wiki text. Atlassian's converter between the two is the package
    @atlaskit/editor-wikimarkup-transformer.
    """
    linked = _ADDRESS.sub(lambda one: f"[{one[0]}|{one[0]}|smart-link]", text)
    return _KEY.sub(lambda one: f"[{one[0]}|{base}/browse/{one[0]}]", linked)


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
