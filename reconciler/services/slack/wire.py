"""One call to Slack: how often it is tried, and what can go wrong with it, in our words."""

from collections.abc import Callable
from typing import Any, Final

from reconciler.redaction import redact_tokens
from reconciler.services.errors import ServiceError, reading_answer
from reconciler.services.retry import Retrier, RetryPolicy, TransientError
from reconciler.services.retry_after import retry_after
from reconciler.services.settings import SlackSettings
from reconciler.services.slack.client import LibraryError, NotOkError, Response, SlackClient
from reconciler.services.slack.shapes import SHAPES
from reconciler.services.transport.answer import CheckedResponse, RefusedError
from reconciler.services.transport.lanes import Lanes
from reconciler.services.transport.peer import Peer
from reconciler.services.transport.shape import require

Send = Callable[[SlackClient], Response]
"""One call of the client's."""

_TOKEN_ERRORS: Final = frozenset(
    {
        "not_authed",
        "invalid_auth",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "org_login_required",
        "ekm_access_denied",
        "team_added_to_org",
        "enterprise_is_restricted",
        "access_denied",
        "accesslimited",
    }
)
_REJECTED: Final = frozenset({"ratelimited", "rate_limited"})
_TRANSIENT: Final = frozenset(
    {*_REJECTED, "service_unavailable", "request_timeout", "internal_error", "fatal_error"}
)
_TOO_MANY_REQUESTS: Final = 429
_SERVER_ERROR: Final = 500
_OK: Final = 200
_READS: Final = frozenset(
    {"conversations", "history", "info", "list", "lookupByEmail", "members", "replies", "test"}
)
"""How the names of methods end that change nothing."""


class SlackWire:
    """Calls to one workspace with one bot token."""

    def __init__(self, settings: SlackSettings, timeout: float, retries: RetryPolicy) -> None:
        """Prepare a client; nothing is sent. A call takes at most `timeout` seconds."""
        lanes = Lanes(reading=2, changing=5)
        self._peer = Peer("Slack", settings.url, "SLACK_API_URL", timeout, lanes)
        self._client = SlackClient(settings, self._peer)
        self._gate = Retrier("Slack", retries)
        self._url = settings.url

    def call(self, method: str, send: Send, *, repeatable: bool) -> Response:
        """The answer to one call. Raises ServiceError."""
        return self._gate.call(method, lambda: self._once(method, send), repeatable=repeatable)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _once(self, method: str, send: Send) -> Response:
        try:
            with reading_answer("Slack", method):  # the library takes the answer apart, too
                response = self._peer.exchange(
                    method, lambda: send(self._client), reads=is_read(method)
                )
                require(response.data, SHAPES.get(method, {}))
        except NotOkError as error:
            raise self._refusal(method, error.response) from error
        except RefusedError as error:
            raise self._refusal(method, error.response) from error
        except LibraryError as error:
            raise self._not_slack(method, _OK) from error
        return response

    def _refusal(self, method: str, response: Response | CheckedResponse) -> Exception:
        data = response.data if isinstance(response.data, dict) else {}
        code = str(data.get("error") or "")
        status = response.status_code
        if status == _TOO_MANY_REQUESTS or code in _TRANSIENT or status >= _SERVER_ERROR:
            limited = status == _TOO_MANY_REQUESTS or code in _REJECTED
            answer = "too many requests" if limited else f"HTTP {status} {_word(code)}".strip()
            return TransientError(
                ServiceError("Slack", method, answer, code=_word(code)),
                rejected=limited,
                retry_after=retry_after(response.headers) if limited else None,
            )
        if not code or code != _word(code) or (status != _OK and not data):
            return self._not_slack(method, status)
        return self._plain_refusal(method, code, data)

    def _plain_refusal(self, method: str, code: str, data: dict[str, Any]) -> ServiceError:
        remedy = ""
        if code in _TOKEN_ERRORS:
            remedy = "Renew SLACK_BOT_TOKEN: reinstall the app and copy its bot token."
        elif code == "missing_scope":
            remedy = _missing_scope(method, str(data.get("needed") or ""))
        scopes: dict[str, str] = {
            each: str(data[each]) for each in ("needed", "provided") if each in data
        }
        fields = scopes | refusals_by_person(data)
        return ServiceError("Slack", method, code, code=code, remedy=remedy, fields=fields)

    def _not_slack(self, method: str, status: int) -> Exception:
        failure = ServiceError(
            "Slack",
            method,
            f"{self._url} does not answer like Slack (HTTP {status}, no data)",
            code="not-slack",
            remedy="Check SLACK_API_URL. For slack.com, unset the variable.",
        )
        # A proxy may have answered after Slack did its part, so this is read back like a loss.
        return TransientError(failure, rejected=False)


def _missing_scope(method: str, needed: str) -> str:
    """What to do about a missing scope, which Slack does not always name."""
    if needed:
        scope = redact_tokens(needed)[:80]
        return f"Add the scope {scope} to the Slack app and reinstall it."
    return (
        f"Slack does not name the missing scope. See which scopes {method} needs, at"
        f" https://docs.slack.dev/reference/methods/{method}. Add it to the Slack app and reinstall"
        " it. `escalate doctor` lists the scopes that the tool needs."
    )


def refusals_by_person(data: object) -> dict[str, str]:
    """Why people cannot be invited, by Slack id, as far as an answer shows it."""
    errors = data.get("errors") if isinstance(data, dict) else None
    return {
        str(each["user"]): str(each["error"])
        for each in (errors if isinstance(errors, list) else ())
        if isinstance(each, dict) and each.get("user") and each.get("error")
    }


def _word(code: str) -> str:
    """The code when it looks like one of Slack's; anything else is not repeated to a person."""
    return code if code.replace("_", "").isalnum() and len(code) < 60 else ""  # noqa: PLR2004


def is_read(method: str) -> bool:
    """True if a method changes nothing."""
    return method.rpartition(".")[2] in _READS
