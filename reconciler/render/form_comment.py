"""The one comment on a form: its errors with remedies, or what the form became."""

from collections.abc import Iterator

from reconciler.edit.form_fields import FormProblem
from reconciler.render.escape import markdown, shortened

MARKER = "<!-- escalation-as-code:form -->"
"""The first line of our comment, by which it is found again."""
_LONGEST = 600
_MOST = 25


def unfit_comment(problems: tuple[FormProblem, ...], *, is_final: bool = False) -> str:
    """That nothing has happened yet, and why; that nothing will, if it `is_final`."""
    if is_final:
        return "\n".join(["**Nothing has happened.**", "", *problem_lines(problems)])
    again = (
        "To correct the form, click the three dots above it, then _Edit_, and save. The "
        "tool then reads the form again and updates this answer."
    )
    begin = "**Nothing has happened yet.** Correct this first:"
    return "\n".join([begin, "", *problem_lines(problems), "", again])


def proposed_comment(url: str, name: str, notes: tuple[FormProblem, ...]) -> str:
    """Where the pull request is, or the click that is left."""
    if name:
        lines = [f"Done. The form became pull request {name}: {url}", ""]
        lines += [
            (
                "The pull request shows what happens next and what people must do. This form is "
                "closed."
            )
        ]
    else:
        lines = [
            (
                "The form has no errors. **One click is left to you:** [open the pull "
                f"request]({url})"
            )
        ]
        lines += ["", "The tool announces nothing before that. This form is closed."]
    if notes:
        lines += ["", "Notes:", "", *problem_lines(notes)]
    return "\n".join(lines)


def problem_lines(problems: tuple[FormProblem, ...]) -> Iterator[str]:
    """One line for each problem, with its field and its remedy."""
    for each in problems[:_MOST]:
        field = f"**{markdown(each.field)}:** " if each.field else ""
        yield f"- {field}{_short(each.what)} {_short(each.remedy)}".rstrip()
    if len(problems) > _MOST:
        yield f"- and {len(problems) - _MOST} more"


def _short(text: str) -> str:
    return markdown(shortened(text, _LONGEST))
