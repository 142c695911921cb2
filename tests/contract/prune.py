"""Write `tests/contract/vendors` from the vendors' published descriptions: `make contracts`.

    python tests/contract/prune.py FOLDER

FOLDER holds the descriptions as the vendors publish them (see the README there). Only what the
tests compare remains: operations, parameters, statuses and schemas. Texts and examples are left
out, and so are schemas that no operation reaches.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

INTO: Final = Path(__file__).parent / "vendors"
DESCRIPTIONS: Final = (
    "github-rest.openapi3.json",
    "jira-cloud-v3.openapi3.json",
    "slack-web-api.openapi2.json",
)
TEXTS: Final = {
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "operationId",
    "servers",
    "summary",
    "tags",
}
"""Keys of OpenAPI that only people read. As names of properties they stay."""
NAMES: Final = {
    "definitions",
    "headers",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
}
"""Keys whose own keys are names."""
EVENTS: Final = (
    "issue_comment.created",
    "issues.opened",
    "pull_request.closed",
    "pull_request.opened",
    "pull_request.ready_for_review",
    "pull_request.reopened",
    "pull_request.synchronize",
    "pull_request_review.dismissed",
    "pull_request_review.submitted",
    "push",
    "workflow_run.completed",
)
"""The events that start workflows of this project."""
Node = dict[str, Any]


def pruned(description: Node) -> Node:
    """A description without texts, and without parts that no operation reaches."""
    bare: Node = _without_texts({key: description[key] for key in description if key != "info"})
    info = description["info"]
    kept: Node = {key: info[key] for key in ("title", "version", "license") if key in info}
    kept = {"info": kept, "paths": bare["paths"]}
    for reference in sorted(_reached(bare)):
        *way, name = reference.removeprefix("#/").split("/")
        source, target = bare, kept
        for step in way:
            source, target = source[step], target.setdefault(step, {})
        target[name] = source[name]
    return kept


def _without_texts(node: Any, *, names: bool = False) -> Any:
    if isinstance(node, list):
        return [_without_texts(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_texts(value, names=not names and key in NAMES)
        for key, value in node.items()
        if names or (key not in TEXTS and not key.startswith("x-"))
    }


def _reached(bare: Node) -> set[str]:
    """All references from the operations, and from what they refer to."""
    found: set[str] = set()
    waiting = list(_references(bare["paths"]))
    while waiting:
        reference = waiting.pop()
        if reference not in found:
            found.add(reference)
            node: Any = bare
            for step in reference.removeprefix("#/").split("/"):
                node = node[step]
            waiting += _references(node)
    return found


def _references(node: Any) -> Iterator[str]:
    children = node if isinstance(node, list) else node.values() if isinstance(node, dict) else ()
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        yield node["$ref"]
    for each in children:
        yield from _references(each)


def files(source: Path) -> Iterator[tuple[str, str]]:
    """Name and content of each file to write."""
    for name in DESCRIPTIONS:
        yield name, _lines(pruned(json.loads((source / name).read_text(encoding="utf-8"))))
    for sample in sorted((source / "slack-samples").glob("*.json")):
        yield f"slack-samples/{sample.name}", _one_line(sample)
    for event in EVENTS:
        name = f"github-webhooks/{event}.payload.json"
        yield name, _one_line(source / name)


def _lines(node: Node) -> str:
    """JSON with a line for each path and each schema, so that a difference can be read."""
    parts = []
    for key, value in node.items():
        if key == "components":
            inner = [f'"{kind}":{{\n{_rows(each)}\n}}' for kind, each in value.items()]
            parts.append(f'"{key}":{{\n' + ",\n".join(inner) + "\n}")
        else:
            parts.append(f'"{key}":{{\n{_rows(value)}\n}}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _rows(node: Node) -> str:
    return ",\n".join(f"{json.dumps(key)}:{_compact(value)}" for key, value in node.items())


def _compact(node: Any) -> str:
    return json.dumps(node, separators=(",", ":"), ensure_ascii=False)


def _one_line(file: Path) -> str:
    return _compact(json.loads(file.read_text(encoding="utf-8"))) + "\n"


def main(source: str) -> None:
    """Write all files."""
    for name, text in files(Path(source)):
        path = INTO / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
