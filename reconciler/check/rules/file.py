"""Files before anything is read from them. The loader keeps these rules."""

from reconciler.check.rule import Example, Rule, RuleGroup
from reconciler.check.rules.examples import STANDARD
from reconciler.load.raw import ESCALATION_BYTES, POLICY_PATH
from reconciler.model.finding import Severity

_FINE = Example("title: Card payments fail at checkout")
_ORDINARY = Example("", note="A regular file with mode 100644.")


def _whole(text: str, **changes: str) -> Example:
    return Example(text, whole=True, **changes)  # type: ignore[arg-type]


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
    ),
)
