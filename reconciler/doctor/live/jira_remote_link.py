"""Jira: a remote link that is sent twice."""

from collections.abc import Iterator

from reconciler.doctor.live.site import ADDRESS, TEXT, LiveSite
from reconciler.doctor.live.step import LiveStep
from reconciler.model import live_questions
from reconciler.model.live_check import LiveAnswer


class RemoteLinkStep(LiveStep):
    """The same global id must give one link."""

    title = "Jira: remote link, sent twice"
    questions = (live_questions.REMOTE_LINK,)

    def make(self, site: LiveSite) -> int:
        """Send it twice, unless it is there."""
        if site.jira.canary.links(site.ticket):
            return 0
        for _ in range(2):
            site.jira.canary.set_link(site.ticket, ADDRESS, TEXT)
        return 1

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """Count the links."""
        count = len(site.jira.canary.links(site.ticket))
        value = "one" if count == 1 else "several" if count else "missing"
        yield LiveAnswer(live_questions.REMOTE_LINK, value)

    def remove(self, site: LiveSite) -> tuple[str, ...]:
        """Delete every one of them."""
        found = site.jira.canary.links(site.ticket)
        for link, _ in found:
            site.jira.delete_remote_link(site.ticket, link)
        return tuple(f"remote link of {site.ticket}" for _ in found)
