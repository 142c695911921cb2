"""The only importer of `slack_sdk`: a `WebClient` that sends through the transport."""

import json
import logging
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from reconciler.services.settings import SlackSettings
from reconciler.services.transport.answer import CheckedResponse, RefusedError
from reconciler.services.transport.peer import Peer

# The library logs whole answers; the wire logs what happened.
_unheard = logging.getLogger(f"{__name__}.unheard")
_unheard.propagate = False
_unheard.addHandler(logging.NullHandler())
Response = SlackResponse
NotOkError = SlackApiError
"""Slack answered that it did not do what was asked."""
LibraryError = SlackClientError


class SlackClient(WebClient):
    """The library's client with one method replaced: the one that sends, by `urllib`.

    `tests/services/test_slack_client.py` fails when a version of the library sends otherwise.
    """

    def __init__(self, settings: SlackSettings, peer: Peer) -> None:
        """Prepare a client; nothing is sent."""
        super().__init__(
            token=settings.token, base_url=settings.url, retry_handlers=[], logger=_unheard
        )
        self._http = peer.session()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _perform_urllib_http_request(self, *, url: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Send one call, of which the library made the headers and the parameters."""
        sent = json.dumps(args["json"]) if args["json"] else urlencode(args["params"] or {})
        headers = {**args["headers"], "Accept": "application/json"}
        response = self._http.post(url, sent.encode(), headers=headers)
        answer = cast("CheckedResponse", response)
        if not isinstance(answer.data, dict) or not isinstance(answer.data.get("ok"), bool):
            raise RefusedError(answer)
        return {
            "status": answer.status_code,
            "headers": answer.headers,
            "parsed_body": answer.data,
        }
