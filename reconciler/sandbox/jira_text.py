"""Wiki text in version 2, documents in version 3: one comment, two shapes."""

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.jira_call import JiraError

LONGEST_TEXT = 32_767


def check_text(value: object, version: str, field: str) -> str | JsonObject:
    """A body as this version of the API takes it."""
    if version == "3":
        if not (isinstance(value, dict) and value.get("type") == "doc" and "version" in value):
            raise JiraError(400, **{field: "Operation value must be an Atlassian Document"})
        if not to_text(value).strip():
            raise JiraError(400, **{field: "Comment body can not be empty!"})
        return value
    if not isinstance(value, str):
        raise JiraError(400, **{field: "Operation value must be a string"})
    if not value.strip():
        raise JiraError(400, **{field: "Comment body can not be empty!"})
    if len(value) > LONGEST_TEXT:
        text = "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
        raise JiraError(400, **{field: text})
    return value


def show_text(value: str | JsonObject | None, version: str) -> str | JsonObject | None:
    """A body as this version of the API shows it."""
    if value is None:
        return None
    if version == "3":
        return value if isinstance(value, dict) else to_document(value)
    return to_text(value)


def to_document(text: str) -> JsonObject:
    """Wiki text as a document: one paragraph per line, markup left as it is."""
    lines = [
        {"type": "paragraph", "content": [{"type": "text", "text": line}] if line else []}
        for line in text.split("\n")
    ]
    return {"type": "doc", "version": 1, "content": lines}


def to_text(value: object) -> str:
    """A document as plain text; text as it is."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    if value.get("type") == "text":
        return str(value.get("text", ""))
    between = "\n" if value.get("type") == "doc" else ""
    return between.join(to_text(part) for part in value.get("content", []))
