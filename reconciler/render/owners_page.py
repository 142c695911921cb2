"""The page on who agrees to which change, made from the table that the code uses."""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.history.field_changes import FIELD_OF
from reconciler.load.did_you_mean import listed
from reconciler.model.field_change import OwnedField
from reconciler.model.owners import DEFAULT_OWNERS, NAMED, OwnerRole

ROLES: Final[Mapping[OwnerRole, str]] = {
    OwnerRole.INITIATOR: "the initiator, or one of the policy's `delegates`",
    OwnerRole.CONTACT: "the contact in charge",
    OwnerRole.ASSIGNEE: "the assignee",
    OwnerRole.DEV_SUPPORT: "a person on one of the desk's teams",
    OwnerRole.ACKNOWLEDGER: "an acknowledger of the desk",
    OwnerRole.OVERRIDER: "an overrider of the desk",
    OwnerRole.COMMUNICATION_OWNER: "the owner of the customer communication",
    OwnerRole.LEAD: "the lead of a crew, or a lead of Dev Support",
}
_CONFIGURATION: Final = "an acknowledger of any desk"
_FIELDS: Final[Mapping[OwnedField, str]] = {
    OwnedField.CONFIGURATION: "`config/policy.yaml`, `config/roster.yaml`",
    OwnedField.WITHDRAWAL: "`withdrawn`, and the removal of the file",
}
_TITLE: Final = "# Who agrees to a change"
_HEAD: Final = """
With `acknowledgement: review` and `rights: by-field` in the policy, a change on the main branch
counts only if an owner of its field agrees. `escalate init` sets both. What was merged
before counts as it is. With `rights: by-merge`, the default, each merged change counts, and only a
new escalation needs an approval.

An owner agrees to what they propose, push or approve. An owner's own change needs no
approval. A change without its owner's word is not carried out. The value before it stays, and each
run shows whose word is missing. A late approval of the merged pull request still carries it out.

The owners are those of the policy and the roster before the pull request. Approvals hold for
content: an update of the branch, a rebase without a difference and other merges keep them.

| in the policy | fields | who agrees |
| --- | --- | --- |
"""
_TAIL: Final = """
Beside that:

- **A new escalation** needs the word of its initiator and the approval of an acknowledger. The
  author and the initiator cannot acknowledge it. Nor can the sender of its form.
- **A later episode** needs the word of its initiator, or it does not count. While the former
  episode runs, the later one also needs the approval of an acknowledger.
- **A new initiator** agrees, and so does the former initiator or an acknowledger.
- **Who is named agrees.** An update needs the word of the person in its `by`, who has one of the
  roles above. The same holds for a withdrawal and an override. A delegate may withdraw for the
  initiator.
- **The state `pending`** of a new customer communication needs no one's word.
- **An import** of a manual escalation needs only the word of an acknowledger.
- **The policy and the roster** are agreed to as a whole. A version on top of one that is not agreed
  waits for that one.

The policy changes the owners of a group with the key `owners`:

```yaml
owners:
  assignee: [acknowledger, lead]
```

The roles have these names: """


def owners_page(fresh: str) -> str:
    """The page; `fresh` is its first line."""
    names = listed([f"`{role}`" for role in OwnerRole], "and")
    return f"{_TITLE}\n\n{fresh}\n{_HEAD}{''.join(_rows())}{_TAIL}{names}.\n"


def _rows() -> Iterator[str]:
    for field, roles in DEFAULT_OWNERS.items():
        words = [_words(field, role) for role in roles]
        person = "the person it names: " if field in NAMED else ""
        yield f"| `{field}` | {_fields(field)} | {person}{listed(words)} |\n"


def _words(field: OwnedField, role: OwnerRole) -> str:
    if field is OwnedField.CONFIGURATION and role is OwnerRole.ACKNOWLEDGER:
        return _CONFIGURATION
    return ROLES[role]


def _fields(field: OwnedField) -> str:
    names = [f"`{name}`" for name, owned in FIELD_OF.items() if owned is field]
    return _FIELDS.get(field) or ", ".join(names)
