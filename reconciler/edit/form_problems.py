"""What is wrong with a file, told to somebody who sees a form and no file."""

from collections.abc import Iterator

from reconciler.edit.form_fields import Fields, FormProblem
from reconciler.load.source import FileSource
from reconciler.model.finding import Finding, Loc


def as_problem(finding: Finding, fields: Fields, source: FileSource | None) -> FormProblem:
    """A finding by the field that it is about."""
    near = sorted(_fields_at(finding.position.line, fields, source)) if source else []
    label = near[0][1] if near else ""
    return FormProblem(label, _plainly(finding.message, fields.get(label, ())), finding.remedy)


def _plainly(message: str, loc: Loc) -> str:
    """Without the name that the value has in the file; the label of the field is told before."""
    name = ".".join(map(str, loc))
    if name and message.startswith(f"{name} "):
        return f"This{message.removeprefix(name)}"
    if name and message.endswith(f" {name}.") and not message.endswith(f" the {name}."):
        return f"{message.removesuffix(f'{name}.')}this."
    return message


def _fields_at(line: int, fields: Fields, source: FileSource) -> Iterator[tuple[int, str]]:
    """The fields whose values stand on a line, with how many lines each takes."""
    for label, loc in fields.items():
        first, last = _lines(source, loc)
        if first <= line <= last:
            yield last - first, label


def _lines(source: FileSource, loc: Loc) -> tuple[int, int]:
    value = source.places.values.get(loc)
    if value is None:
        return 1, 0
    key = source.places.keys.get(loc, value)
    written = source.text[value.start : value.end].rstrip()
    return key.line, value.line + written.count("\n")
