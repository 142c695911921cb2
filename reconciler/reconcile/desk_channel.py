"""In which channel a desk's escalations are announced. The policy names it; receipts hold its id.

A channel can be renamed, and another one can then take its name. So a name alone does not decide
if a channel that had the name before is there, too.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.observed import Channel

_FACET: Final = "slack.announcement"
_POLICY: Final = "announce_in in config/policy.yaml"


@dataclass(frozen=True)
class DeskChannel:
    """The channel, or why there is none."""

    id: str | None
    refused: Diagnostic | None = None
    """Why no channel counts though one has or had the name."""
    renamed: Diagnostic | None = None
    """That the channel has another name than in the policy."""


def desk_channel(
    name: str, channels: Iterable[Channel], remembered: Collection[str] = ()
) -> DeskChannel:
    """The desk's channel among those that the bot is in.

    `remembered` are ids of channels that receipts hold for escalations of this desk. One of them
    that has or had the name stays the desk's channel when it is renamed. Without such a channel,
    the name decides, unless another channel had it before.
    """
    had = [each for each in channels if name in {each.name, *(each.previous_names or ())}]
    now = next((each for each in had if each.name == name), None)
    known = [each for each in had if each.id in remembered]
    if now is not None and (now in known or len(had) == 1):
        return DeskChannel(now.id)
    if len(known) == 1:
        return DeskChannel(known[0].id, renamed=_renamed(name, known[0], now))
    before = [each for each in had if each is not now]
    return DeskChannel(None, refused=_refused(name, before, now) if before else None)


def _renamed(name: str, channel: Channel, now: Channel | None) -> Diagnostic:
    what = f"the desk's channel #{name} is now called #{channel.name}"
    there = f"The tool announces in #{channel.name}."
    if now is None:
        return Diagnostic(
            _FACET, what, f"{there} Rename it back, or correct {_POLICY} to {channel.name}."
        )
    return Diagnostic(
        _FACET,
        f"{what}, and another channel ({now.id}) has its name",
        f"{there} Find out who renamed the channels. If the other one is right, remove the app from"
        f" #{channel.name}.",
    )


def _refused(name: str, before: list[Channel], now: Channel | None) -> Diagnostic:
    former = ", ".join(f"#{each.name} ({each.id})" for each in before)
    if now is None:
        return Diagnostic(
            _FACET,
            f"the bot is in no channel #{name}, and {former} had this name before",
            f"Rename the desk's channel back to #{name}, or correct {_POLICY}.",
        )
    return Diagnostic(
        _FACET,
        f"#{name} ({now.id}) may not be the desk's channel, because {former} had this name before",
        "Find out who renamed the channels. Remove the app from the one that is not the desk's.",
    )
