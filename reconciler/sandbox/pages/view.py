"""What a handler has to answer a request with."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from reconciler.sandbox.pages.links import PageLinks
from reconciler.sandbox.pages.people import CompanyPeople, CompanyPerson
from reconciler.sandbox.pages.render import templates
from reconciler.sandbox.pages.slack import SlackPages
from reconciler.sandbox.world import World

HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True)
class PageView:
    """One request, the world as it is now, and who acts."""

    request: Request
    world: World
    people: CompanyPeople
    links: PageLinks
    token: str
    form: dict[str, str] = field(default_factory=dict)
    """What was sent; shown again if it was refused."""
    problem: str = ""
    """Why it was refused; empty if it was not."""

    @property
    def person(self) -> CompanyPerson | None:
        """The person that the browser acts as."""
        return self.people.acting(self.request)

    @property
    def name(self) -> str:
        """The name of this person."""
        return self.person.name if self.person else "no person"

    @property
    def slack(self) -> SlackPages:
        """The workspace as this person sees it."""
        return SlackPages(self.world.slack, self.people, self.links)

    def param(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def render(self, template: str, status: int = HTTPStatus.OK, **values: object) -> Response:
        """A page."""
        common = {
            "view": self,
            "company": self.world.slack.team_name,
            "repository": self.world.github.full_name,
            "here": self.request.url.path,
        }
        text = templates().get_template(template).render(**common, **values)
        if self.problem:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        return Response(text, status, media_type=HTML)

    def refused(self, problem: str) -> "PageView":
        """The same request, after its form was refused."""
        return replace(self, problem=problem)

    def missing(self, what: str) -> Response:
        """The page for what is not there."""
        return self.render("missing.html", HTTPStatus.NOT_FOUND, what=what)


Handler = Callable[[PageView], Response]
"""What shows a page."""
