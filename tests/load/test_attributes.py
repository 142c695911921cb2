"""Which lines of `.gitattributes` change the tool's files, and that CI reads committed files."""

import pytest
from hub import Hub

from reconciler.load.attributes import attribute_findings
from reconciler.load.raw import RawFile

CHANGES = [
    (".gitattributes", "*.yaml ident"),
    (".gitattributes", "* filter=lfs -text"),
    (".gitattributes", "* text=auto eol=crlf"),
    (".gitattributes", "escalations/** working-tree-encoding=UTF-16"),
    (".gitattributes", "/config/*.yaml export-subst"),
    (".gitattributes", "**/DS-*.y?ml ident"),
    (".gitattributes", "schemas/*.json ident"),
    (".gitattributes", "DS-1042.yaml filter=evil"),
    (".gitattributes", '"escalations/2026/DS-1.yaml" ident'),
    ("escalations/2026/.gitattributes", "* ident"),
    ("config/.gitattributes", "policy.yaml ident"),
]
HARMLESS = [
    (".gitattributes", "* text=auto"),
    (".gitattributes", "*.yaml text eol=lf"),
    (".gitattributes", "*.jpg filter=lfs diff=lfs merge=lfs -text"),
    (".gitattributes", "**/*.jpg filter=lfs"),
    (".gitattributes", "docs/*.yaml ident"),
    (".gitattributes", "# *.yaml ident"),
    (".gitattributes", "*.yaml -ident !filter diff=evil"),
    (".gitattributes", "/top.yaml ident"),
    ("escalations/.gitattributes", "README.md ident"),
]


@pytest.mark.parametrize(("path", "line"), CHANGES)
def test_lines_that_change_files_are_found_with_their_line(path: str, line: str):
    (found,) = attribute_findings(RawFile(path, f"# first\n{line}\n".encode()))
    assert (found.rule, found.position.line) == ("file-attributes", 2)
    assert line[found.position.column - 1 :].split(maxsplit=1)[0] in found.message


@pytest.mark.parametrize(("path", "line"), HARMLESS)
def test_other_lines_are_not_found(path: str, line: str):
    assert list(attribute_findings(RawFile(path, f"{line}\n".encode()))) == []


def test_macros_are_followed():
    text = b"[attr]stamped text ident\n[attr]twice stamped\n*.jpg twice\n*.yaml twice\n"
    (found,) = attribute_findings(RawFile(".gitattributes", text))
    assert found.position.line == 4


def test_attributes_stop_no_recorded_run(hub: Hub):
    """With `ident`, a checkout always differs from the commit."""
    path = "escalations/2026/DS-1071.yaml"
    number = hub.propose("DS-1071", assignee="nadia", reason="$Id$")
    hub.review(number)
    hub.merge(number)
    hub.push("ident", {".gitattributes": "*.yaml ident\n"})
    number = hub.open("ident", "Attributes")
    hub.reconcile(status=None)
    (comment,) = hub.plan_comments(number)
    assert "file-attributes" in comment["body"]
    hub.merge(number)
    hub.pull_main()
    hub.git("rm", "-rq", "--cached", ".")
    hub.git("reset", "-q", "--hard", "HEAD")
    assert "$Id: " in (hub.folder / path).read_text()
    done = hub.escalate("apply", "--record", status=6, fresh=False)
    assert ".gitattributes:1:8: error: file-attributes" in done.stderr
    assert "only committed files count" in done.stderr
    hub.git("fetch", "-q", "origin", "audit")
    assert "DS-1071" in hub.git("grep", "DS-1071", "FETCH_HEAD")


def test_ci_reads_committed_files(hub: Hub):
    """The files in the folder differ from those of the commit."""
    number = hub.propose("DS-1071")
    hub.git("fetch", "-q", "origin", "escalate/ds-1071")
    hub.git("checkout", "-q", "FETCH_HEAD")
    (hub.folder / "escalations/2026/DS-1071.yaml").write_text("nothing: here\n")
    (hub.folder / "config/policy.yaml").write_text("nothing: here\n")
    (hub.folder / "config/roster.yaml").unlink()
    options = ("check", "--base", "main")
    hub.escalate(*options, "--head", "HEAD", fresh=False)
    assert hub.escalate(*options, fresh=False, status=1)
    assert '"DS"' in hub.escalate("desks", fresh=False, now=False).stdout
    assert f"#{number}" in hub.escalate("acknowledge", "--all", fresh=False).stdout
    hub.escalate("check", "--head", "HEAD", fresh=False, status=2)
