"""What people write."""

from collections.abc import Iterator

from reconciler.check.promises import promises
from reconciler.check.rule import Example, Rule, RuleGroup, Violation
from reconciler.check.view import View


def _promise(view: View) -> Iterator[Violation]:
    for written in view.dev_support_texts:
        for words in promises(written.text):
            yield Violation(
                written.source,
                written.loc,
                f"“{words}” is a completion estimate. Dev Support gives no completion estimates.",
                "Write what is known and what happens next, without a time.",
                words,
            )


RULES = (
    Rule(
        "text-promise",
        RuleGroup.TEXT,
        "Dev Support gives no completion estimate",
        "Assignees do not give completion estimates. So the assessment, the resolution and "
        "texts by Dev Support must not contain one. Examples: ETA, by Friday, in 2 hours, will "
        "be fixed tomorrow. The rule also applies to updates by people from product engineering. "
        "It does not apply to the title, the impact, the reason and the reporter's findings. "
        "Nor does it apply to texts by people from client-facing teams. A deadline in these is "
        "evidence. Times of past events are allowed everywhere.",
        Example(
            "assessment: The gateway's cache is stale on two hosts. The fix will be live by Friday."
        ),
        Example(
            "assessment: The gateway's cache has been stale since Friday; two hosts are affected.\n"
            "reason: Two billers must be able to take payments by Friday noon, or they leave us."
        ),
        _promise,
    ),
)
