"""What an index shows of the packages, and that one builds without git."""

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

TOP = Path(__file__).parents[2]
URLS = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]


def build(project: Path, target: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "-d", str(folder)]
    subprocess.run(command, cwd=project, check=True, capture_output=True, timeout=60)
    (made,) = folder.glob({"wheel": "*.whl", "sdist": "*.tar.gz"}[target])
    return made


def read(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as file:
        (name,) = (each for each in file.namelist() if each.endswith(".dist-info/METADATA"))
        return message_from_string(file.read(name).decode())


@pytest.fixture(scope="module")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> Message:
    return read(build(TOP, "wheel", tmp_path_factory.mktemp("wheel")))


def links(tokens: list[Token]) -> Iterator[str]:
    for each in tokens:
        yield from (str(each.attrs[name]) for name in ("href", "src") if name in each.attrs)
        yield from links(each.children or [])


def test_the_readme_has_no_relative_link(metadata: Message) -> None:
    assert metadata["Description-Content-Type"] == "text/markdown"
    found = list(links(MarkdownIt().parse(str(metadata.get_payload()))))
    assert len(found) > 20
    assert [each for each in found if not each.startswith(("https://", "#"))] == []


def test_links_into_the_repository_lead_to_files(metadata: Message) -> None:
    base = f"{URLS['Homepage']}/blob/main/"
    found = links(MarkdownIt().parse(str(metadata.get_payload())))
    ours = {each.removeprefix(base).partition("#")[0] for each in found if each.startswith(base)}
    assert len(ours) > 10
    assert [each for each in ours if not (TOP / each).exists()] == []


def test_pictures_are_those_of_the_repository(metadata: Message) -> None:
    base = f"{URLS['Homepage']}/raw/main/"
    found = links(MarkdownIt().parse(str(metadata.get_payload())))
    pictures = [each.removeprefix(base) for each in found if each.endswith((".png", ".svg"))]
    assert "docs/pictures/cast.svg" in pictures
    assert [each for each in pictures if not (TOP / each).is_file()] == []


def test_the_addresses_are_of_one_repository(metadata: Message) -> None:
    stated = dict(str(each).split(", ") for each in metadata.get_all("Project-URL", []))
    assert stated == URLS
    assert all(each.startswith(URLS["Homepage"]) for each in URLS.values())


def test_the_classifiers_are_the_versions_that_ci_runs(metadata: Message) -> None:
    prefix = "Programming Language :: Python :: "
    stated = {str(each).removeprefix(prefix) for each in metadata.get_all("Classifier", [])}
    ci = (TOP / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    (line,) = (line for line in ci.splitlines() if "3.12" in line)
    tried = line.partition("[")[2].rstrip("]").replace('"', "").split(", ")
    assert {each for each in stated if each.startswith("3.")} == set(tried)


def test_a_source_without_git_has_a_version(tmp_path: Path) -> None:
    """The source archive keeps its own; a plain copy of the files has the fallback."""
    archive = build(TOP, "sdist", tmp_path / "sdist")
    with tarfile.open(archive) as file:
        file.extractall(tmp_path, filter="data")
    (source,) = tmp_path.glob("escalation_as_code-*")
    version = source.name.partition("-")[2]
    assert read(build(source, "wheel", tmp_path / "kept"))["Version"] == version
    (source / "PKG-INFO").unlink()
    assert read(build(source, "wheel", tmp_path / "fallback"))["Version"] == "0.1.0"
