"""Whose word a change has: the people behind the accounts that agreed to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.history.approvals import person_of
from reconciler.history.field_owners import Group, Rights
from reconciler.model.consent import Consent, Consents, ConsentVerdict, UnreadConsents
from reconciler.model.field_change import FieldChange, NotAgreed


@dataclass(frozen=True)
class Word:
    """What is known of those who agreed to a pull request, by the roster before it."""

    verdict: ConsentVerdict | None
    """None if nobody asked, as for what came without a forge."""
    rights: Rights

    @property
    def is_known(self) -> bool:
        """False while the forge has not told who agreed."""
        return not isinstance(self.verdict, UnreadConsents)

    def people(self, change: FieldChange) -> Group:
        """Handles of those who agreed to a change."""
        if not isinstance(self.verdict, Consents):
            return frozenset()
        found = (
            person_of(each.account, self.rights.roster)
            for each in self.verdict.consents
            if each.holds_for(change.id) and speaks_for_itself(each, self.rights)
        )
        return frozenset(filter(None, found))

    def not_agreed(
        self, change: FieldChange, missing: Iterable[Group], commit: str = ""
    ) -> NotAgreed:
        """A change that lacks somebody of these groups."""
        lacks = tuple(sorted(frozenset[str]().union(*missing)))
        name = self.verdict.pull_request if isinstance(self.verdict, Consents) else ""
        unread = ""
        if isinstance(self.verdict, UnreadConsents):
            unread = self.verdict.diagnostic.message
        return NotAgreed(change, lacks, commit, name, unread)


def speaks_for_itself(consent: Consent, rights: Rights) -> bool:
    """False if an account spoke for it that the policy in force does not name for forms."""
    forms = rights.policy.forms
    return not consent.via or (forms is not None and consent.via == forms.account_id)


def groups_without(word: Word, change: FieldChange, groups: Iterable[Group]) -> list[Group]:
    """The groups of which nobody agreed to a change."""
    people = word.people(change)
    return [group for group in groups if not group & people]
