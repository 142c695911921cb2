"""Files before anything is read from them. The loader keeps these rules."""

from reconciler.check.rule import Example, Rule, RuleGroup
from reconciler.check.rules.examples import STANDARD
from reconciler.load.raw import ESCALATION_BYTES, POLICY_PATH
from reconciler.model.finding import Severity

_FINE = Example("title: Card payments fail at checkout")
_ORDINARY = Example("", note="An ordinary file with mode 100644.")


def _whole(text: str, **changes: str) -> Example:
    return Example(text, whole=True, **changes)  # type: ignore[arg-type]


RULES = (
    Rule(
        "file-missing",
        RuleGroup.FILE,
        "Policy and roster are there",
        "Without `config/policy.yaml` and `config/roster.yaml` nothing can be judged.",
        Example("", path=POLICY_PATH, absent=True, note="There is no config/policy.yaml."),
        Example("", path=POLICY_PATH, note="There is a config/policy.yaml."),
    ),
    Rule(
        "file-misplaced",
        RuleGroup.FILE,
        "Escalations are where they belong",
        "Every file under `escalations/` is `<year>/<TICKET>.yaml`. A file elsewhere would be "
        "forgotten in silence. `README.md` may stand anywhere.",
        Example("", path="escalations/DS-1042.yml", note="The file escalations/DS-1042.yml."),
        Example("", note="The file escalations/2026/DS-1042.yaml."),
    ),
    Rule(
        "file-not-regular",
        RuleGroup.FILE,
        "Files are ordinary files",
        "Symbolic links, submodules, pipes and devices are never followed or opened: they could "
        "lead anywhere.",
        Example("", mode="120000", note="A symbolic link to somewhere."),
        _ORDINARY,
    ),
    Rule(
        "file-executable",
        RuleGroup.FILE,
        "Files are not programs",
        "A harmless slip, so a warning: the file is marked as executable.",
        Example("", mode="100755", note="A file with mode 100755."),
        _ORDINARY,
        severity=Severity.WARNING,
    ),
    Rule(
        "file-too-large",
        RuleGroup.FILE,
        "Files are small",
        "An escalation may have 64 KiB, policy and roster 1 MiB. Logs and exports belong on the "
        "ticket.",
        _whole(STANDARD + "# 2026-11-20 08:40:01 ERROR code=91\n" * (ESCALATION_BYTES // 32)),
        _FINE,
    ),
    Rule(
        "file-empty",
        RuleGroup.FILE,
        "Files say something",
        "An empty file declares nothing.",
        _whole("# to be written\n"),
        _FINE,
    ),
    Rule(
        "file-not-text",
        RuleGroup.FILE,
        "Files are UTF-8 text",
        "Other encodings look right on one machine and wrong on the next.",
        _whole("title: Paiement refus\udce9\n"),
        Example("title: Paiement refusé"),
    ),
    Rule(
        "file-byte-order-mark",
        RuleGroup.FILE,
        "Files begin with text",
        "A byte order mark in front of the first key is invisible, and part of the key to some "
        "readers.",
        _whole("\ufeff" + STANDARD),
        _FINE,
    ),
    Rule(
        "text-control-character",
        RuleGroup.TEXT,
        "No control characters",
        "They move the cursor of a terminal and hide what they stand next to.",
        Example("title: Card payments \x1b[8mfail"),
        _FINE,
    ),
    Rule(
        "text-invisible-character",
        RuleGroup.TEXT,
        "No invisible characters",
        "Zero-width characters and those that turn the direction of text make a reader see "
        "something else than the machine. Joiners inside emoji and in scripts that need them are "
        "fine.",
        Example("title: Card payments f\u200bail"),
        Example("title: Card payments fail 👩\u200d💻"),
    ),
)
