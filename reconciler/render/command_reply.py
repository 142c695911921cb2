"""The reply to a command in a comment: what is wrong with it, what became of it, or the help."""

from collections.abc import Iterator

from reconciler.edit.commands import usage
from reconciler.edit.form_fields import FormProblem
from reconciler.render.form_comment import problem_lines


def reply_marker(comment: int) -> str:
    """The first line of the reply to a comment, by which it is found again."""
    return f"<!-- escalation-as-code:comment {comment} -->"


def unfit_reply(url: str, problems: tuple[FormProblem, ...]) -> str:
    """That nothing has happened, and why."""
    lines = [f"**Nothing has happened** after [this comment]({url}):", "", *problem_lines(problems)]
    return "\n".join(
        [*lines, "", "The tool does not read the comment again. `/help` lists commands."]
    )


def carried_out_reply(url: str, where: str, name: str, notes: tuple[FormProblem, ...]) -> str:
    """Where the change is, or the click that is left; and warnings."""
    if name:
        first = f"Done. [This comment]({url}) became pull request {name}: {where}"
    elif where:
        first = (
            f"[This comment]({url}) has no errors. **One click is left to you:** [open the pull "
            f"request]({where})"
        )
    else:
        first = f"Done. [This comment]({url}) became a commit on the branch."
    return "\n".join([first, *(["", "Notes:", "", *problem_lines(notes)] if notes else [])])


def help_reply() -> str:
    """Each command, and what it does."""
    return "\n".join(["Write one command as a comment of one line:", "", *_help()])


def _help() -> Iterator[str]:
    for command, does in usage():
        yield f"- `{command}` {does}"
    yield ""
    yield "HANDLE is a handle, a name, an e-mail address or a GitHub login."
