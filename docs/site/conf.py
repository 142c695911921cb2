"""The documentation site: the pages of the repository as they are, built by `make site`.

The source is the whole repository, so that the links between README.md and docs/ lead somewhere.
The navigation is that of docs/README.md.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx

TOP: Final = Path(__file__).parents[2]
REPOSITORY: Final = "https://github.com/escalation-as-code/escalation-as-code"
INDEX: Final = "docs/README"
DECISIONS: Final = "docs/decisions/README"
_LINK: Final = re.compile(r"(?<=\]\()(?![a-z]+:|#)(?P<path>[^)\s#]+)(?P<anchor>#[^)\s]*)?(?=\))")

project = "Escalation as code"
copyright = ""  # noqa: A001 - the name that Sphinx reads
root_doc = "README"
extensions = ["myst_parser"]
include_patterns = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**.md"]
exclude_patterns = [".*", "_site", "build", "dist", "reconciler", "tests"]
suppress_warnings = ["myst.header", "misc.highlighting_failure"]
nitpicky = True

myst_heading_anchors = 4
myst_enable_extensions = ["attrs_inline"]

html_theme = "furo"
html_title = project
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "source_repository": REPOSITORY,
    "source_branch": "main",
    "source_directory": "",
}


def chapters() -> Iterator[tuple[str, list[str]]]:
    """The sections of docs/README.md, each with the documents that it links."""
    text = (TOP / f"{INDEX}.md").read_text(encoding="utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, rest = section.partition("\n")
        yield title, list(dict.fromkeys(_documents(rest)))


def _documents(text: str) -> Iterator[str]:
    for found in _LINK.finditer(text):
        page = (TOP / INDEX).parent.joinpath(found["path"]).resolve()
        yield page.relative_to(TOP).as_posix().removesuffix(".md")


def _toctree(title: str, documents: list[str]) -> str:
    lines = [f"```{{toctree}}\n:hidden:\n:caption: {title}\n", *(f"/{each}" for each in documents)]
    return "\n".join([*lines, "```", ""])


def _read(app: Sphinx, document: str, content: list[str]) -> None:
    """Give links to files that are no pages an address, and add the navigation."""
    folder = (TOP / document).parent

    def address(found: re.Match[str]) -> str:
        path = folder.joinpath(found["path"]).resolve()
        if not path.exists() or not path.is_relative_to(TOP) or path.suffix in {".png", ".svg"}:
            return found[0]  # Sphinx reports what does not exist
        name = path.relative_to(TOP).as_posix()
        if name.removesuffix(".md") in app.env.found_docs:
            return found[0]
        return f"{REPOSITORY}/{'tree' if path.is_dir() else 'blob'}/main/{name}"

    content[0] = _LINK.sub(address, content[0])
    if document in {root_doc, DECISIONS}:
        app.env.note_reread()  # the navigation depends on other files
    if document == root_doc:
        shown = "\n".join(_toctree(*chapter) for chapter in chapters())
        content[0] += f"\n{shown}\n```{{toctree}}\n:hidden:\n\n/{INDEX}\n```\n"
    if document == DECISIONS:
        pages = sorted((TOP / DECISIONS).parent.glob("[0-9]*.md"))
        content[0] += (
            f"\n{_toctree('Decisions', [f'docs/decisions/{each.stem}' for each in pages])}"
        )


def _begin_at_the_readme(app: Sphinx, failure: Exception | None) -> None:
    """A server looks for index.html; the README is the page to begin with."""
    if failure is None and app.builder.name == "html":
        shutil.copyfile(app.outdir / f"{root_doc}.html", app.outdir / "index.html")


def setup(app: Sphinx) -> None:
    """Register what is done before and after Sphinx writes pages."""
    app.connect("source-read", _read)
    app.connect("build-finished", _begin_at_the_readme)
