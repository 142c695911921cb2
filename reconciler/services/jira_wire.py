"""The only importer of `jira`: one request, its retries and its errors in our words."""

import contextlib
import json
import logging
from collections.abc import Mapping
from typing import Any, Final

import requests
from jira import JIRA, JIRAError
from requests.adapters import HTTPAdapter

from reconciler.services.errors import MALFORMED, ServiceError
from reconciler.services.exchange import Peer
from reconciler.services.retry import Gate, RetryPolicy, TransientError
from reconciler.services.secrets import redact
from reconciler.services.settings import JiraSettings

_log = logging.getLogger(__name__)
# The library logs whole answers; ours say what happened.
logging.getLogger("jira").addHandler(logging.NullHandler())
logging.getLogger("jira").propagate = False
_CONNECT_TIMEOUT: Final = 5.0
_CONNECTIONS: Final = 64
_ANSWER_LENGTH: Final = 300
_TRANSIENT: Final = {408, 429, 500, 502, 503, 504}
_REJECTED: Final = {429}
Json = Any


class JiraWire:
    """Requests to one Jira.

    The client's session is used and not its resource classes: those make up to three requests
    where one does, and resend POSTs after a lost answer (jira 3.10.5, `resilientsession.py`).
    """

    def __init__(self, settings: JiraSettings, timeout: float, retries: RetryPolicy) -> None:
        """Prepare a client; nothing is sent."""
        auth: dict[str, Any] = (
            {"basic_auth": (settings.email, settings.token)}
            if settings.cloud
            else {"token_auth": settings.token}
        )
        self._client = JIRA(
            server=settings.url,
            get_server_info=False,
            max_retries=0,
            timeout=(_CONNECT_TIMEOUT, timeout),  # handed to requests
            **auth,
        )
        self._session = self._client._session  # noqa: SLF001 - see the class
        # As many connections are kept as threads may ask at once.
        self._session.mount(settings.url, HTTPAdapter(pool_maxsize=_CONNECTIONS))
        self._url_of = self._client._get_url  # noqa: SLF001
        self._gate = Gate(retries)
        self._peer = Peer("Jira", settings.url, "JIRA_BASE_URL")
        self._url = settings.url

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
        """The JSON of the answer, None when there is none. Raises ServiceError."""
        name = f"{method} {path.replace(ticket, '{key}') if ticket else path}"
        call = f"{method} {path}"
        return self._gate.call(
            name, lambda: self._once(call, method, path, body, params), repeatable=repeatable
        )

    def _once(
        self, call: str, method: str, path: str, body: Json, params: Mapping[str, str] | None
    ) -> Json:
        data = None if body is None else json.dumps(body)
        try:
            response = self._peer.exchange(
                call,
                lambda: self._session.request(method, self._url_of(path), data=data, params=params),
            )
        except JIRAError as error:
            raise self._refusal(call, error) from error
        _log.debug("jira %s -> %s", call, response.status_code)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as error:
            raise TransientError(self._not_jira(call), rejected=False) from error

    def _refusal(self, call: str, error: JIRAError) -> Exception:
        status = error.status_code or 0
        _log.debug("jira %s -> %s", call, status)
        answer = f"HTTP {status}: {_reason(error.response)}"
        if status == requests.codes.unauthorized:
            return ServiceError(
                "Jira",
                call,
                "the credentials are not accepted (HTTP 401)",
                code="401",
                cure="Renew the API token (JIRA_USER_EMAIL, JIRA_API_TOKEN) or, for Data Center,"
                " the personal access token (JIRA_PAT).",
            )
        failure = ServiceError(
            "Jira", call, answer, code=str(status), fields=_fields(error.response)
        )
        if status in _TRANSIENT:
            return TransientError(
                failure,
                rejected=status in _REJECTED,
                retry_after=_retry_after(error.response),
            )
        if status == requests.codes.not_found and _is_html(error.response):
            return self._not_jira(call)
        return failure

    def _not_jira(self, call: str) -> ServiceError:
        return ServiceError(
            "Jira",
            call,
            f"{self._url} does not answer like Jira (a web page instead of data)",
            code="not-jira",
            cure="Check JIRA_BASE_URL: the address of the site without any path, such as"
            " https://company.atlassian.net.",
        )


def _retry_after(response: requests.Response | None) -> float | None:
    text = response.headers.get("Retry-After", "") if response is not None else ""
    with contextlib.suppress(ValueError):
        return max(0.0, float(text))
    return None


def _is_html(response: requests.Response | None) -> bool:
    return response is not None and "html" in response.headers.get("Content-Type", "")


def _fields(response: requests.Response | None) -> dict[str, str]:
    """Messages by field. The names are stable; the messages are in the account's language."""
    with contextlib.suppress(*MALFORMED):
        errors = response.json()["errors"] if response is not None else {}
        return {str(name): _told(str(message)) for name, message in errors.items()}
    return {}


def _reason(response: requests.Response | None) -> str:
    """What Jira says is wrong; never a raw body, which may hold anything."""
    fields = _fields(response)
    messages: list[str] = []
    with contextlib.suppress(*MALFORMED):
        found = response.json()["errorMessages"] if response is not None else []
        messages = [str(each) for each in found]
    told = messages + [f"{name}: {message}" for name, message in fields.items()]
    return _told("; ".join(told)) or "no reason given"


def _told(answer: str) -> str:
    """As much of an answer as a person reads. Half a token would pass for no token, so: first."""
    return redact(answer)[:_ANSWER_LENGTH]
