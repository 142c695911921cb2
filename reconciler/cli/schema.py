"""`escalate schema`: the JSON Schemas of the files, and of what commands print."""

from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.render.console import write, write_line
from reconciler.render.output_schemas import OUTPUTS, output_file_name, output_schema_text
from reconciler.render.schemas import MODELS, file_name, schema_text

_OUTPUTS = {output_file_name(each).partition(".")[0]: each for each in OUTPUTS}
_FOLDER = "output"
"""The folder of the schemas of outputs, in that of the schemas of files."""


@click.command()
@click.option(
    "--write",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write all schemas of files to this folder instead of printing one.",
)
@click.option(
    "--outputs",
    is_flag=True,
    help=f"With --write: also write the schemas of outputs, to its folder {_FOLDER}/.",
)
@click.argument(
    "name", type=click.Choice([*MODELS, *_OUTPUTS]), default="escalation", metavar="[NAME]"
)
def schema(name: str, folder: Path | None, *, outputs: bool) -> int:
    """Print a JSON Schema: of a kind of file, or of what a command prints with --format json.

    The kinds of files are escalation (the default), policy and roster. All other names are
    commands.
    """
    if folder is None:
        if outputs:
            raise click.UsageError("--outputs goes with --write")
        text = schema_text(name) if name in MODELS else output_schema_text(_OUTPUTS[name])
        write(text)
        return Exit.FINE
    texts = {file_name(each): schema_text(each) for each in MODELS}
    if outputs:
        texts |= {f"{_FOLDER}/{output_file_name(o)}": output_schema_text(o) for o in OUTPUTS}
        (folder / _FOLDER).mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        (folder / path).write_text(text, encoding="utf-8")
        write_line(str(folder / path))
    return Exit.FINE
