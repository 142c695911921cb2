"""What people write."""

from collections.abc import Iterator

from reconciler.check.promises import promises
from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.view import View


def _promise(view: View) -> Iterator[Violation]:
    for prose in view.prose:
        for words in promises(prose.text):
            yield Violation(
                prose.source,
                prose.loc,
                f"“{words}” is a completion estimate. Escalations contain no completion estimates.",
                "Write what is known and what happens next, without a time.",
                words,
            )


RULES = (
    Rule(
        "text-promise",
        RuleGroup.TEXT,
        "Texts contain no completion estimate",
        "Assignees do not give completion estimates, so texts of an escalation must not "
        "contain one. Examples: ETA, by Friday, in 2 hours, will be fixed tomorrow. Times "
        "of past events and deadlines of other people are allowed.",
        Example(
            "assessment: The gateway's cache is stale on two hosts. The fix will be live by Friday."
        ),
        Example(
            "assessment: The gateway's cache has been stale since Friday; two hosts are affected."
        ),
        _promise,
    ),
)
