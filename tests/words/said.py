"""All words of a plan as people will read them in Slack, on the ticket and in the plan."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from plan.values import PullRequestScene, Scene

from reconciler.model.change import Change, Operation
from reconciler.model.diagnostic import Diagnostic
from reconciler.reconcile.facets.bookmarks import AddBookmark, EditBookmark
from reconciler.reconcile.facets.comment_operations import AddComment, EditComment
from reconciler.reconcile.facets.message_operations import EditMessage, PostMessage
from reconciler.reconcile.facets.remote_link import SetRemoteLink
from reconciler.reconcile.facets.topic_purpose import SetPurpose, SetTopic
from reconciler.reconcile.wording.layout import filled
from reconciler.reconcile.wording.placeholders import ChannelRef, fill, fill_mentions

WORKSPACE = "https://ledgerline.slack.example/"


def said(title: str, scene: Scene | PullRequestScene) -> str:
    """One step of a life: what is planned, each text in full, and what is told of it."""
    planned = scene.plan()
    plan = planned.plan
    ref = ChannelRef(plan.channel_id or "C0NEW", plan.channel or "no-channel", WORKSPACE)
    lines = [f"## {title}", ""]
    for change in plan.changes:
        lines += _change(change, ref)
    for kind, found in (("problem", plan.problems), ("notice", plan.notices)):
        lines += [line for each in found for line in _diagnostic(kind, each)]
    lines += [f"must be read first: {each}" for each in sorted(planned.probes)]
    return "\n".join(lines).rstrip() + "\n\n"


def _change(change: Change, ref: ChannelRef) -> Iterator[str]:
    op = change.op
    difference = change.after if not change.before else f"{change.before} -> {change.after}"
    yield f"{change.action} {change.facet}: {difference} ({change.why})"
    for line in _text(op, ref).split("\n") if _text(op, ref) else ():
        yield f"    {line}".rstrip()


def _text(op: Operation, ref: ChannelRef) -> str:
    match op:
        case PostMessage() | EditMessage():
            text = f"[{op.where}: {op.kind}]\n{fill_mentions(fill(op.text, ref), op.mentions)}"
            blocks = filled(op.layout, lambda each: fill_mentions(fill(each, ref), op.mentions))
            return "\n".join([text, *_layout(blocks)])
        case SetTopic() | SetPurpose():
            return op.text
        case AddBookmark() | EditBookmark():
            return f"{op.title}\n{op.link}"
        case AddComment() | EditComment():
            return fill(op.body, ref)
        case SetRemoteLink():
            ends = "struck through" if op.ended else "open"
            return f"#{ref.name}\n{op.summary} ({ends})\n{ref.url}"
        case _:
            return ""


def _layout(blocks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The blocks, a line for each element."""
    for block in blocks:
        elements = [*block.get("fields", ()), *block.get("elements", ())]
        for each in [block, *elements] if "text" in block else elements:
            text = each["text"] if isinstance(each["text"], str) else each["text"]["text"]
            address = f" <{each['url']}>" if "url" in each else ""
            shown = text.replace("\n", " / ")
            yield f"[{block['type']}] {shown}{address}"


def _diagnostic(kind: str, diagnostic: Diagnostic) -> Iterator[str]:
    yield f"{kind} {diagnostic.facet}: {diagnostic.message}"
    if diagnostic.remedy:
        yield f"    {diagnostic.remedy}"
