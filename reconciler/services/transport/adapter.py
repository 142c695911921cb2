"""What every request of the three clients passes through, whichever library makes it."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Timeout

from reconciler.services.call_log import current_call
from reconciler.services.transport.answer import CheckedResponse, RefusedError, receive
from reconciler.services.transport.connection import POOLS
from reconciler.services.transport.exchange import continued
from reconciler.services.transport.trust import tls_context

_PORTS: Final = {"http": 80, "https": 443}
MayBeEmpty = Callable[[requests.PreparedRequest], bool]
"""True if a request has its due answer when the body is empty."""


class ForeignOriginError(Exception):
    """A request for another scheme, host or port than the service's. It was not sent."""


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port. Raises ValueError if the address is none."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)


class Adapter(HTTPAdapter):
    """Sends to one origin only, follows nothing, and reads each answer whole and within limits.

    What `requests` would read from the environment at each call was decided when it was made.
    """

    def __init__(
        self, url: str, seconds: float, connections: int, may_be_empty: MayBeEmpty
    ) -> None:
        """Send to the origin of `url`; a call takes at most so many seconds."""
        self._origin = origin(url)
        self._seconds = seconds
        self._may_be_empty = may_be_empty
        super().__init__(pool_connections=1, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as in requests
        """See HTTPAdapter."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:  # noqa: ANN401 - as in requests
        """See HTTPAdapter."""
        if urlsplit(proxy).scheme == "https":
            options["proxy_ssl_context"] = tls_context()
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: object,  # noqa: ARG002 - as in requests
        cert: object = None,  # noqa: ARG002 - as in requests
    ) -> tuple[Any, Any]:
        """See HTTPAdapter: the one TLS context, and no certificates beside it."""
        scheme, host, port = origin(str(request.url))
        tls = {"ssl_context": tls_context()} if scheme == "https" else {}
        return {"scheme": scheme, "host": host, "port": port}, tls

    def cert_verify(self, *_: object, **__: object) -> None:
        """See HTTPAdapter: it would add the certificates of `certifi` to the context."""

    def send(
        self,
        request: requests.PreparedRequest,
        *args: Any,  # noqa: ANN401 - as in requests
        **options: Any,  # noqa: ANN401 - as in requests
    ) -> CheckedResponse:
        """The answer. Raises RefusedError, ForeignOriginError, TooLargeError; see HTTPAdapter."""
        if origin(str(request.url)) != self._origin:
            raise ForeignOriginError
        request.headers["Accept-Encoding"] = "gzip"
        with continued(self._seconds) as exchange:
            left = exchange.seconds_left()
            options |= {"stream": True, "timeout": Timeout(connect=left, read=left)}
            try:
                response = super().send(request, *args, **options)
                if (call := current_call()) is not None:
                    call.answered(response.status_code, response.headers)
                return receive(response, may_be_empty=self._may_be_empty(request))
            except RefusedError:
                raise
            except BaseException:
                exchange.abandon()
                raise
