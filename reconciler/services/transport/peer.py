"""One service as the transport sees it: where it is, and why there is no answer."""

import ssl
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Final, TypeVar

import requests
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

from reconciler.services.call_log import current_call
from reconciler.services.errors import TOO_LARGE, Effect, ServiceError
from reconciler.services.retry import TransientError
from reconciler.services.transport.adapter import Adapter, ForeignOriginError, MayBeEmpty
from reconciler.services.transport.exchange import LARGEST_ANSWER, MEBIBYTE, Exchange, TooLargeError
from reconciler.services.transport.exchange import exchange as begin
from reconciler.services.transport.lanes import Lanes

T = TypeVar("T")
_NETWORK: Final = (requests.RequestException, HTTPError, HTTPException, OSError)
"""What the libraries raise when there is no whole answer."""
_UNTRUSTED: Final = (
    "Add the certificate authority to what the system trusts, or name a PEM file in SSL_CERT_FILE. "
    "Check that no proxy answers in the service's place."
)


def _never(_: requests.PreparedRequest) -> bool:
    return False


@dataclass(frozen=True)
class Peer:
    """Slack, Jira or GitHub."""

    name: str
    url: str
    variable: str
    """The environment variable that holds the address."""
    seconds: float
    """The most that one call may take, from the name look-up to the last byte of the answer."""
    lanes: Lanes = field(compare=False)

    def equip(
        self, session: requests.Session, may_be_empty: MayBeEmpty = _never
    ) -> requests.Session:
        """Let a session send through the transport and no other way.

        The proxy is the environment's; a .netrc is not read.
        """
        session.trust_env = False
        session.proxies.update(get_environ_proxies(self.url))
        for adapter in session.adapters.values():
            adapter.close()
        session.adapters.clear()
        session.mount("", Adapter(self.url, self.seconds, self.lanes.changing, may_be_empty))
        return session

    def session(self) -> requests.Session:
        """A session of its own for this service."""
        return self.equip(requests.Session())

    def exchange(self, call: str, send: Callable[[], T], *, reads: bool) -> T:
        """What `send` returns.

        Raises RefusedError, ServiceError and TransientError, which is `rejected` if nothing was
        sent.
        """
        logged = current_call()
        measured = nullcontext() if logged is None else logged.measured()
        with self.lanes.one(reads=reads), measured, begin(self.seconds) as exchange:
            try:
                return send()
            except ForeignOriginError as error:
                raise ServiceError(
                    self.name, call, "the request is for another host, so it was not sent"
                ) from error
            except TooLargeError as error:
                raise self._too_large(call) from error
            except _NETWORK as error:
                raise self._failure(call, exchange, error) from error

    def _failure(self, call: str, exchange: Exchange, error: Exception) -> Exception:
        if not exchange.sent:
            if _is_untrusted(error):
                return self._unreachable(call, "the certificate is not trusted", _UNTRUSTED)
            failure = self._unreachable(call, "no connection")
            return TransientError(failure, rejected=True, silent=True)
        if exchange.is_over or isinstance(error, requests.Timeout):
            failure = ServiceError(self.name, call, "no answer in time")
        else:
            failure = self._unreachable(call, "connection failed")
        return TransientError(failure, rejected=False, silent=True)

    def _unreachable(self, call: str, what: str, remedy: str = "") -> ServiceError:
        return ServiceError(
            self.name,
            call,
            f"{what}: {self.url}",
            code="unreachable",
            remedy=remedy or f"Check {self.variable} and the network between here and {self.name}.",
        )

    def _too_large(self, call: str) -> ServiceError:
        most = LARGEST_ANSWER // MEBIBYTE
        return ServiceError(
            self.name,
            call,
            f"the answer is larger than {most} MiB",
            code=TOO_LARGE,
            remedy=f"Check {self.variable}.",
            effect=Effect.UNKNOWN,
        )


def _is_untrusted(error: BaseException) -> bool:
    """True if a certificate was refused, which waiting does not change."""
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    return any(isinstance(each, ssl.SSLCertVerificationError) for each in causes)
