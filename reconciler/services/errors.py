"""What can go wrong with a call, in words of ours; nothing of a client library leaks through."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from reconciler.services.secrets import redact


class Effect(StrEnum):
    """What a failed call may have done."""

    NONE = "none"
    UNKNOWN = "unknown"
    """It may have taken effect: read back before doing it again."""


class ServiceError(Exception):
    """A call failed."""

    def __init__(  # noqa: PLR0913 - an error carries all that a person needs to know
        self,
        service: str,
        call: str,
        answer: str,
        *,
        code: str = "",
        cure: str = "",
        effect: Effect = Effect.NONE,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        """Describe the failure of `call`; `answer` is what the service said.

        `fields` tells which fields of an edit were refused, and why.
        """
        super().__init__(service, call, answer)
        self.service = service
        self.call = call
        self.answer = redact(answer)
        self.code = code
        self.cure = cure
        self.effect = effect
        self.fields = fields or {}

    def __str__(self) -> str:
        return f"{self.service} {self.call}: {self.answer}"


class SetupError(Exception):
    """The run can't begin: something outside the files is missing or wrong."""

    def __init__(self, message: str, cure: str) -> None:
        """Say what is wrong and what to do about it."""
        super().__init__(message)
        self.message = redact(message)
        self.cure = redact(cure)


MALFORMED: Final = (LookupError, TypeError, ValueError, AttributeError)
"""What taking a malformed answer apart raises."""


def malformed(error: Exception) -> ServiceError:
    """The failure of an answer whose shape nobody expects; the call may have taken effect."""
    return ServiceError(
        "the service",
        "answer",
        f"an answer had an unexpected shape ({type(error).__name__})",
        cure="The next run reads it back; run with -vv to see which call it was.",
        effect=Effect.UNKNOWN,
    )
