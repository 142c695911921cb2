"""Posts in the channel, made once: updates, the assessment, handovers, and the summary."""

from collections.abc import Iterator

from reconciler.model.desired import Message
from reconciler.model.observed import Channel
from reconciler.model.phase import Phase
from reconciler.model.receipt import Receipt
from reconciler.reconcile.facet import Evidence, Facet, Parts
from reconciler.reconcile.facets.postings import Posting, events, plan_postings
from reconciler.reconcile.step import Facts, Steps
from reconciler.reconcile.subject import SUMMARY, TITLE_LENGTH, Subject
from reconciler.reconcile.wording.escape import one_line
from reconciler.reconcile.wording.slack import went_on_in


class Posts(Facet):
    """Events, posted once and never again."""

    of_channel = True
    needs = frozenset({"Slack"})

    def plan(self, facts: Facts) -> Steps:
        wanted = (*_earlier_channels(facts), *facts.desired.channel.posts)
        yield from plan_postings(
            Posting(facts, f"slack.{each.key.partition('-')[0]}", each) for each in wanted
        )

    def recall_in_channel(self, receipt: Receipt, evidence: Evidence, channel: Channel) -> Parts:
        if channel.posts is None:
            return {}
        remembered = {kind: each for kind, each in receipt.posts.items() if kind != "brief"}
        return {"posts": events(remembered, channel.posts)}


def _earlier_channels(facts: Facts) -> Iterator[Message]:
    """A post that names the former channels, because no bot can write into an archived one."""
    earlier, source = facts.receipt.earlier_channels, facts.desired.channel.topic.why
    if earlier and facts.desired.phase.active:
        text = went_on_in(tuple(each.id for each in earlier))
        names = ", ".join(f"#{each.name}" for each in earlier)
        yield Message("earlier", text, source, title=f"was in {names} before")


def desired_posts(subject: Subject) -> Iterator[Message]:
    """Handovers, updates, the assessment, and the summary or the notice of withdrawal."""
    yield from _role_changes(subject)
    for index, update in enumerate(subject.episode.updates):
        kind = subject.kind(f"update-{index + 1}")
        author = subject.roster.name(update.by)
        title = one_line(f"update {index + 1} by {author}: {update.text}", TITLE_LENGTH)
        yield Message(kind, subject.say.update(update), subject.here("updates", index), title=title)
    assessment = subject.episode.assessment
    if assessment is not None and subject.phase is Phase.ASSIGNED:
        where, text = subject.here("assessment"), subject.say.assessment(assessment)
        yield Message(subject.kind("assessment"), text, where, title="preliminary assessment")
    if subject.phase is Phase.WITHDRAWN:
        text = subject.say.withdrawal()
        why = subject.here("withdrawn")
        yield Message(subject.kind("withdrawn"), text, why, title="why it was withdrawn")
    elif subject.episode.resolution is not None:
        resolution = subject.episode.resolution
        yield Message(
            subject.kind("summary"),
            subject.say.summary(resolution),
            subject.here("resolution"),
            title=SUMMARY,
            corrected=True,
            layout=subject.say.summary_layout(resolution),
        )


def _role_changes(subject: Subject) -> Iterator[Message]:
    """Posts on a new assignee and a new contact."""
    if subject.phase is not Phase.ASSIGNED:
        return
    ownership, say, episode = subject.effective.ownership, subject.say, subject.episode
    if ownership.contact_before and ownership.contacts[-1] == episode.contact:
        new, old = episode.contact, ownership.contact_before
        kind, where = subject.hand("contact", ownership.contacts, new), subject.here("contact")
        title = f"{subject.roster.name(new)} is the contact now"
        yield Message(kind, say.new_contact(), where, title=title, calls=(new, old))
    if ownership.assignee_before and ownership.assignees[-1] == episode.assignee:
        new, old = episode.assignee, ownership.assignee_before
        kind, where = subject.hand("assignee", ownership.assignees, new), subject.here("assignee")
        title = f"{subject.roster.name(new)} is in charge now"
        yield Message(kind, say.new_assignee(), where, title=title, calls=(new, old))
