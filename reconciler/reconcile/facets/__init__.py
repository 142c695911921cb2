"""One file for each facet. The order of the list is the order in which changes are made."""

from typing import Final

from reconciler.reconcile.facet import Facet
from reconciler.reconcile.facets.announcement import Announcement
from reconciler.reconcile.facets.archive import Archived
from reconciler.reconcile.facets.assignee import Assignee
from reconciler.reconcile.facets.bookmarks import Bookmarks
from reconciler.reconcile.facets.brief import Brief
from reconciler.reconcile.facets.channel import EscalationChannel
from reconciler.reconcile.facets.channel_posts import Posts
from reconciler.reconcile.facets.comments import Comments
from reconciler.reconcile.facets.copies import ChannelCopies, Copies
from reconciler.reconcile.facets.follow_ups import FollowUps
from reconciler.reconcile.facets.label import Label
from reconciler.reconcile.facets.members import Members
from reconciler.reconcile.facets.priority import TicketPriority
from reconciler.reconcile.facets.reminders import ChannelReminders
from reconciler.reconcile.facets.remote_link import RemoteLink
from reconciler.reconcile.facets.topic_purpose import TopicAndPurpose

FACETS: Final[list[Facet]] = [
    Label(),
    TicketPriority(),
    Assignee(),
    EscalationChannel(),
    TopicAndPurpose(),
    Members(),
    Brief(),
    Bookmarks(),
    Posts(),
    ChannelReminders(),
    ChannelCopies(),
    Archived(),
    Announcement(),
    RemoteLink(),
    Comments(),
    FollowUps(),
    Copies(),
]


def fields_to_read() -> tuple[str, ...]:
    """Names of the fields of a ticket that facets read, beside those that every run reads."""
    return tuple(name for facet in FACETS for name in facet.reads)
