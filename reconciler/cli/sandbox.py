"""`escalate sandbox`: Jira, Slack and GitHub on this machine, to try things out on."""

import os
import shlex
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Unpack

import click

from reconciler.cli.sandbox_shell import open_browser, run_shell, shell_environment
from reconciler.render.console import write_line, write_lines
from reconciler.sandbox import Box, SeedError, serve
from reconciler.sandbox.serve import SandboxOptions

PORT: Final = click.IntRange(0, 65535)


@click.command()
@click.option(
    "--seed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML file with people, channels and tickets. Default: an example company.",
)
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that `escalate doctor --live --answers` wrote. The services then act as it shows.",
)
@click.option(
    "--jira-port", type=PORT, default=0, help="Port of Jira Cloud. Default: any free port."
)
@click.option("--jira-dc-port", type=PORT, default=0, help="Port of the same Jira as Data Center.")
@click.option("--slack-port", type=PORT, default=0, help="Port of Slack.")
@click.option("--github-port", type=PORT, default=0, help="Port of GitHub's API.")
@click.option(
    "--control-port", type=PORT, default=0, help="Port of the control API: faults, time and state."
)
@click.option("--pages-port", type=PORT, default=0, help="Port of the pages for your browser.")
@click.option("--rate-limits/--no-rate-limits", default=False, help="Enforce the rate limits.")
@click.option(
    "--search-lag",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="How long a change takes to appear in Jira Cloud's search.",
)
@click.option(
    "--open",
    "opens",
    is_flag=True,
    help="Open the pages in your browser, and start a shell in which `escalate` uses the sandbox.",
)
def sandbox(seed: Path | None, *, opens: bool, **options: Unpack[SandboxOptions]) -> None:
    """Serve Jira Cloud, Jira Data Center, Slack and GitHub on loopback until interrupted.

    Nothing is sent to another machine. All data is deleted at the end.
    """
    try:
        options["links_to_pages"] = True
        with serve(seed, **options) as box:
            # Its folder has to go, too, when somebody else ends it.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            if opens:
                _open(box)
                return
            click.echo("\n".join(describe(box)))  # with tokens of the sandbox, to paste
            threading.Event().wait()
    except (SeedError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"cannot listen: {error}") from error
    except KeyboardInterrupt:
        write_lines("\nStopped.")


def _open(box: Box) -> None:
    """A browser and a shell, until you leave the shell."""
    opened = open_browser(box.pages_url)
    verb = "Your browser shows" if opened else "Open this address in a browser:"
    write_lines(
        f"{verb} {box.pages_url}\n"
        "In this shell, escalate uses the sandbox. To use its git repository, run:\n\n"
        f"    git remote add origin {shlex.quote(str(box.github.remote))}\n\n"
        "Leave the shell with `exit` to end the sandbox."
    )
    run_shell(shell_environment(os.environ, box.env(github=True)))
    write_line("The sandbox has ended, and its data is deleted.")


def describe(box: Box) -> Iterator[str]:
    """The addresses, and lines to paste into another shell."""
    yield f"Pages             {box.pages_url}  (look at everything in a browser)"
    yield f"Jira Cloud        {box.jira_url}"
    yield f"Jira Data Center  {box.jira_dc_url}"
    yield f"Slack             {box.slack_url}"
    yield f"GitHub            {box.github_url}"
    yield f"                  {box.github.remote}  (git remote add origin ...)"
    yield f"Control           {box.control_url}  (GET /state, GET /calls, POST /faults, ...)"
    yield ""
    yield "To use Jira Cloud and Slack, paste these lines into another shell:"
    yield ""
    yield from exports(box.env())
    yield ""
    yield "To use Jira Data Center, paste these two instead of the three that begin with JIRA:"
    yield ""
    yield from exports({k: v for k, v in box.env(data_center=True).items() if "JIRA" in k})
    yield ""
    yield "To use pull requests on GitHub, paste these as well:"
    yield ""
    yield from exports({k: v for k, v in box.env(github=True).items() if "GITHUB" in k})
    yield ""
    yield "Press Ctrl-C to stop."


def exports(variables: dict[str, str]) -> Iterator[str]:
    """Variables as lines of a shell."""
    for name, value in variables.items():
        yield f"export {name}={shlex.quote(value)}"
