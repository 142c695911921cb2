"""What can go wrong with a call, in words of ours; nothing of a client library leaks through."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from traceback import extract_tb
from typing import Final

from reconciler.redaction import redact_tokens

_log = logging.getLogger(__name__)
_PACKAGE: Final = "reconciler"


TOO_LARGE: Final = "too-large"
"""The code of a ServiceError for an answer that is larger than what is read."""


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
        remedy: str = "",
        effect: Effect = Effect.NONE,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        """Describe the failure of `call`; `answer` is what the service said.

        `fields` tells which fields of an edit were refused, and why; of a scope that is missing,
        the ones that are `needed` and `provided`; of an invitation, Slack's code by person.
        """
        super().__init__(service, call, answer)
        self.service = service
        self.call = call
        self.answer = redact_tokens(answer)
        self.code = code
        self.remedy = remedy
        self.effect = effect
        self.fields = fields or {}
        self.passing = False
        """True if the service does not answer now or is limited, and nothing is set up wrong."""

    def __str__(self) -> str:
        return f"{self.service} {self.call}: {self.answer}"


def http_answer(status: int, reason: str) -> str:
    """A status with the service's reason, unless the reason only repeats the status."""
    return f"HTTP {status}" if reason.strip() == f"HTTP {status}" else f"HTTP {status}: {reason}"


class SetupError(Exception):
    """The run can't begin: something outside the files is missing or wrong."""

    def __init__(self, message: str, remedy: str, *, passing: bool = False) -> None:
        """Say what is wrong and what to do about it.

        `passing` is true if the next run may succeed without anyone's help.
        """
        super().__init__(message)
        self.passing = passing
        self.message = redact_tokens(message)
        self.remedy = redact_tokens(remedy)


MALFORMED: Final = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What taking a malformed answer apart raises. Only the gateways catch this: anywhere else it is
an error of our own."""


@contextmanager
def reading_answer(service: str, call: str) -> Iterator[None]:
    """Raise ServiceError where an answer does not have the expected shape.

    Wraps the code that takes an answer apart, as a context or as a decorator. The call may have
    taken effect.
    """
    try:
        yield
    except MALFORMED as error:
        _log.debug("%s %s: malformed answer", service, call, exc_info=error)
        raise ServiceError(
            service,
            call,
            f"the answer has an unexpected shape ({type(error).__name__})",
            code="malformed",
            remedy=f"Check the address of {service}. If the address is correct, the next run reads "
            "the answer again. To see the call, run with -v.",
            effect=Effect.UNKNOWN,
        ) from error


def cut(service: str, call: str) -> ServiceError:
    """The failure to read a list to its end."""
    return ServiceError(
        service,
        call,
        "the list is incomplete",
        code="cut",
        remedy="The next run reads the list again.",
    )


class InternalError(Exception):
    """An error of this program, told by its type and place: its text may hold anything."""

    remedy: Final = "Please report this error. To see the traceback, run with -vv."

    def __init__(self, cause: Exception) -> None:
        """Describe `cause`."""
        super().__init__(f"internal error: {type(cause).__name__} at {_place(cause)}")
        _log.debug("internal error", exc_info=cause)


def _place(error: Exception) -> str:
    """File and line where it was raised; of this program, where a library raised it."""
    frames = [(Path(each.filename), each.lineno) for each in extract_tb(error.__traceback__)]
    ours = [each for each in frames if _PACKAGE in each[0].parts]
    if not frames:
        return "an unknown place"
    path, line = (ours or frames)[-1]
    name = "/".join(path.parts[path.parts.index(_PACKAGE) :]) if ours else path.name
    return f"{name}:{line}"
