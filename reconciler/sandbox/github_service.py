"""GitHub's front door: whose token it is, which route it is, and how much of the limit is left."""

from typing import Final

from reconciler.sandbox import (
    github_activity,
    github_comments,
    github_commits,
    github_environments,
    github_files,
    github_issues,
    github_merge,
    github_pulls,
    github_repo,
    github_reviews,
    github_rulesets,
    github_secrets,
    github_settings,
)
from reconciler.sandbox.answer import Answer, JsonObject
from reconciler.sandbox.github_call import NOT_FOUND, GitHubCall, GitHubError
from reconciler.sandbox.github_state import ACTIONS_BOT, User
from reconciler.sandbox.incoming import Glance, Incoming
from reconciler.sandbox.rates import HourlyQuota, Rates
from reconciler.sandbox.routes import Route, RouteMatch, find
from reconciler.sandbox.world import World

ROUTES: Final[list[Route[GitHubCall]]] = [
    route
    for family in (
        github_activity.routes,
        github_pulls.routes,
        github_merge.routes,
        github_issues.routes,
        github_reviews.routes,
        github_comments.routes,
        github_commits.routes,
        github_repo.routes,
        github_settings.routes,
        github_environments.routes,
        github_secrets.routes,
        github_rulesets.routes,
        github_files.routes,
    )
    for route in family
]
_ENTERPRISE: Final = "/api/v3"
# GitHub's description knows only bodies that are JSON. The examples with curl in its documentation
# label JSON as a form: https://docs.github.com/en/rest/using-the-rest-api/.
_DOCS: Final = "https://docs.github.com/rest"


class GitHubService:
    """Answers calls to the API, at the root as github.com and below /api/v3 as Enterprise."""

    name = "github"

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self._budget = HourlyQuota()

    def glance(self, incoming: Incoming) -> Glance:
        """What the log says about a call."""
        found = self._find(incoming)
        user = self._user(incoming)
        request: JsonObject = {
            "method": incoming.method,
            "path": incoming.path,
            "params": found.params if found else {},
            "query": {name: values[-1] for name, values in incoming.query.items()},
        }
        try:
            request["body"] = incoming.json()
        except ValueError:
            request["body"] = incoming.body.decode("utf-8", "replace")
        name = f"{incoming.method} {found.template if found else incoming.path}"
        return Glance(name, user.login if user else "", request)

    def refuse(self, rates: Rates, glance: Glance, incoming: Incoming) -> Answer | None:
        """The answer to a call when the hour's requests are used up, or too many make content."""
        writes = incoming.method != "GET"
        self._budget = rates.github(glance.actor, self._world.clock.seconds(), writes=writes)
        if self._budget.exceeded:
            text = "API rate limit exceeded for installation."
        elif self._budget.wait:
            text = "You have exceeded a secondary rate limit. Please wait before you try again."
        else:
            return None
        body = {"message": text, "documentation_url": _DOCS}
        return Answer(403, body, self._budget.headers(), error=text)

    def answer(self, incoming: Incoming) -> Answer:
        """Run the route, or say why not."""
        answer = self._answer(incoming)
        headers = {**self._budget.headers(), **answer.headers}
        return Answer(
            answer.status, answer.body, headers, answer.raw, answer.media_type, answer.error
        )

    def _answer(self, incoming: Incoming) -> Answer:
        user = self._user(incoming)
        if user is None:
            return _refusal(GitHubError(401, "Bad credentials"))
        found = self._find(incoming)
        if found is None or found.route is None or not self._sees(user, found):
            return _refusal(GitHubError(NOT_FOUND, "Not Found"))
        if incoming.body and not (incoming.is_json or incoming.is_form):
            return _refusal(GitHubError(415, "Unsupported Media Type"))
        below = _ENTERPRISE if incoming.path.startswith(f"{_ENTERPRISE}/") else ""
        base = f"http://{incoming.headers.get('host', '127.0.0.1')}{below}"
        try:
            return found.route.run(GitHubCall(incoming, self._world, user, base, found.params))
        except GitHubError as error:
            return _refusal(error)

    def _find(self, incoming: Incoming) -> RouteMatch[GitHubCall] | None:
        path = incoming.path.removeprefix(_ENTERPRISE)
        return find(ROUTES, incoming.method, path.strip("/").split("/"))

    def _sees(self, user: User, found: RouteMatch[GitHubCall]) -> bool:
        github = self._world.github
        if "repo" not in found.params:
            return True
        named = f"{found.params['owner']}/{found.params['repo']}"
        right = named.casefold() == github.full_name.casefold()
        if not right and found.params["owner"] in github.forks and not found.params.get("number"):
            # All that is known of a public fork.
            return found.route is not None and found.route.name.endswith("/activity")
        people = github.writers | github.readers | github.admins
        return right and github.exists and (user.type == "Bot" or user.login in people)

    def _user(self, incoming: Incoming) -> User | None:
        scheme, _, secret = incoming.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in {"bearer", "token"}:
            return None
        users = self._world.github.users
        if secret == self._token:
            return users[ACTIONS_BOT]
        found = users.get(secret.removeprefix("ghp-")) if secret.startswith("ghp-") else None
        return found if found and found.login != ACTIONS_BOT else None


def _refusal(error: GitHubError) -> Answer:
    body: JsonObject = {
        "message": error.message,
        "documentation_url": _DOCS,
        "status": str(error.status),
    }
    if error.errors:
        body["errors"] = error.errors
    return Answer(error.status, body, error=error.message)
