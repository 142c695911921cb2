"""The only importer of `jira`: one `jira.JIRA`, set up so that a call is one request."""

import logging
from collections.abc import Mapping
from typing import Any, Final

import requests
from jira import JIRA, JIRAError
from requests.adapters import HTTPAdapter

from reconciler.services.errors import MALFORMED
from reconciler.services.settings import JiraSettings

# The library logs whole answers; the wire logs what happened.
logging.getLogger("jira").addHandler(logging.NullHandler())
logging.getLogger("jira").propagate = False
Api = JIRA
_CONNECT_TIMEOUT: Final = 5.0
_CONNECTIONS: Final = 64
"""As many connections are kept as threads may ask at once."""
_VERSION: Final = "2"
"""Of the REST API: text is wiki markup on Cloud and on Data Center."""
ODD_SHAPES: Final = (JIRAError, NotImplementedError, RecursionError, *MALFORMED)
"""What the library raises when it makes an object of an answer whose shape it does not expect."""


class RefusedError(Exception):
    """Jira answered with an error, a redirect, or something that is not JSON."""

    def __init__(self, response: requests.Response) -> None:
        """Keep the answer, which the library neither parses nor logs."""
        super().__init__(response.status_code)
        self.response = response


class JiraClient:
    """A `jira.JIRA` that is signed in, and its session for requests that it has no call for.

    Only those of its calls are used that are one request (docs/decisions/0031-jira-client.md).
    """

    def __init__(self, settings: JiraSettings, timeout: float) -> None:
        """Prepare the library's client; nothing is sent. `timeout` is in seconds."""
        auth: dict[str, Any] = (
            {"basic_auth": (settings.email, settings.token)}
            if settings.cloud
            else {"token_auth": settings.token}
        )
        self.api = JIRA(
            server=settings.url,
            options={"rest_api_version": _VERSION},
            get_server_info=False,  # would send a request here
            max_retries=0,  # would send a POST again after a lost answer
            timeout=(_CONNECT_TIMEOUT, timeout),
            **auth,
        )
        self._http = _session(self.api)
        self._http.mount(settings.url, HTTPAdapter(pool_maxsize=_CONNECTIONS))
        self._http.hooks["response"].append(_refuse)

    def request(
        self, method: str, path: str, data: str | None, params: Mapping[str, str] | None
    ) -> requests.Response:
        """One request of our own. Raises RefusedError, and what `requests` raises."""
        url = f"{self.api.server_url}/rest/api/{_VERSION}/{path}"
        return self._http.request(method, url, data=data, params=params)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _session(api: JIRA) -> requests.Session:
    """The session behind a client. The one private name of the library that is used.

    The library has no public one. `tests/services/test_jira_client.py` fails when it changes.
    """
    return api._session  # noqa: SLF001 - see above


def _refuse(response: requests.Response, *_: object, **__: object) -> None:
    """Raise RefusedError before the library sees an answer that it would not leave alone.

    It would follow a redirect to another host, sleep before it gives up on a 429, fail on an error
    whose body has an odd shape, and log a body that is not JSON.
    """
    body = response.content  # read whole, so that the connection is free again
    if response.status_code >= requests.codes.multiple_choices or not _is_data(response, body):
        raise RefusedError(response)


def _is_data(response: requests.Response, body: bytes) -> bool:
    if not body:
        return response.request.method != "GET"
    try:
        response.json()
    except (ValueError, RecursionError):
        return False
    return True
