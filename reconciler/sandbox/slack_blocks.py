"""Block Kit as Slack checks it: kinds of blocks, what belongs in each, and the limits.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

MOST_BLOCKS: Final = 50
_MOST_FIELDS: Final = 10
_MOST_IN_CONTEXT: Final = 10
_MOST_ACTIONS: Final = 25
_HEADER: Final = 150
_SECTION: Final = 3_000
_FIELD: Final = 2_000
_LABEL: Final = 75
_ADDRESS: Final = 3_000
_ID: Final = 255

Check = Callable[[Mapping[str, Any]], bool]


def are_valid(blocks: object) -> bool:
    """True if Slack takes these blocks."""
    if not isinstance(blocks, list) or len(blocks) > MOST_BLOCKS:
        return False
    return all(isinstance(each, dict) and _is_valid(each) for each in blocks)


def _is_valid(block: Mapping[str, Any]) -> bool:
    check = _CHECKS.get(str(block.get("type")))
    return check is not None and len(str(block.get("block_id", ""))) <= _ID and check(block)


def _is_text(value: object, longest: int, *kinds: str) -> bool:
    if not isinstance(value, dict) or value.get("type") not in kinds:
        return False
    text = value.get("text")
    if value["type"] == "mrkdwn" and "emoji" in value:
        return False
    return isinstance(text, str) and 0 < len(text) <= longest


def _header(block: Mapping[str, Any]) -> bool:
    return _is_text(block.get("text"), _HEADER, "plain_text")


def _section(block: Mapping[str, Any]) -> bool:
    text, fields = block.get("text"), block.get("fields")
    if text is None and not fields:
        return False
    if text is not None and not _is_text(text, _SECTION, "plain_text", "mrkdwn"):
        return False
    return fields is None or (
        isinstance(fields, list)
        and 0 < len(fields) <= _MOST_FIELDS
        and all(_is_text(each, _FIELD, "plain_text", "mrkdwn") for each in fields)
    )


def _context(block: Mapping[str, Any]) -> bool:
    shown = block.get("elements")
    return (
        isinstance(shown, list)
        and 0 < len(shown) <= _MOST_IN_CONTEXT
        and all(_is_text(each, _SECTION, "plain_text", "mrkdwn") for each in shown)
    )


def _actions(block: Mapping[str, Any]) -> bool:
    shown = block.get("elements")
    return (
        isinstance(shown, list)
        and 0 < len(shown) <= _MOST_ACTIONS
        and all(isinstance(each, dict) and _button(each) for each in shown)
        and len({each["action_id"] for each in shown if "action_id" in each})
        == sum("action_id" in each for each in shown)
    )


def _button(element: Mapping[str, Any]) -> bool:
    if element.get("type") != "button" or not _is_text(element.get("text"), _LABEL, "plain_text"):
        return False
    address = element.get("url", "https://")
    right = isinstance(address, str) and address.startswith(("https://", "http://"))
    return right and len(address) <= _ADDRESS and len(str(element.get("action_id", ""))) <= _ID


_CHECKS: Final[Mapping[str, Check]] = {
    "actions": _actions,
    "context": _context,
    "divider": lambda _: True,
    "header": _header,
    "section": _section,
}
"""Of the kinds that Slack has, those that the sandbox knows."""
