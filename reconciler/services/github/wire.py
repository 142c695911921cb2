"""The only one that speaks HTTP with GitHub: one request, its retries, its errors in our words."""

import contextlib
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import requests

from reconciler.redaction import redact_tokens
from reconciler.services.errors import MALFORMED, ServiceError, http_answer
from reconciler.services.paging import Paging
from reconciler.services.retry import Retrier, RetryPolicy, TransientError
from reconciler.services.retry_after import reset_after, retry_after
from reconciler.services.settings import GitHubSettings
from reconciler.services.transport.adapter import origin
from reconciler.services.transport.answer import NO_CONTENT, CheckedResponse, RefusedError
from reconciler.services.transport.lanes import Lanes
from reconciler.services.transport.peer import Peer

_ANSWER_LENGTH: Final = 300
_TRANSIENT: Final = {408, 429, 500, 502, 503, 504}
_PAGE: Final = 100
"""The most that GitHub gives in one page."""
_MOST_PAGES: Final = 50
_NEXT: Final = re.compile(r'<([^>]*)>;\s*rel="next"')
_HEADERS: Final = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
    "User-Agent": "escalation-as-code",
}
Json = Any


class GitHubWire:
    """Requests to one GitHub, as one token."""

    def __init__(self, settings: GitHubSettings, timeout: float, retries: RetryPolicy) -> None:
        """Prepare a session; nothing is sent. A call takes at most `timeout` seconds."""
        lanes = Lanes(reading=1, changing=1)
        self._peer = Peer("GitHub", settings.url, "GITHUB_API_URL", timeout, lanes)
        self._session = self._peer.session()
        self._session.headers.update(_HEADERS)
        self._session.headers["Authorization"] = f"Bearer {settings.token}"
        self._url = settings.url
        self._repository = settings.repository
        self._gate = Retrier("GitHub", retries)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        """The JSON of the answer; None when there is no such thing. Raises ServiceError."""
        try:
            return self._send("GET", self._address(path), path, params=params).data
        except ServiceError as error:
            if error.code == "404":
                return None
            raise

    def pages(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Json]:
        """Everything in a list, page by page. Raises ServiceError."""
        url = self._address(path)
        query: dict[str, str] | None = {**(params or {}), "per_page": str(_PAGE)}
        paging = Paging("GitHub", f"GET {path}")
        for _ in range(_MOST_PAGES):
            response = self._send("GET", url, path, params=query)
            entries = _listed(response.data)
            yield from entries
            found = _NEXT.search(response.headers.get("Link", ""))
            if found is None:
                return
            url, query = self._same_host(found[1], path), None
            paging.turn(url, len(entries))
        raise ServiceError(
            "GitHub", f"GET {path}", f"the list has more than {_MOST_PAGES * _PAGE} entries"
        )

    def send(self, method: str, path: str, body: Json, *, repeatable: bool) -> Json:
        """The JSON of the answer to a change. Raises ServiceError."""
        address = self._address(path)
        return self._send(method, address, path, body=body, repeatable=repeatable).data

    def _address(self, path: str) -> str:
        return f"{self._url}/{path}"

    def _same_host(self, url: str, path: str) -> str:
        """The next page, unless it is somewhere else: the token goes to one host only."""
        if origin(url) != origin(self._url):
            raise ServiceError("GitHub", f"GET {path}", "the next page is on another host")
        return url

    def _send(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        url: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Json = None,
        repeatable: bool = True,
    ) -> CheckedResponse:
        # The limits are those of the token, and stricter for what writes.
        limit = "reads" if method == "GET" else "writes"
        call = f"{method} {path.removeprefix(f'repos/{self._repository}/')}"
        return self._gate.call(
            call,
            lambda: self._once(call, method, url, params, body),
            repeatable=repeatable,
            limit=limit,
        )

    def _once(
        self, call: str, method: str, url: str, params: Mapping[str, str] | None, body: Json
    ) -> CheckedResponse:
        try:
            response = self._peer.exchange(
                call,
                lambda: self._session.request(method, url, params=params, json=body),
                reads=method == "GET",
            )
        except RefusedError as error:
            raise self._refusal(call, error.response) from error
        answer = cast("CheckedResponse", response)
        if answer.status_code != NO_CONTENT and not isinstance(answer.data, dict | list):
            raise TransientError(self._not_github(call), rejected=False)
        return answer

    def _refusal(self, call: str, response: CheckedResponse) -> Exception:
        status = response.status_code
        if status < requests.codes.multiple_choices:
            return TransientError(self._not_github(call), rejected=False)
        reason = _reason(response)
        if (wait := _limited(status, response)) is not None:
            until = time.strftime("%H:%M:%S UTC", time.gmtime(time.time() + wait))
            failure = ServiceError(
                "GitHub",
                call,
                f"too many requests; GitHub accepts requests again at {until}",
                code="limited",
                remedy="The next run continues. A token of Actions has 1,000 requests an hour for "
                "each repository, so start runs less often.",
            )
            return TransientError(failure, rejected=True, retry_after=wait)
        failure = ServiceError(
            "GitHub",
            call,
            http_answer(status, reason),
            code=str(status),
            remedy=_CURES.get(status, ""),
        )
        if status in _TRANSIENT:
            return TransientError(failure, rejected=False)
        if status < requests.codes.bad_request or "json" not in _type(response):
            return self._not_github(call)
        return failure

    def _not_github(self, call: str) -> ServiceError:
        return ServiceError(
            "GitHub",
            call,
            f"{self._url} does not answer like GitHub's API",
            code="not-github",
            remedy="Check GITHUB_API_URL: https://api.github.com, or https://HOST/api/v3 of your "
            "own GitHub Enterprise. Check GITHUB_REPOSITORY as well: the repository may "
            "have a new name.",
        )


_CURES: Final = {
    401: "Renew GITHUB_TOKEN.",
    403: (
        "Give the token this permission. In a workflow, set `permissions` of the job "
        "(contents: read, pull-requests: read or write, statuses: write)."
    ),
    404: "Check GITHUB_REPOSITORY, and that the token may read that repository.",
    410: "This feature is switched off in the settings of the repository.",
}


def _listed(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise ServiceError("GitHub", "answer", "the answer is not a list")
    return value


def _limited(status: int, response: requests.Response) -> float | None:
    """Seconds until requests are taken again; None when it is something else.

    Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api (a
    primary limit has no requests remaining, a secondary one says retry-after; both 403 or 429).
    """
    if status not in {requests.codes.forbidden, requests.codes.too_many_requests}:
        return None
    headers = response.headers
    if (wished := retry_after(headers)) is not None:
        return wished
    if headers.get("X-RateLimit-Remaining") == "0" and (reset := reset_after(headers)) is not None:
        return max(1.0, reset)
    if status == requests.codes.too_many_requests or "rate limit" in _reason(response).lower():
        return 60.0
    return None


def _type(response: requests.Response) -> str:
    return response.headers.get("Content-Type", "")


def _reason(response: requests.Response) -> str:
    """What GitHub says is wrong; never a raw body, which may hold anything."""
    reasons: list[str] = []
    with contextlib.suppress(*MALFORMED):
        body = response.json()
        reasons.append(str(body["message"]))
        reasons += [str(each["message"]) for each in body.get("errors") or () if "message" in each]
    # Half a token would pass for no token, so it is blanked before it is cut.
    return redact_tokens("; ".join(reasons))[:_ANSWER_LENGTH] or "no reason given"
