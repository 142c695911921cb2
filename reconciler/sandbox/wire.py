"""The HTTP server: one loop, several ports, connections that can be told apart and cut."""

import asyncio
import socket
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

HOST: Final = "127.0.0.1"


class Wire(H11Protocol):
    """A connection that the application finds as `scope["state"]["wire"]`."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        accepted: Counter[int],
    ) -> None:
        super().__init__(config, server_state, {**app_state, "wire": self}, _loop)
        self._calls = 0
        self._accepted = accepted

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection for its port, before any call has come."""
        self._accepted[transport.get_extra_info("sockname")[1]] += 1
        super().connection_made(transport)

    def count(self) -> int:
        """The number of calls on this connection, with the one that has just come."""
        self._calls += 1
        return self._calls

    def cut(self) -> None:
        """End the connection at once, whatever was on its way."""
        self.transport.abort()


class Server(uvicorn.Server):
    """A server that starts on sockets already bound, and stops without waiting for anybody."""

    def __init__(self, app: ASGIApp, certificate: Path | None = None) -> None:
        self.accepted: Counter[int] = Counter()
        """How many connections were made to each port."""
        wire: Any = partial(Wire, accepted=self.accepted)
        super().__init__(
            uvicorn.Config(
                app,
                http=wire,
                ws="none",
                loop="asyncio",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=60,
                ssl_certfile=certificate,
            )
        )
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        """Wait to be stopped."""
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._stop.wait()

    def stop(self) -> None:
        """Stop, from any thread."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything now: nobody is owed an answer from a sandbox."""
        for server in self.servers:
            server.close()
        for one in sockets or []:
            one.close()
        tasks = list(self.server_state.tasks)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # One more turn, in which the transports say goodbye to their protocols.
        await asyncio.sleep(0)


def bind(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 is any free one."""
    # Named as TCP in so many words: only then does asyncio turn Nagle's delays off.
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((HOST, port))
        found.listen(128)
    except OSError:
        found.close()
        raise
    return found
