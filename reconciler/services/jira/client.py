"""The only importer of `jira`: one `jira.JIRA`, set up so that a call is one request."""

import logging
from collections.abc import Mapping
from typing import Any, Final, cast

import requests
from jira import JIRA, JIRAError

from reconciler.services.errors import MALFORMED
from reconciler.services.settings import JiraSettings
from reconciler.services.transport.answer import CheckedResponse
from reconciler.services.transport.peer import Peer

# The library logs whole answers; the wire logs what happened.
logging.getLogger("jira").addHandler(logging.NullHandler())
logging.getLogger("jira").propagate = False
Api = JIRA
_VERSION: Final = "2"
"""Of the REST API: text is wiki markup on Cloud and on Data Center."""
ODD_SHAPES: Final = (JIRAError, NotImplementedError, RecursionError, *MALFORMED)
"""What the library raises when it makes an object of an answer whose shape it does not expect."""


class JiraClient:
    """A `jira.JIRA` that is signed in, and its session for requests that it has no call for.

    Only those of its calls are used that are one request (docs/decisions/0031-jira-client.md).
    """

    def __init__(self, settings: JiraSettings, peer: Peer) -> None:
        """Prepare the library's client; nothing is sent."""
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
            **auth,
        )
        self._http = _session(self.api)
        peer.equip(self._http, may_be_empty=_may_be_empty)
        self._http.hooks["response"].append(self._keep_cookies)

    def request(
        self, method: str, path: str, data: str | None, params: Mapping[str, str] | None
    ) -> CheckedResponse:
        """One request of our own. Raises RefusedError, and what `requests` raises."""
        url = f"{self.api.server_url}/rest/api/{_VERSION}/{path}"
        answer = self._http.request(method, url, data=data, params=params)
        return cast("CheckedResponse", answer)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _keep_cookies(self, response: requests.Response, **_: object) -> None:
        """Stay with the node of Data Center that answered: another may not know of it yet."""
        self._http.cookies.update(response.cookies)


def _session(api: JIRA) -> requests.Session:
    """The session behind a client. The one private name of the library that is used.

    The library has no public one. `tests/services/test_jira_client.py` fails when it changes.
    """
    return api._session  # noqa: SLF001 - see above


def _may_be_empty(request: requests.PreparedRequest) -> bool:
    """True for a property that is written: Jira answers with 200 or 201 and nothing else."""
    return request.method == "PUT" and "/properties/" in str(request.url)
