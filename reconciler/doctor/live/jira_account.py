"""Jira: the address of the token, the search for people, and the kind of the project."""

from collections.abc import Iterator
from typing import Final

from reconciler.doctor.live.site import LiveSite
from reconciler.doctor.live.step import LiveStep
from reconciler.model.live_check import LiveAnswer
from reconciler.model.live_questions import ADDRESS, PEOPLE, PROJECT
from reconciler.services.errors import ServiceError
from reconciler.services.jira.accounts import MAY_NOT_SEARCH

_KINDS: Final = {"software": "software", "service_desk": "service-desk"}


class JiraAccountStep(LiveStep):
    """Reads alone."""

    title = "Jira: address, people, kind of project"
    questions = (ADDRESS, PEOPLE, PROJECT)

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Search for people of the roster by their addresses."""
        kind = site.jira.canary.ticket(site.ticket).kind
        yield LiveAnswer(ADDRESS, "gateway" if site.settings.gateway else "site")
        yield LiveAnswer(PROJECT, _KINDS.get(kind, "other"))
        if site.emails:
            yield _people(site)


def _people(site: LiveSite) -> LiveAnswer:
    try:
        found = any(site.jira.find_people(each) for each in site.emails)
    except ServiceError as error:
        if error.code != MAY_NOT_SEARCH:
            raise
        return LiveAnswer(PEOPLE, "refused", error.answer)
    return LiveAnswer(PEOPLE, "found" if found else "hidden")
