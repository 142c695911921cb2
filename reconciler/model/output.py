"""What a command prints for programs: an object with the version of its format."""

from typing import Literal

from pydantic import Field

from reconciler.model.base import Value


class Output(Value):
    """Everything that one command prints with `--format json`.

    New versions of the tool can add keys. `version` changes if a key changes its meaning or is
    removed.
    """

    version: Literal[1] = Field(default=1, description="The version of this format: 1.")
