"""Slack: the invitation of a guest."""

from collections.abc import Iterator

from reconciler.doctor.live.site import LiveSite
from reconciler.doctor.live.slack_channel import lacks_channel
from reconciler.doctor.live.step import LiveStep
from reconciler.model import live_questions
from reconciler.model.live_check import LiveAnswer


class GuestStep(LiveStep):
    """The guest stays a member of the channel, which is archived in the end."""

    title = "Slack: invitation of a guest"
    questions = (live_questions.GUEST,)

    def __init__(self) -> None:
        """Begin without an answer."""
        self._value = ""

    def lacks(self, site: LiveSite) -> str:
        """The option is optional."""
        return lacks_channel(site) if site.guest else "give --guest"

    def make(self, site: LiveSite) -> int:
        """Invite the guest, unless that was done."""
        channel, user = site.channel, self._user(site)
        if channel is None or self._value in {*self._refusals(), "not-found"}:
            return 0
        if not user:
            self._value = "not-found"
            return 0
        if user in site.slack.members(channel.id):
            return 0
        refused = site.slack.invite(channel.id, [user])
        code = refused.get(user, "invited")
        self._value = code if code in live_questions.GUEST.values else "other"
        return int(code == "invited")

    def check(self, site: LiveSite) -> Iterator[LiveAnswer]:
        """What Slack answered."""
        del site
        yield LiveAnswer(live_questions.GUEST, self._value)

    @staticmethod
    def _user(site: LiveSite) -> str:
        guest = site.guest
        if guest is None or guest.slack:
            return guest.slack or "" if guest else ""
        found = site.slack.find_user(guest.email)
        return found.id if found else ""

    @staticmethod
    def _refusals() -> frozenset[str]:
        """A refusal is a fact about the person, so the second pass does not try again."""
        return frozenset(live_questions.GUEST.values) - {"invited"}
