"""Files before anything is read from them. The loader keeps these rules."""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.rules.examples import STANDARD, others
from reconciler.check.view import View
from reconciler.load.raw import ESCALATION_BYTES, POLICY_PATH
from reconciler.model.attention import Attention
from reconciler.model.finding import Finding, Position, Severity

TOO_MANY: Final = "file-too-many"
MOST_ESCALATIONS: Final = 100
"""How many new and changed escalations of one pull request are read."""

_FINE = Example("title: Card payments fail at checkout")
_ORDINARY = Example("", note="A regular file with mode 100644.")

_OF_ATTRIBUTES: Final = "A line of the file .gitattributes."


def _whole(text: str, **changes: str) -> Example:
    return Example(text, whole=True, **changes)  # type: ignore[arg-type]


def too_many(paths: Sequence[str]) -> Finding | None:
    """The finding if a change has more new and changed escalations than are read; they are sorted.

    The repository's first change, which brings the policy, may have any number.
    """
    if len(paths) <= MOST_ESCALATIONS:
        return None
    return Finding(
        TOO_MANY,
        Position(paths[MOST_ESCALATIONS]),
        f"The pull request changes {len(paths):,} escalations; at most {MOST_ESCALATIONS} are "
        "allowed. The tool reads none of them.",
        "Split it into smaller pull requests.",
    )


def _too_many(view: View) -> Iterator[Violation]:
    if view.base is None:
        return
    found = too_many(sorted(entry.source.path for entry in view.entries))
    if found is not None:
        yield Violation(view.source(found.position.path), (), found.message, found.remedy)


RULES = (
    Rule(
        "file-missing",
        RuleGroup.FILE,
        "Policy and roster exist",
        "Without `config/policy.yaml` and `config/roster.yaml` nothing can be checked.",
        Example("", path=POLICY_PATH, absent=True, note="There is no config/policy.yaml."),
        Example("", path=POLICY_PATH, note="There is a config/policy.yaml."),
    ),
    Rule(
        "file-misplaced",
        RuleGroup.FILE,
        "Escalations are in the right place",
        "Each file under `escalations/` is `<year>/<TICKET>.yaml`. Without this rule, a "
        "file in another place would be ignored. `README.md` is allowed in each folder.",
        Example("", path="escalations/DS-1042.yml", note="The file escalations/DS-1042.yml."),
        Example("", note="The file escalations/2026/DS-1042.yaml."),
    ),
    Rule(
        "file-not-regular",
        RuleGroup.FILE,
        "Files are regular files",
        "The tool does not follow or open symbolic links, submodules, pipes and devices, "
        "because they can point to any place.",
        Example("", mode="120000", note="A symbolic link."),
        _ORDINARY,
    ),
    Rule(
        "file-executable",
        RuleGroup.FILE,
        "Files are not executable",
        "The file is marked as executable. This is harmless, so the finding is a warning.",
        Example("", mode="100755", note="A file with mode 100755."),
        _ORDINARY,
        severity=Severity.WARNING,
    ),
    Rule(
        "file-too-large",
        RuleGroup.FILE,
        "Files are small",
        "An escalation has at most 64 KiB, policy and roster at most 1 MiB each. Put logs "
        "and exports on the ticket.",
        _whole(STANDARD + "# 2026-11-20 08:40:01 ERROR code=91\n" * (ESCALATION_BYTES // 32)),
        _FINE,
    ),
    Rule(
        "file-attributes",
        RuleGroup.FILE,
        "Git writes files as they were committed",
        "A line of `.gitattributes` must not change the tool's files with `ident`, `filter`, "
        "`working-tree-encoding`, `eol=crlf` or `export-subst`. People would read other text "
        "than the tool, which reads what was committed.",
        Example("*.yaml ident\n", path=".gitattributes", whole=True, note=_OF_ATTRIBUTES),
        Example("*.yaml text eol=lf\n", path=".gitattributes", whole=True, note=_OF_ATTRIBUTES),
    ),
    Rule(
        TOO_MANY,
        RuleGroup.FILE,
        "A pull request changes few escalations",
        f"One pull request adds or changes at most {MOST_ESCALATIONS} escalations, because each "
        "file takes time to check. With more, the tool reads none of them. The first change of a "
        "repository, which adds `config/policy.yaml`, can have any number.",
        Example(
            "",
            also=others(MOST_ESCALATIONS + 1, ended=True),
            before={},
            note=f"The pull request adds {MOST_ESCALATIONS + 1} escalations.",
        ),
        Example(
            "",
            also=others(MOST_ESCALATIONS, ended=True),
            before={},
            note=f"The pull request adds {MOST_ESCALATIONS} escalations.",
        ),
        _too_many,
    ),
    Rule(
        "file-empty",
        RuleGroup.FILE,
        "Files are not empty",
        "An empty file escalates nothing.",
        _whole("# to be written\n"),
        _FINE,
    ),
    Rule(
        "file-not-text",
        RuleGroup.FILE,
        "Files are UTF-8 text",
        "Text in other encodings looks different on different machines.",
        _whole("title: Paiement refus\udce9\n"),
        Example("title: Paiement refusé"),
    ),
    Rule(
        "file-byte-order-mark",
        RuleGroup.FILE,
        "Files begin with text",
        "A byte order mark before the first key is invisible. Some YAML parsers read it as "
        "a part of the key.",
        _whole("\ufeff" + STANDARD),
        _FINE,
    ),
    Rule(
        "text-control-character",
        RuleGroup.TEXT,
        "No control characters",
        "Control characters move the cursor of a terminal and can hide text.",
        Example("title: Card payments \x1b[8mfail"),
        _FINE,
        attention=Attention.NOBODY,  # the file is not read
    ),
    Rule(
        "text-invisible-character",
        RuleGroup.TEXT,
        "No invisible characters",
        "With zero-width characters and characters that change the direction of text, "
        "people see another text than the tool. Joiners are allowed inside emoji and in "
        "scripts that need them.",
        Example("title: Card payments f\u200bail"),
        Example("title: Card payments fail 👩\u200d💻"),
        attention=Attention.NOBODY,  # the file is not read
    ),
)
