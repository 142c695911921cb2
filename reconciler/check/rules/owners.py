"""Whose word a change needs, beside that of the author of the pull request."""

from collections.abc import Iterator

from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.view import View
from reconciler.history.agree_proposal import ProposedVersion, agree_if_merged
from reconciler.history.change_words import list_changes
from reconciler.history.field_changes import ESCALATING, FILE, element_of
from reconciler.history.field_owners import Rights
from reconciler.load.did_you_mean import listed
from reconciler.load.raw import POLICY_PATH
from reconciler.model.consent import Consent, Consents
from reconciler.model.escalation import Escalation
from reconciler.model.field_change import FieldChange, NotAgreed
from reconciler.model.finding import Loc, Severity
from reconciler.model.snapshot import Entry


def _owners(view: View) -> Iterator[Violation]:
    author, policy = view.author, view.snapshot.policy
    if author is None or view.base is None:
        return
    if not policy.is_by_field:
        return
    if policy.forms is not None and author.id == policy.forms.account_id:
        return  # it speaks for another account, which only the forge can name
    rights = Rights(policy, view.roster, view.now)
    words = Consents("", author, (Consent(author, view.now, approved=False),))
    for entry in view.entries:
        before = view.before(entry)
        old = None if before is None else before.escalation
        ticket, path = entry.escalation.ticket, entry.source.path
        version = ProposedVersion(ticket, path, old, old, entry.escalation)
        found = agree_if_merged([version], [], rights, words)
        yield from _violations(view, entry, found.not_agreed)


def _violations(view: View, entry: Entry, changes: tuple[NotAgreed, ...]) -> Iterator[Violation]:
    groups: dict[tuple[str, ...], list[FieldChange]] = {}
    for each in changes:
        arrives = each.change.before is None and each.change.field in ESCALATING
        if not arrives and each.change.key != FILE:  # `role-author` tells of those
            groups.setdefault(each.lacks, []).append(each.change)
    for lacks, group in groups.items():
        names = listed([view.roster.name(each) for each in lacks])
        remedy = f"Ask one of them to approve the pull request: {names}."
        if not lacks:
            remedy = "No one may change it like this. Take the change back, or name another person."
        yield Violation(
            entry.source,
            _loc(group[0], entry.escalation),
            f"The author alone may not change this: {list_changes(group)}.",
            remedy,
        )


def _loc(change: FieldChange, escalation: Escalation) -> Loc:
    """Where the value stands, or its nearest parent that is there."""
    number, name, element = change.key
    start: Loc = ("episodes", number - 2) if number > 1 else ()
    if not element or number > len(escalation.episodes) + 1:
        return (*start, *name.split("."))
    if name.startswith("stakeholders."):
        side = name.partition(".")[2]
        handles = getattr(escalation.stakeholders, side)
        where = (handles.index(element),) if element in handles else ()
        return (*name.split("."), *where)
    elements = getattr(escalation.numbered(number), name)
    place = (index for index, each in enumerate(elements) if element_of(each) == element)
    index = next(place, None)
    return (*start, name) if index is None else (*start, name, index)


_UPDATE = "updates:\n- {at: 2026-11-20T14:05:00-05:00, by: dmitri, text: The cause is found.}"
_REVIEW = {POLICY_PATH: "acknowledgement: review\nrights: by-field"}
_BEFORE = {"escalations/2026/DS-1042.yaml": "assignee: dmitri", **_REVIEW}

RULES = (
    Rule(
        "role-owner",
        RuleGroup.ROLES,
        "The owners of a field agree to its change",
        "With `rights: by-field`, each field has owners, such as the assignee for the "
        "assessment. Their own change needs no approval. A change by another person counts after "
        "an owner has approved the pull request. Who owns what is in "
        "[owners](owners.md).",
        Example(
            f"assignee: dmitri\n{_UPDATE}",
            also=_REVIEW,
            before=_BEFORE,
            author="lena",
            note="lena opens the pull request. The policy has `rights: by-field`.",
        ),
        Example(
            f"assignee: dmitri\n{_UPDATE}",
            also=_REVIEW,
            before=_BEFORE,
            author="dmitri",
            note="dmitri opens the pull request.",
        ),
        _owners,
        Severity.WARNING,
    ),
)
