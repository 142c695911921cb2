"""HELP.md: a section for each role, and a link to it from everything that `init` creates."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from docs.test_reference import generator
from reconciler.edit.form_fields import FormKind
from reconciler.render.template import InitAnswers, laid_down
from reconciler.services.slack.gateway import SCOPES

TOP = Path(__file__).parents[2]
REPOSITORY: Final = "https://github.com/acme/escalations"
ADDRESS: Final = f"{REPOSITORY}/blob/main/HELP.md"
TOOL: Final = "https://github.com/acme/tool/blob/v1.2.3/docs/"
ANSWERS: Final = InitAnswers(
    desk="DS",
    desk_name="Dev Support",
    announce_in="sre-escalations",
    time_zone="America/New_York",
    repository_url=REPOSITORY,
    action="acme/tool@v1.2.3 # first",
    lead="hannah",
    lead_name="Hannah Weiss",
    lead_email="hannah@acme.example",
    lead_github="hannah-weiss",
    normal_queue="Wait.",
    code_owners="@hannah-weiss",
)
CREATED: Final = laid_down(ANSWERS, 2026, SCOPES)
HELP: Final = CREATED["HELP.md"]
FORMS: Final = {path: text for path, text in CREATED.items() if "/ISSUE_TEMPLATE/" in path}
ROLES: Final = {
    "assignee": ("assess", "resolve", "update"),
    "contact": ("communicate", "handover"),
    "initiator": ("escalate", "reopen", "withdraw"),
    "reviewer": ("assign",),
}
"""Who sends which form."""


def anchors() -> set[str]:
    """The anchors of its headings, as GitHub makes them."""
    found = re.findall(r"^## (.+)$", HELP, re.MULTILINE)
    return {each.lower().replace(" ", "-") for each in found}


def links(text: str) -> Iterator[str]:
    yield from re.findall(r"\]\(([^)\s]+)\)", text)


def test_there_is_a_form_for_each_kind() -> None:
    assert {Path(each).stem for each in FORMS} == {each.value for each in FormKind}
    assert {each for forms in ROLES.values() for each in forms} == {each.value for each in FormKind}


@pytest.mark.parametrize("path", FORMS)
def test_each_form_links_the_section_of_its_role(path: str) -> None:
    shown: dict[str, Any] = yaml.safe_load(FORMS[path])
    texts = [each["attributes"]["value"] for each in shown["body"] if each["type"] == "markdown"]
    (role,) = (role for role, forms in ROLES.items() if Path(path).stem in forms)
    assert f"[Help for the {role}]({ADDRESS}#{role})" in "\n".join(texts)
    assert role in anchors()


def test_the_readme_and_the_pull_request_template_link_it() -> None:
    assert "HELP.md" in set(links(CREATED["README.md"]))
    assert ADDRESS in set(links(CREATED[".github/pull_request_template.md"]))


def test_each_form_is_linked_from_the_section_of_its_role() -> None:
    for role, forms in ROLES.items():
        section = HELP.partition(f"\n## {role.capitalize()}\n")[2].partition("\n## ")[0]
        for form in forms:
            assert f"{REPOSITORY}/issues/new?template={form}.yml" in set(links(section))


def test_each_of_its_links_leads_somewhere() -> None:
    for link in links(HELP):
        if link.startswith("#"):
            assert link[1:] in anchors()
        elif link.startswith(TOOL):
            assert (TOP / "docs" / link.removeprefix(TOOL)).is_file(), link
        elif not link.startswith(f"{REPOSITORY}/issues/new"):
            assert link in CREATED


def test_it_has_a_list_of_its_sections() -> None:
    listed = [each[1:] for each in links(HELP.partition("\n## ")[0]) if each.startswith("#")]
    assert set(listed) == anchors()


@pytest.mark.parametrize("path", generator().help_files())
def test_this_repository_has_the_same(path: str) -> None:
    assert (TOP / path).read_text() == generator().help_files()[path], "stale: run `make docs`"
