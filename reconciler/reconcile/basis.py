"""The fingerprint of the inputs of a plan; a saved plan is stale if it has changed."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from pydantic import BaseModel

from reconciler.model.desired import Desired, digest_of
from reconciler.model.observed import Observed


def basis(desired: Desired, observed: Observed) -> str:
    """The fingerprint; equal in any process for equal values.

    Of the channel's members, only those that the file asks for count. The time of the latest
    message and the number of answers are left out, because only the changes that follow from them
    matter.
    """
    wanted = set(observed.slack_ids.values())
    channel = observed.channel
    if channel is not None:
        channel = dataclasses.replace(
            channel,
            members=None if channel.members is None else channel.members & wanted,
            joined=frozenset(),
            latest=None,
        )
    announced = dataclasses.replace(observed.announced, answers={})
    relevant = dataclasses.replace(
        observed, channel=channel, announced=announced, probed=frozenset()
    )
    return digest_of(json.dumps([desired, relevant], sort_keys=True, default=_plain))


def _plain(value: object) -> object:
    """What `json` can write of a value of the model; sets in a stable order."""
    match value:
        case datetime():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case BaseModel():
            return value.model_dump(mode="json")
        case _ if dataclasses.is_dataclass(value):
            names = [field.name for field in dataclasses.fields(value)]
            return {name: getattr(value, name) for name in names}
        case _:
            return dict(cast("Mapping[str, object]", value))
