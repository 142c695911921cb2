"""`escalate --version`."""

from importlib import metadata

import click

from reconciler.render.console import write_line


def version() -> str:
    """The version of the installation; "unknown" if the package runs from a folder."""
    try:
        return metadata.version("escalation-as-code")
    except metadata.PackageNotFoundError:
        return "unknown"


def print_version(context: click.Context, _: click.Parameter, *, wanted: bool) -> None:
    """Print the version and end, if the option is given."""
    if wanted:
        write_line(f"escalate, version {version()}")
        context.exit()
