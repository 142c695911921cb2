"""What models share: frozen, no unknown keys, and types of text that is safe to show."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

HANDLE_PATTERN: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
DESK_PATTERN: Final = r"^[A-Z][A-Z0-9_]{1,9}$"
LOGIN: Final = r"[A-Za-z0-9](-?[A-Za-z0-9])*(_[A-Za-z0-9]+)?"
"""A GitHub login; that of a managed user ends with an underscore and the code of the company.
Source: https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/\
iam-configuration-reference/username-considerations-for-external-authentication"""
TICKET_PATTERN: Final = r"^[A-Z][A-Z0-9_]{1,9}-[1-9][0-9]{0,9}$"
LINE_PATTERN: Final = r"^[^\r\n]*\S[^\r\n]*$"
PROSE_PATTERN: Final = r"\S"


class Model(BaseModel):  # noqa: PLW1641 - pydantic makes the hash that goes with __eq__
    """A part of a file: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    # Thousands of versions are compared. pydantic would also look for private and extra values,
    # of which there are none here.
    def __eq__(self, other: object) -> bool:
        """Whether both hold equal values."""
        return type(self) is type(other) and vars(self) == vars(other)


class Value(BaseModel):
    """A value that is stored or printed: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Handle = Annotated[
    str,
    StringConstraints(pattern=HANDLE_PATTERN, max_length=40),
    Field(examples=["maria-lopez"]),
]
TicketKey = Annotated[str, StringConstraints(pattern=TICKET_PATTERN), Field(examples=["DS-1042"])]
DeskKey = Annotated[str, StringConstraints(pattern=DESK_PATTERN), Field(examples=["DS"])]
Line = Annotated[str, StringConstraints(min_length=1, max_length=160, pattern=LINE_PATTERN)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=5000, pattern=PROSE_PATTERN)]
Slug = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60),
    Field(examples=["card-payments-fail"]),
]
