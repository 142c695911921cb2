"""One HTTP exchange over `requests`: whatever goes wrong below HTTP, in words of ours."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import requests

from reconciler.services.errors import ServiceError
from reconciler.services.retry import TransientError

T = TypeVar("T")


@dataclass(frozen=True)
class Peer:
    """Who is asked, and what to look at when nobody answers."""

    service: str
    url: str
    variable: str
    """The environment variable that holds the address."""

    def exchange(self, call: str, send: Callable[[], T]) -> T:
        """What `send` returns.

        Raises TransientError; `rejected` when the request cannot have reached the service.
        """
        try:
            return send()
        except requests.exceptions.ConnectTimeout as error:
            failure = self._unreachable(call, "no connection")
            raise TransientError(failure, rejected=True, silent=True) from error
        except requests.exceptions.ConnectionError as error:
            failure = self._unreachable(call, "connection failed")
            never = _never_connected(error)
            raise TransientError(failure, rejected=never, silent=True) from error
        except requests.exceptions.Timeout as error:
            failure = ServiceError(self.service, call, "no answer in time")
            raise TransientError(failure, rejected=False, silent=True) from error
        except requests.RequestException as error:
            message = f"broken answer ({type(error).__name__})"
            failure = ServiceError(self.service, call, message)
            raise TransientError(failure, rejected=False) from error

    def _unreachable(self, call: str, what: str) -> ServiceError:
        return ServiceError(
            self.service,
            call,
            f"{what}: {self.url}",
            code="unreachable",
            remedy=f"Check {self.variable} and the network between here and {self.service}.",
        )


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    """Whether the request cannot have reached the service."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError"}
