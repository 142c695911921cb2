"""`escalate schema`: the JSON Schemas of the files."""

from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.render.schemas import MODELS, file_name, schema_text


@click.command()
@click.option(
    "--write",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write all schemas to this folder instead of printing one.",
)
@click.argument("name", type=click.Choice(list(MODELS)), default="escalation")
def schema(name: str, folder: Path | None) -> int:
    """Print the JSON Schema of a kind of file: escalation (the default), policy or roster.

    With --write, write all three schemas.
    """
    if folder is None:
        click.echo(schema_text(name), nl=False)
        return Exit.FINE
    folder.mkdir(parents=True, exist_ok=True)
    for each in MODELS:
        path = folder / file_name(each)
        path.write_text(schema_text(each), encoding="utf-8")
        click.echo(path)
    return Exit.FINE
