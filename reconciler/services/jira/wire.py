"""One call to Jira: how often it is tried, and what can go wrong with it, in our words."""

import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import requests

from reconciler.redaction import redact_tokens
from reconciler.services.errors import MALFORMED, Effect, ServiceError, http_answer
from reconciler.services.jira.client import ODD_SHAPES, Api, JiraClient
from reconciler.services.jira.tokens import GATEWAY, remedy_for_401
from reconciler.services.retry import Retrier, RetryPolicy, TransientError
from reconciler.services.retry_after import retry_after
from reconciler.services.settings import JiraSettings
from reconciler.services.transport.answer import RefusedError
from reconciler.services.transport.lanes import Lanes
from reconciler.services.transport.peer import Peer
from reconciler.services.transport.shape import Shape, require

_ANSWER_LENGTH: Final = 300
_TRANSIENT: Final = {408, 429, 500, 502, 503, 504}
_REJECTED: Final = {429}
_ISSUES: Final = {"issues": [{"key": str}]}
_SHAPES: Final[dict[str, Shape]] = {
    "GET issue/{key}": {"key": str, "fields": {}},
    "GET issue/{key}/changelog": {"values": [{}], "isLast": bool},
    "GET user/search": [{}],
    "POST comment/list": {"values": [{"id": str}]},
    "POST issue/bulkfetch": {"issues": [{"key": str, "fields": {}}]},
    "POST search": _ISSUES,
    "POST search/jql": _ISSUES,
}
"""What the answers to our own requests have to hold. The library takes its own apart."""
_READS: Final = {"comment/list", "issue/bulkfetch", "search", "search/jql"}
"""What is read with a POST."""
_ADDRESS: Final = (
    "Check JIRA_BASE_URL: the address of the site without any path, such as"
    f" https://company.atlassian.net. For a token with scopes: {GATEWAY}."
)
Json = Any
T = TypeVar("T")


class JiraWire:
    """Calls to one Jira: those of `jira.JIRA` where one is one request, else our own.

    Every call is named by its method and path, which is how Jira documents it and how errors,
    retries and rate limits tell calls apart.
    """

    def __init__(self, settings: JiraSettings, timeout: float, retries: RetryPolicy) -> None:
        """Prepare a client; nothing is sent. A call takes at most `timeout` seconds."""
        lanes = Lanes(reading=1, changing=2)
        self._peer = Peer("Jira", settings.url, "JIRA_BASE_URL", timeout, lanes)
        self._client = JiraClient(settings, self._peer)
        self._gate = Retrier("Jira", retries)
        self._url, self._settings = settings.url, settings

    def call(
        self,
        method: str,
        path: str,
        send: Callable[[Api], T],
        *,
        repeatable: bool,
        ticket: str = "",
    ) -> T:
        """What `send` makes of one call of the library's. Raises ServiceError."""
        return self._tried(
            method, path, lambda: send(self._client.api), repeatable=repeatable, ticket=ticket
        )

    def send(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        body: Json = None,
        params: Mapping[str, str] | None = None,
        ticket: str = "",
    ) -> Json:
        """The JSON of the answer to a request of our own, None if empty. Raises ServiceError."""
        data = None if body is None else json.dumps(body)

        def ask() -> Json:
            answer = self._client.request(method, path, data, params)
            found = answer.data
            if answer.content and not isinstance(found, dict | list):
                raise TypeError
            name = f"{method} {path.replace(ticket, '{key}') if ticket else path}"
            require(found, _SHAPES.get(name))
            return found

        return self._tried(method, path, ask, repeatable=repeatable, ticket=ticket)

    def delete(self, path: str, ticket: str) -> None:
        """Delete; what is not there is deleted already. Raises ServiceError."""
        try:
            self.send("DELETE", path, repeatable=True, ticket=ticket)
        except ServiceError as error:
            if error.code != "404":
                raise

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _tried(
        self, method: str, path: str, ask: Callable[[], T], *, repeatable: bool, ticket: str
    ) -> T:
        limit = f"{method} {path.replace(ticket, '{key}') if ticket else path}"
        call = f"{method} {path}"
        reads = method == "GET" or path in _READS
        return self._gate.call(
            call, lambda: self._once(call, ask, reads), repeatable=repeatable, limit=limit
        )

    def _once(self, call: str, ask: Callable[[], T], reads: bool) -> T:  # noqa: FBT001
        try:
            return self._peer.exchange(call, ask, reads=reads)
        except RefusedError as refused:
            raise self._refusal(call, refused.response) from refused
        except ODD_SHAPES as error:
            raise _malformed(call, error) from error

    def _refusal(self, call: str, response: requests.Response) -> Exception:
        status = response.status_code
        if status < requests.codes.multiple_choices:
            failure = self._not_jira(call, "does not answer like Jira (a web page instead of data)")
            return TransientError(failure, rejected=False)
        if status < requests.codes.bad_request:
            return self._not_jira(
                call, f"redirects to {_origin(response)}; the tool does not follow redirects"
            )
        if status == requests.codes.unauthorized:
            return ServiceError(
                "Jira",
                call,
                "Jira rejects the credentials (HTTP 401)",
                code="401",
                remedy=remedy_for_401(self._settings),
            )
        answer = http_answer(status, _reason(response))
        failure = ServiceError("Jira", call, answer, code=str(status), fields=_fields(response))
        if status in _TRANSIENT:
            return TransientError(
                failure, rejected=status in _REJECTED, retry_after=retry_after(response.headers)
            )
        if status == requests.codes.not_found and _is_html(response):
            return self._not_jira(call, "does not answer like Jira (a web page instead of data)")
        return failure

    def _not_jira(self, call: str, what: str) -> ServiceError:
        return ServiceError("Jira", call, f"{self._url} {what}", code="not-jira", remedy=_ADDRESS)


def _malformed(call: str, error: Exception) -> ServiceError:
    return ServiceError(
        "Jira",
        call,
        f"the answer has an unexpected shape ({type(error).__name__})",
        code="malformed",
        remedy="Check JIRA_BASE_URL. If the address is correct, the next run reads the answer "
        "again.",
        effect=Effect.UNKNOWN,
    )


def _origin(response: requests.Response) -> str:
    """Where a redirect leads; the path may hold anything and is left out."""
    with contextlib.suppress(ValueError):
        there = urlsplit(response.headers.get("Location", ""))
        if there.hostname:
            return _redacted(f"{there.scheme}://{there.netloc.rpartition('@')[2]}")
    return "another address"


def _is_html(response: requests.Response) -> bool:
    return "html" in response.headers.get("Content-Type", "")


def _fields(response: requests.Response) -> dict[str, str]:
    """Messages by field. The names are stable; the messages are in the account's language."""
    with contextlib.suppress(RecursionError, *MALFORMED):
        errors = response.json()["errors"]
        return {str(name): _redacted(str(message)) for name, message in errors.items()}
    return {}


def _reason(response: requests.Response) -> str:
    """What Jira says is wrong; never a raw body, which may hold anything."""
    messages: list[str] = []
    with contextlib.suppress(RecursionError, *MALFORMED):
        messages = [str(each) for each in response.json()["errorMessages"]]
    reasons = messages + [f"{name}: {message}" for name, message in _fields(response).items()]
    return _redacted("; ".join(reasons)) or "no reason given"


def _redacted(answer: str) -> str:
    """The beginning of an answer. Tokens are redacted before the cut, which could halve one."""
    return redact_tokens(answer)[:_ANSWER_LENGTH]
