"""The command `escalate`: a group whose commands are imported only when they are called."""

import importlib
import sys
import traceback
from io import StringIO, TextIOWrapper
from typing import Final, NoReturn

import click
from click.exceptions import NoSuchCommand

from reconciler.cli.exits import Exit
from reconciler.cli.extras import missing_extra
from reconciler.cli.log_options import LOG, JsonLines, with_log_options
from reconciler.cli.prompts import QuestionsInterruptedError
from reconciler.cli.version import print_version
from reconciler.render.console import write_error, write_lines
from reconciler.services.environment import begin

_COMMANDS: Final = {
    "acknowledge": "Show on pull requests whether they are acknowledged.",
    "apply": "Change Jira and Slack to match the files.",
    "assess": "Record the preliminary assessment.",
    "assign": "Assign a Dev Support engineer.",
    "board": "Write a static site with all escalations, the desks and the figures.",
    "check": "Check the files.",
    "comment": "Carry out a command in a comment on GitHub.",
    "demo": "Run an example escalation from start to end in a sandbox.",
    "desks": "List the desks, for a workflow.",
    "doctor": "Check that everything is set up.",
    "explain": "Explain a rule.",
    "form": "Open a pull request from a form.",
    "handover": "Change the contact.",
    "history": "Show what the files asked for and what runs did.",
    "import": "Write the file of an escalation that people started without the tool.",
    "init": "Create the data repository of a company.",
    "open": "Escalate a ticket.",
    "plan": "Show what `apply` would change.",
    "reopen": "Escalate a ticket again.",
    "report": "Count escalations and how long they took.",
    "resolve": "Record the root cause and end the escalation.",
    "roster": "Change the roster.",
    "run": "Apply the main branch again and again, on a machine of your own.",
    "sandbox": "Run Jira, Slack and GitHub on this machine.",
    "schema": "Print or write the JSON Schemas.",
    "setup": "Set up the services.",
    "simulate": "Replay the history under other limits.",
    "status": "Show all escalations and how many more each desk can accept.",
    "update": "Add an update that is posted to everyone involved.",
    "withdraw": "Withdraw an escalation.",
}

_GROUPS: Final = {
    "Escalations": (
        *("open", "update", "assess", "assign", "handover", "resolve", "withdraw", "reopen"),
        *("status", "history"),
    ),
    "Setup and figures": (),
    "For CI and the machine that applies": (
        *("apply", "run", "acknowledge", "comment", "form", "desks"),
    ),
}
"""The groups in the help. The group without names lists all other commands."""

_BEGIN: Final = {
    "escalate open DS-1234 --pr": "Escalate a ticket. Asks for everything.",
    "escalate status": "Show what is open, and who has to act.",
    "escalate COMMAND --help": "Explain a command.",
}
"""What the help shows first."""

_BUG: Final = "Internal error; please report it with the text below:\n\n"
_ELSEWHERE: Final = {"import": "import_"}
"""Commands whose name can't be that of a module."""


class _Lazy(click.Group):
    """Imports a command's module when it is needed, so that `check` starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        name = _ELSEWHERE.get(cmd_name, cmd_name)
        module = importlib.import_module(f"reconciler.cli.{name}")
        # One is named as a function of Python is.
        command: click.Command = getattr(module, name, None) or getattr(module, f"{name}_")
        return with_log_options(command)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help_text(ctx, formatter)
        with formatter.section("To begin"):
            formatter.write_dl(list(_BEGIN.items()))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        named = {each for names in _GROUPS.values() for each in names}
        others = [each for each in _COMMANDS if each not in named]
        widest = max(map(len, _COMMANDS))
        for heading, names in _GROUPS.items():
            rows = [(f"{each:{widest}}", _COMMANDS[each]) for each in names or others]
            with formatter.section(heading):
                formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            raise NoSuchCommand(error.command_name, possibilities=_COMMANDS, ctx=ctx) from None


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 fine, 1 findings or failures, 2 wrong usage, 3 changes pending. "
    "4 refused as unsafe, 5 saved plan is stale, 6 incomplete.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, option, wanted: print_version(context, option, wanted=wanted),
    help="Show the version and exit.",
)
def cli() -> None:
    """Escalations as code: change Jira and Slack to match YAML files in git."""


def main() -> None:
    """Run the command line. An error of the user's ends in a message, never in a traceback."""
    begin()
    LOG.begin()
    status: object = Exit.FAILURE
    try:
        status = _status()
    except SystemExit as ended:
        status = ended.code
        raise
    finally:
        if isinstance(sys.stderr, JsonLines):
            sys.stderr.finish()
        LOG.end(status if isinstance(status, int) else Exit.FAILURE)
    sys.exit(status)


def _status() -> int:
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # whatever the terminal can show
    try:
        status = cli(standalone_mode=False)
    except QuestionsInterruptedError:
        sys.exit(130)  # what became of the answers is on the screen
    except click.exceptions.Abort:
        write_error("escalate: interrupted. The next run completes what this run began.")
        sys.exit(130)
    except click.ClickException as error:
        shown = StringIO()
        error.show(shown)
        write_lines(shown.getvalue().removesuffix("\n"), sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(Exit.FINE)
    except OSError as error:
        _fail(str(error))
    except Exception as error:  # noqa: BLE001 - the last resort: a bug is told, without the tokens
        _fail(missing_extra(error) or _BUG + traceback.format_exc())
    return status if isinstance(status, int) else Exit.FINE


def _fail(message: str) -> NoReturn:
    write_lines(f"escalate: {message}", sys.stderr)
    sys.exit(Exit.FAILURE)


if __name__ == "__main__":
    main()
