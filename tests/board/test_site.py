"""`escalate board`: what the pages of a small company show, and that all text stays text."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from board.small import NOW, small_company
from click.testing import CliRunner
from figures.test_report import History
from goldens import hold

from reconciler import redaction
from reconciler.cli.board import board
from reconciler.model.board import Board, BoardMoment, Dossier, TriedLimits
from reconciler.render.site import pages
from reconciler.render.site.charts import limits_chart
from reconciler.render.site.pages import Site

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = '</p><script>alert(1)</script><img src=x onerror="a()"> {{ 7 * 7 }} & "q" \'s\' \u202e'
VOID = {"meta", "link", "rect", "line", "path"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("board")
    small_company(folder / "repo")
    run(folder / "repo", folder / "site")
    return folder / "site"


def run(repo: Path, out: Path, status: int = 0) -> str:
    words = ["--repo", str(repo), "--out", str(out), "--now", NOW.isoformat()]
    done = CliRunner().invoke(board, words, standalone_mode=False)
    assert done.exception is None, done.output
    assert done.return_value == status, done.output
    return done.output


class Reader(HTMLParser):
    """Reads a page strictly: what it shows, its elements and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"p", "li", "tr", "h1", "h2", "h3", "dt", "caption", "section", "figure"}:
            self.text.append("\n")
        elif tag in {"td", "th", "dd"}:
            self.text.append(" | ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def shown(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self.text).split("\n"))
        return "".join(f"{line}\n" for line in lines if line)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("name", ["index", "figures", "ended", "e/DS-1", "e/DS-2", "e/DS-4"])
def test_what_a_page_shows(site: Path, name: str) -> None:
    shown = read((site / f"{name}.html").read_text("utf-8")).shown
    hold(GOLDEN / f"{name.replace('/', '-')}.txt", re.sub(r"\b[0-9a-f]{40}\b", "c" * 40, shown))


def every_page(site: Path) -> Iterator[tuple[Path, Reader]]:
    for path in sorted(site.rglob("*.html")):
        yield path, read(path.read_text("utf-8"))


def test_each_page_can_be_used_without_eyes_and_without_a_mouse(site: Path) -> None:
    for path, page in every_page(site):
        tags = [tag for tag, _ in page.elements]
        assert {"header", "nav", "main", "footer", "title"} <= set(tags), path
        assert tags.count("h1") == 1
        assert page.elements[0] == ("html", {"lang": "en"})
        levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in pairwise(levels))
        for tag, given in page.elements:
            assert tag != "th" or given.get("scope") in {"row", "col"}
            assert tag != "svg" or given.get("aria-hidden") or given.get("aria-label")
            labelled = given.get("aria-labelledby")
            assert labelled is None or any(each.get("id") == labelled for _, each in page.elements)


def test_a_page_runs_nothing_and_loads_only_its_style(site: Path) -> None:
    for path, page in every_page(site):
        tags = {tag for tag, _ in page.elements}
        assert not tags & {"script", "iframe", "object", "embed", "form", "img", "style"}
        policy = next(g for _, g in page.elements if g.get("http-equiv"))["content"]
        assert policy == (
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
        )
        for tag, given in page.elements:
            assert not [name for name in given if name.startswith("on") or name == "style"]
            address = given.get("href") or ""
            if re.match(r"[a-z]+:", address):
                assert tag == "a"
                assert address.startswith(("https://", "http://"))
            elif address.strip("#"):
                there = path.parent / address.partition("#")[0]
                assert address.startswith("#") or there.exists()


def test_the_colours_have_contrast() -> None:
    style = (pages.TEMPLATES / "style.css").read_text()
    for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL):
        colour = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,8});", block))
        for name in ("text", "dim", "link", "bad", "warn", "good"):
            for ground in ("ground", "panel"):
                assert contrast(colour[name], colour[ground]) >= 4.5, (name, ground)


def contrast(one: str, other: str) -> float:
    """Of WCAG 2.1, section 1.4.3."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def hostile(value: Any) -> Any:
    """The same value with markup in each text that a file or a service can choose."""
    if isinstance(value, str) and type(value) is str:
        return HOSTILE
    if hasattr(type(value), "model_fields"):
        return value.model_copy(
            update={name: hostile(getattr(value, name)) for name in type(value).model_fields}
        )
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        found = {
            each.name: hostile(getattr(value, each.name)) for each in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **found)
    if isinstance(value, tuple):
        return tuple(hostile(each) for each in value)
    if isinstance(value, dict):
        return {HOSTILE: HOSTILE}
    return value


def made(site: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Board, list[Dossier]]:
    """The values from which the site is rendered."""
    found: list[Board] = []
    dossiers: list[Dossier] = []
    monkeypatch.setattr(Site, "__init__", lambda _, board: found.append(board))
    monkeypatch.setattr(Site, "pages", lambda _: iter(()))
    monkeypatch.setattr(Site, "dossier", lambda _, it: dossiers.append(it) or ("x.html", ""))
    run(site.parent / "repo", site.parent / "other")
    monkeypatch.undo()
    return found[0], dossiers


def test_hostile_text_stays_text(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every field of every page, an address in the policy included."""
    real, dossiers = made(site, monkeypatch)
    script = "javascript:alert(1)//"
    evil = dataclasses.replace(
        hostile(real),
        time_zone="UTC",
        repository_url=script,
        browse_url=script,
    )
    evil = dataclasses.replace(
        evil,
        trends=dataclasses.replace(
            evil.trends, report=evil.trends.report.model_copy(update={"time_zone": "UTC"})
        ),
    )
    dossier = next(each for each in dossiers if each.ticket == "DS-1")
    rendered = [*Site(evil).pages(), Site(evil).dossier(hostile(dossier))]
    assert len(rendered) == 5
    for name, page in rendered:
        if name == pages.STYLE:
            continue
        reader = read(page)
        assert "<script>alert(1)</script>" in reader.shown, "it is shown as text"
        assert "{{ 7 * 7 }}" in reader.shown
        tags = {tag for tag, _ in reader.elements}
        assert not tags & {"script", "img"}
        assert "\u202e" not in page
        for _, given in reader.elements:
            assert not [each for each in given if each.startswith("on")]
            assert not (given.get("href") or "").startswith("javascript:")


def test_no_token_is_published(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, dossiers = made(site, monkeypatch)
    token = "a-token-of-a-service"
    moment = BoardMoment(NOW, "changed", token)
    dossier = dataclasses.replace(dossiers[0], title=token, moments=(moment,))
    entry = dataclasses.replace(real.open[0], title=token)
    site_of = Site(dataclasses.replace(real, open=(entry,)))

    def texts() -> list[str]:
        return [site_of.dossier(dossier)[1], *(text for _, text in site_of.pages())]

    assert [token in text for text in texts()] == [True, False, True, False, False]
    monkeypatch.setattr(redaction, "_tokens", {token})
    assert not [text for text in texts() if token in text]


def test_a_site_is_replaced_and_nothing_else(site: Path, tmp_path: Path) -> None:
    repo, out = site.parent / "repo", tmp_path / "out"
    run(repo, out)
    stale = out / "e" / "DS-999.html"
    stale.write_text("old")
    run(repo, out)
    assert not stale.exists()
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    run(repo, other, status=2)
    assert [each.name for each in other.iterdir()] == ["mine.txt"]


def test_many_that_ended_have_several_pages(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, _ = made(site, monkeypatch)
    many = tuple(
        dataclasses.replace(real.ended[0], title="x" * 160, ended=NOW - timedelta(days=each))
        for each in range(pages.ROWS + 1)
    )
    found = dict(Site(dataclasses.replace(real, ended=many)).pages())
    assert {"ended.html", "ended-2.html"} <= found.keys()
    assert all(len(page.encode()) < 200_000 for page in found.values())


def test_a_folder_without_a_policy(tmp_path: Path) -> None:
    made = History.__mro__[1](tmp_path / "bare")
    made.commit({"x": "y"})
    run(made.path, tmp_path / "site", status=1)
    run(tmp_path, tmp_path / "site", status=2)


def test_times_are_of_the_zone_of_the_policy(site: Path) -> None:
    text = (site / "index.html").read_text("utf-8")
    assert '<time datetime="2026-11-02T10:09:00-05:00">' in text


def test_a_channel_has_the_name_with_which_a_run_created_it(site: Path) -> None:
    """The audit branch has no names, and the title can change later."""
    shown = "#ds-1-card-payments-fail-with-3-d-secure"
    for page in ("index.html", "e/DS-1.html"):
        text = (site / page).read_text("utf-8")
        assert shown in text
        assert "#the channel" not in text


def test_nothing_stands_for_an_address_that_is_not_known(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, dossiers = made(site, monkeypatch)
    entry = dataclasses.replace(real.open[0], channel="", pull_request=None)
    bare = Site(dataclasses.replace(real, open=(entry,), held=(), browse_url=""))
    pages_ = dict(bare.pages())
    assert "Links" not in read(pages_["index.html"]).shown
    assert "· ticket" not in read(bare.dossier(dossiers[0])[1]).shown


@pytest.mark.parametrize(
    ("waited", "ticks", "widths"),
    [
        ((0, 0), ["0", "1"], [0, 0]),
        ((3, 1), ["0", "1", "2", "3"], [608, 202.7]),
        ((70, 7), ["0", "20", "40", "60", "80"], [532, 53.2]),
    ],
)
def test_bars_of_limits_share_one_scale(
    waited: tuple[int, ...], ticks: list[str], widths: list[float]
) -> None:
    tried = [TriedLimits("DS", "1 per day", each, min(each, 1)) for each in waited]
    chart = limits_chart("DS", tried)
    assert [each.words for each in chart.across] == ticks
    assert [each.waited for each in chart.bars] == widths
    assert all(each.never <= each.waited for each in chart.bars)
    assert chart.summary.count("never admitted") == len(waited)
