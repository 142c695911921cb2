"""The site as an ASGI application, with the checks that hold for all of its pages."""

import hashlib
import threading
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from reconciler.sandbox.incoming import read
from reconciler.sandbox.pages.acting import Acting, ActRefusedError, Services
from reconciler.sandbox.pages.forms import FORMS, PageForm
from reconciler.sandbox.pages.guard import HEADERS, Guard, local_path
from reconciler.sandbox.pages.links import PageLinks
from reconciler.sandbox.pages.people import COOKIE, CompanyPeople
from reconciler.sandbox.pages.render import static
from reconciler.sandbox.pages.routes import PAGES, missing
from reconciler.sandbox.pages.view import Handler, PageView
from reconciler.sandbox.world import World

Answering = Callable[[Request], Awaitable[Response]]
_LONGEST_FORM: Final = 300_000
"""Bytes: more than any text that a service takes."""


class Pages:
    """The pages of one world; `addresses` are those that the sandbox serves."""

    def __init__(
        self, world: World, lock: threading.RLock, services: Services, addresses: tuple[str, ...]
    ) -> None:
        self._world = world
        self._lock = lock
        self._services = services
        self._addresses = addresses
        self._guard = Guard()
        self._missing = self._page(missing)
        forms = [
            Route(path, self._form(self._filled(form)), methods=["POST"])
            for path, form in FORMS.items()
        ]
        shown = [Route(path, self._page(show), methods=["GET"]) for path, show in PAGES.items()]
        person = Route("/person", self._form(self._choose), methods=["POST"])
        fixed = Route("/static/{name}", _static, methods=["GET"])
        self._router = Router([fixed, person, *forms, *shown], redirect_slashes=False)
        self._router.default = self._not_found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, if the browser asked for this machine by name."""
        if self._guard.is_local(Request(scope)):
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

    def _form(self, act: Callable[[PageView], Response]) -> Answering:
        """Answer a form, if it comes from these pages."""

        async def answer(request: Request) -> Response:
            length = request.headers.get("content-length", "")
            if not length.isdecimal() or int(length) > _LONGEST_FORM:
                return Response("Too long.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HEADERS)
            form = (await read(request)).form()
            if not self._guard.is_own_form(request, form.get("token", "")):
                text = "Only forms of these pages are accepted. Reload the page."
                return Response(text, HTTPStatus.FORBIDDEN, HEADERS)
            with self._lock:
                response = act(self._view(request, form))
            response.headers.update(HEADERS)
            return response

        return answer

    def _filled(self, form: PageForm) -> Callable[[PageView], Response]:
        def act(view: PageView) -> Response:
            if view.person is None:
                return form.page(view.refused("There are no people in this sandbox."))
            try:
                form.act(view, Acting(self._services, view.person, view.people))
            except ActRefusedError as error:
                return form.page(view.refused(str(error)))
            return RedirectResponse(view.request.url.path, HTTPStatus.SEE_OTHER)

        return act

    def _choose(self, view: PageView) -> Response:
        """Act as another person, and go back to the page."""
        response = RedirectResponse(local_path(view.form.get("here", "/")), HTTPStatus.SEE_OTHER)
        chosen = view.form.get("person", "")
        if chosen in view.people.by_handle:
            response.set_cookie(COOKIE, chosen, httponly=True, samesite="lax")
        return response

    def _view(self, request: Request, form: dict[str, str] | None = None) -> PageView:
        links = PageLinks(self._world, self._addresses)
        people, token = CompanyPeople(self._world), self._guard.token
        return PageView(request, self._world, people, links, token, form or {})


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
