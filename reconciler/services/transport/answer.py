"""The answer to a request, read whole and checked."""

import io
from typing import Any, Final

import requests
from urllib3 import BaseHTTPResponse

from reconciler.services.transport.body import CHUNK, BrokenBodyError, parse, unpack

NO_CONTENT: Final = 204
_REDIRECTS: Final = 300
_REFUSALS: Final = 400


class CheckedResponse(requests.Response):
    """A response of `requests` whose body is read, and whose JSON is parsed once."""

    data: Any = None
    """The JSON; None if the body is empty, or if it is that of an error and not JSON."""
    broken: str = ""
    """What is wrong with the body; empty if nothing is."""

    @property
    def redirects(self) -> bool:
        """True if the service sends the caller somewhere else."""
        return _REDIRECTS <= self.status_code < _REFUSALS

    def json(self, **_: object) -> Any:  # noqa: ANN401 - JSON
        """The JSON that was parsed."""
        return self.data


class RefusedError(Exception):
    """The service answered with an error, a redirect, or something that is not what is due.

    It is none of the exceptions of `requests`, so no client library treats it as one.
    """

    def __init__(self, response: CheckedResponse) -> None:
        """Keep the answer."""
        super().__init__(response.status_code, response.broken)
        self.response = response


def receive(response: requests.Response, *, may_be_empty: bool) -> CheckedResponse:
    """The answer, when it is what is due.

    Raises RefusedError, TooLargeError, and what `urllib3` raises while it reads.
    """
    answer = CheckedResponse()
    vars(answer).update(vars(response))
    answer.raw = io.BytesIO()  # read from by `content` and `text`
    try:
        body = _read(response.raw)
        answer.raw = io.BytesIO(body)
        if body:
            answer.data = parse(body, answer.headers.get("Content-Type", ""))
        elif not may_be_empty and answer.status_code != NO_CONTENT:
            answer.broken = "it is empty"
    except BrokenBodyError as error:
        answer.broken = str(error)
    if answer.broken or answer.status_code >= _REDIRECTS:
        raise RefusedError(answer)
    return answer


def _read(raw: BaseHTTPResponse) -> bytes:
    """The whole body; the connection is free afterwards, or closed if more is to come."""
    encoding = raw.headers.get("Content-Encoding", "").strip().lower()
    try:
        body = unpack(raw.stream(CHUNK, decode_content=False), encoding)
    except BaseException:
        raw.close()
        raise
    raw.release_conn()
    return body
