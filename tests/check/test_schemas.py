"""`escalate schema`: the schemas are fresh, valid, and agree with the loader."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from checking import escalate

from reconciler.load.raw import RawFile
from reconciler.load.snapshot import load_snapshot

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("escalation", "policy", "roster")


def schema(name: str) -> dict[str, Any]:
    text = (ROOT / f"schemas/{name}.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_fresh(name: str) -> None:
    text = (ROOT / f"schemas/{name}.schema.json").read_text(encoding="utf-8")
    assert text == escalate("schema", name).out, "Run: make schemas"


def test_all_schemas_are_written(tmp_path: Path) -> None:
    assert escalate("schema", "--write", tmp_path / "new").status == 0
    for name in NAMES:
        written = (tmp_path / f"new/{name}.schema.json").read_bytes()
        assert written == (ROOT / f"schemas/{name}.schema.json").read_bytes()


def test_without_a_name_the_schema_of_escalations_is_printed() -> None:
    assert json.loads(escalate("schema").out)["title"] == "Escalation"


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_a_valid_one_for_editors(name: str) -> None:
    found = schema(name)
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["$id"]
    assert found["additionalProperties"] is False
    for key, part in found["properties"].items():
        assert "title" not in part
        assert key == "version" or "description" in str(part) or "$ref" in part


FILES = [
    *(("escalation", path) for path in sorted(ROOT.glob("escalations/*/*.yaml"))),
    ("policy", ROOT / "config/policy.yaml"),
    ("roster", ROOT / "config/roster.yaml"),
]


@pytest.mark.parametrize(("name", "path"), FILES, ids=lambda value: Path(value).stem)
def test_the_schema_accepts_the_example_files(name: str, path: Path) -> None:
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=_TimesAreText)
    jsonschema.Draft202012Validator(schema(name)).validate(data)
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    linked = (path.parent / first.partition("=")[2]).resolve()
    assert linked == ROOT / f"schemas/{name}.schema.json"


class _TimesAreText(yaml.SafeLoader):
    """Reads times as JSON has them."""


_TimesAreText.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)

VALID = (ROOT / "escalations/2026/DS-1042.yaml").read_text(encoding="utf-8")
DIFFERENT = [
    ("level: critical", "level: dire"),
    ("title: ", "titel: "),
    ("contact: lena", "contact: Lena"),
    ("contact: lena", "contact: 5"),
    ("how_many: 5200", "how_many: 0"),
    ("how_many: 5200", "how_many: many"),
    ("ticket: DS-1042", "ticket: DS-0"),
    ("product_engineering: [payments]", "product_engineering: payments"),
    ("channel: card-payments-fail-eu", "channel: Card"),
    ("assignee: dmitri", "assignee: dmitri"),
    ("assignee: dmitri", "assignee:"),
    ("channel: card-payments-fail-eu", "channel: null"),
]


@pytest.mark.parametrize(("old", "new"), DIFFERENT)
def test_schema_and_loader_agree(old: str, new: str) -> None:
    assert old in VALID
    text = VALID.replace(old, new, 1)
    data = yaml.load(text, Loader=_TimesAreText)
    by_schema = jsonschema.Draft202012Validator(schema("escalation")).is_valid(data)
    loaded = load_snapshot([RawFile("escalations/2026/DS-1042.yaml", text.encode())])
    assert by_schema == bool(loaded.entries)
