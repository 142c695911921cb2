"""The site as an ASGI application, with the checks that hold for all of its pages."""

import hashlib
import threading
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from reconciler.sandbox.pages.guard import HEADERS, Guard
from reconciler.sandbox.pages.links import PageLinks
from reconciler.sandbox.pages.people import CompanyPeople
from reconciler.sandbox.pages.render import static
from reconciler.sandbox.pages.routes import PAGES, Handler, missing
from reconciler.sandbox.pages.view import PageView
from reconciler.sandbox.world import World

Answering = Callable[[Request], Awaitable[Response]]


class Pages:
    """The pages of one world; `services` are the addresses that the sandbox serves."""

    def __init__(self, world: World, lock: threading.RLock, services: tuple[str, ...]) -> None:
        self._world = world
        self._lock = lock
        self._services = services
        self._guard = Guard()
        shown = [Route(path, self._page(show), methods=["GET"]) for path, show in PAGES.items()]
        self._router = Router([Route("/static/{name}", _static), *shown], redirect_slashes=False)
        self._missing = self._page(missing)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, if the browser asked for this machine by name."""
        request = Request(scope, receive)
        if self._guard.is_local(request):
            self._router.default = self._not_found
            await self._router(scope, receive, send)
        else:
            text = "The sandbox answers only at 127.0.0.1."
            await Response(text, HTTPStatus.MISDIRECTED_REQUEST)(scope, receive, send)

    async def _not_found(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["path_params"] = {}
        response = await self._missing(Request(scope, receive))
        await response(scope, receive, send)

    def _page(self, show: Handler) -> Answering:
        async def answer(request: Request) -> Response:
            with self._lock:
                response = show(self._view(request))
            return _unless_known(request, response)

        return answer

    def _view(self, request: Request) -> PageView:
        links = PageLinks(self._world, self._services)
        return PageView(request, self._world, CompanyPeople(self._world), links, self._guard.token)


def _unless_known(request: Request, response: Response) -> Response:
    """The page with a tag of its content; without the content if the browser has it."""
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == tag:
        response = Response(status_code=HTTPStatus.NOT_MODIFIED)
    response.headers.update({**HEADERS, "etag": tag})
    return response


async def _static(request: Request) -> Response:
    found = static(request.path_params["name"])
    if found is None:
        return Response("Not found", HTTPStatus.NOT_FOUND, HEADERS)
    body, kind = found
    return _unless_known(request, Response(body, headers={"content-type": kind}))
