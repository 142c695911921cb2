"""Jira's front door: whose credentials they are, which route it is, and how errors look."""

import base64
import binascii
from dataclasses import replace
from typing import Final

from reconciler.sandbox import (
    jira_comments,
    jira_edit,
    jira_issues,
    jira_links,
    jira_people,
    jira_properties,
    jira_remote,
    jira_search,
    jira_workflow,
)
from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.incoming import Glance, Incoming
from reconciler.sandbox.jira_call import Face, JiraCall, JiraError
from reconciler.sandbox.jira_state import Account
from reconciler.sandbox.rates import Rates
from reconciler.sandbox.routes import Route, RouteMatch, find
from reconciler.sandbox.world import World

ROUTES: Final[list[Route[JiraCall]]] = [
    route
    for family in (
        jira_issues.routes,
        jira_edit.routes,
        jira_search.routes,
        jira_comments.routes,
        jira_properties.routes,
        jira_links.routes,
        jira_remote.routes,
        jira_workflow.routes,
        jira_people.routes,
    )
    for route in family
]
API: Final = "/rest/api/2/"
LOGIN_PAGE: Final = "<html><head><title>Unauthorized (401)</title></head><body>Log in</body></html>"


class JiraService:
    """Answers calls to one face of the site."""

    def __init__(self, world: World, face: Face, token: str, search_lag: float) -> None:
        self.name = "jira" if face == "cloud" else "jira-dc"
        self.search_lag = search_lag
        self._world = world
        self._face = face
        self._token = token

    def glance(self, incoming: Incoming) -> Glance:
        """What the log says about a call."""
        incoming, _ = self._inside(incoming)
        found = self._find(incoming)
        account = self._account(incoming)
        request: JsonObject = {
            "method": incoming.method,
            "path": incoming.path,
            "params": found.params,
            "query": {name: ",".join(values) for name, values in incoming.query.items()},
        }
        try:
            request["body"] = incoming.json()
        except ValueError:
            request["body"] = incoming.body.decode("utf-8", "replace")
        name = f"{incoming.method} {found.template}"
        return Glance(name, account.name if account else "", request)

    def refuse(self, rates: Rates, glance: Glance, incoming: Incoming) -> Answer | None:
        """The answer to a call that comes too soon."""
        return rates.jira(glance, incoming, self._world.clock.seconds())

    def answer(self, incoming: Incoming) -> Answer:
        """Run the route, or say why not."""
        incoming, gateway = self._inside(incoming)
        if not incoming.path.startswith(API):
            return _no_such_path(incoming)
        found = self._find(incoming)
        account = self._account(incoming)
        if account is None:
            return self._unauthorized()
        if self._face == "cloud" and account.id == self._world.jira.bot:
            refusal = self._out_of_scope(found, gateway=gateway)
            if refusal is not None:
                return refusal
        if found.route is None:
            return _no_such_path(incoming, 405 if found.params else 404)
        call = JiraCall(
            incoming=incoming,
            world=self._world,
            account=account,
            face=self._face,
            base=f"http://{incoming.headers.get('host', '127.0.0.1')}",
            params=found.params,
            search_lag=self.search_lag,
        )
        try:
            return found.route.run(call)
        except JiraError as error:
            body = {"errorMessages": error.messages, "errors": error.errors}
            words = [*error.messages, *(f"{key}: {text}" for key, text in error.errors.items())]
            return Answer(error.status, body, error="; ".join(words))

    def _inside(self, incoming: Incoming) -> tuple[Incoming, bool]:
        """The request as the site gets it, and whether it came through Atlassian's gateway."""
        prefix = f"/ex/jira/{self._world.jira.cloud_id}"
        if self._face == "cloud" and incoming.path.startswith(f"{prefix}/"):
            return replace(incoming, path=incoming.path.removeprefix(prefix)), True
        return incoming, False

    def _out_of_scope(self, found: RouteMatch[JiraCall], *, gateway: bool) -> Answer | None:
        """The refusal of a token with scopes, at the site or without the right scope.

        Source: https://support.atlassian.com/user-management/docs/\
manage-api-tokens-for-service-accounts/ .
        """
        scopes = self._world.jira_scopes
        if scopes is None:
            return None
        if not gateway:
            return self._unauthorized()
        if found.route is None or _scope(found.route) in scopes:
            return None
        text = "Unauthorized; scope does not match"
        return Answer(401, {"code": 401, "message": text}, error=text)

    def _find(self, incoming: Incoming) -> RouteMatch[JiraCall]:
        if not incoming.path.startswith(API):
            return RouteMatch(incoming.path, None, {})
        inside = incoming.path.removeprefix(API).strip("/")
        found = find(ROUTES, incoming.method, inside.split("/"), self._face)
        return found or RouteMatch(f"/{inside}", None, {})

    def _account(self, incoming: Incoming) -> Account | None:
        scheme, _, secret = incoming.headers.get("authorization", "").partition(" ")
        if self._face == "dc":
            return self._by_token(secret) if scheme.lower() == "bearer" else None
        if scheme.lower() != "basic":
            return None
        try:
            email, _, token = base64.b64decode(secret, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        account = self._by_token(token)
        matches = account is not None and account.email.casefold() == email.casefold()
        return account if matches else None

    def _by_token(self, token: str) -> Account | None:
        jira = self._world.jira
        if token == self._token:
            return jira.accounts[jira.bot]
        wanted = token.removeprefix("jira-")
        account = jira.by_name(wanted) or jira.accounts.get(wanted)
        known = account is not None and account.active and account.id != jira.bot
        return account if known and token.startswith("jira-") else None

    def _unauthorized(self) -> Answer:
        headers = {"x-seraph-loginreason": "AUTHENTICATED_FAILED"}
        text = "Client must be authenticated to access this resource."
        if self._face == "dc":
            return Answer(401, None, headers, LOGIN_PAGE, "text/html;charset=UTF-8", text)
        headers["www-authenticate"] = 'OAuth realm="sandbox"'
        return Answer(401, {"errorMessages": [text], "errors": {}}, headers, error=text)


def _scope(route: Route[JiraCall]) -> str:
    """The scope that Jira's description of its REST API names for an operation."""
    first = route.template.strip("/").partition("/")[0]
    if first in {"myself", "user"}:
        return "read:jira-user"
    reads = route.method == "GET" or "bulkfetch" in route.template or "search" in route.template
    return "read:jira-work" if reads else "write:jira-work"


def _no_such_path(incoming: Incoming, status: int = 404) -> Answer:
    text = f"null for uri: {incoming.path}"
    page = f"<html><head><title>Oops</title></head><body>HTTP {status} {text}</body></html>"
    return Answer(status, None, {}, page, "text/html;charset=UTF-8", text)
