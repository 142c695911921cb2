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
                f"“{words}” promises when it will be done; completion estimates are not given.",
                "Say what is known and what happens next, without a time.",
                words,
            )


RULES = (
    Rule(
        "text-promise",
        RuleGroup.TEXT,
        "Nobody promises when it will be done",
        "An assignee does not provide completion estimates, and no field can hold one. So no text "
        "may smuggle one in: ETA, by Friday, in 2 hours, will be fixed tomorrow. Times of what "
        "has happened are welcome, and so are the deadlines of others.",
        Example(
            "assessment: The gateway's cache is stale on two hosts. The fix will be live by Friday."
        ),
        Example(
            "assessment: The gateway's cache has been stale since Friday; two hosts are affected."
        ),
        _promise,
    ),
)
