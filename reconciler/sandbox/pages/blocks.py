"""Block Kit as parts that a template shows.

Source: https://docs.slack.dev/reference/block-kit/blocks. Blocks that are not known here are left
out, as in a client that is older than they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from reconciler.sandbox.answer import JsonObject
from reconciler.sandbox.pages.mrkdwn import MessageNames, as_html, as_text


@dataclass(frozen=True)
class Button:
    """A button; the pages follow only those with an address."""

    label: Markup
    address: str | None
    style: str = ""


@dataclass(frozen=True)
class Block:
    """One block: its kind, its texts, and its buttons."""

    kind: str
    text: Markup | None = None
    fields: tuple[Markup, ...] = ()
    buttons: tuple[Button, ...] = ()


def read_blocks(blocks: list[JsonObject] | None, names: MessageNames) -> list[Block]:
    """The blocks of a message that can be shown."""
    return [found for each in blocks or [] for found in _read(each, names)]


def _read(block: JsonObject, names: MessageNames) -> Iterator[Block]:
    kind = str(block.get("type"))
    if kind == "divider":
        yield Block(kind)
    elif kind == "header":
        yield Block(kind, _text(block.get("text"), names))
    elif kind == "section":
        fields = tuple(_texts(block.get("fields"), names))
        buttons = tuple(_buttons([block.get("accessory")], names))
        yield Block(kind, _text(block.get("text"), names), fields, buttons)
    elif kind == "context":
        yield Block(kind, fields=tuple(_texts(block.get("elements"), names)))
    elif kind == "actions":
        yield Block(kind, buttons=tuple(_buttons(block.get("elements"), names)))


def _text(given: Any, names: MessageNames) -> Markup | None:  # noqa: ANN401 - any JSON
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        return None
    written: str = given["text"]
    return as_html(written, names) if given.get("type") == "mrkdwn" else as_text(written)


def _texts(given: Any, names: MessageNames) -> Iterator[Markup]:  # noqa: ANN401 - any JSON
    for each in given if isinstance(given, list) else []:
        shown = _text(each, names)
        if shown is not None:
            yield shown


def _buttons(given: Any, names: MessageNames) -> Iterator[Button]:  # noqa: ANN401 - any JSON
    for each in given if isinstance(given, list) else []:
        if not isinstance(each, dict) or each.get("type") != "button":
            continue
        label = _text(each.get("text"), names)
        if label is not None:
            address = names.link(str(each.get("url", "")))
            style = str(each.get("style", ""))
            yield Button(label, address, style if style in {"primary", "danger"} else "")
