"""What `unsafe-html = true` lifts, and what it does not: it concerns the HTML of the author's own cards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile_decks.browsing import reviewer
from tests.project import Project
from tests.real_anki import fresh_anki, sides
from tests.screenshots.page import CHROMIUM

_CONFIG = '[tool.flashgen]\nnamespace = "test-a2b3c"\nunsafe-html = true\n'
_KEPT = (
    "<b onclick=\"alert(1)\" id=x style='position: fixed'>x</b>",
    '<svg viewBox="0 0 9 9"><linearGradient id="g"></linearGradient><path d="M0 0"/></svg>',
    "<my-element data-x=y>z</my-element>",
    '<iframe src="https://example.org/"></iframe>',
    "<style>#qa { color: red }</style>",
    "<script>if (1 < 2) { alert(1) }</script>",
    '<form action="https://example.org/"><input name="x"></form>',
    "<p>\\(\\href{https://example.org/}{x}\\)</p>",
)


def _answer(folder: Path, markdown: str) -> str:
    project = Project(folder, config=_CONFIG)
    project.write({"cards/a.md": f"Q: a\nA: b\n\n{markdown}\n"})
    with fresh_anki() as anki:
        anki.import_package(project.package())
        return anki.notes()[0]["Answer"]


@pytest.mark.parametrize("html", _KEPT)
def test_html_stays_as_it_was_written(html: str, tmp_path: Path) -> None:
    assert html in _answer(tmp_path, f"<div>\n{html}\n</div>")


def test_links_and_formulas_stay_as_they_were_written(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "[x](other.md) $\\href{https://example.org/}{y}$")
    assert '<a href="other.md">x</a>' in answer
    assert "\\(\\href{https://example.org/}{y}\\)" in answer


def test_nothing_is_told_of_what_stays(tmp_path: Path) -> None:
    project = Project(tmp_path, config=_CONFIG)
    text = "\n\n".join(f"<div>\n{html}\n</div>" for html in _KEPT)
    project.write({"cards/a.md": f"Q: a\nA: b\n\n{text}\n\n[x](other.md) $\\style{{color:red}}{{y}}$\n"})
    assert project.run("check").stdout.strip().endswith("no faults")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_script_runs(tmp_path: Path) -> None:
    project = Project(tmp_path, config=_CONFIG)
    project.write({"cards/a.md": "Q: a\nA: b\n\n<script>alert(1)</script>\n"})
    with fresh_anki() as anki:
        anki.import_package(project.package())
        (card,) = anki.cards()
        with reviewer() as opened:
            assert (1, "alert was called") in list(opened.study(sides(card)))


@pytest.mark.parametrize(
    ("markdown", "rule"),
    [
        ("<img src=../../x.png alt=x>", "media-outside-project"),
        ("<img src=page.html alt=x>", "not-media"),
        ("<svg><foreignObject><img src=script.js alt=x></foreignObject></svg>", "not-media"),
        ("![x](/etc/passwd)", "media-outside-project"),
        ("[sound:list.mp3]", "not-media"),
        ("<img src=none.png alt=x>", "missing-media"),
        ("<img src='data:image/png,x' alt=x>", "missing-media"),
    ],
)
def test_media_are_what_they_are_without_it(markdown: str, rule: str, tmp_path: Path) -> None:
    project = Project(tmp_path, config=_CONFIG)
    files: dict[str, str | bytes] = {"page.html": "x", "script.js": "x", "list.mp3": "#EXTM3U\nhttp://evil.test"}
    project.write({f"cards/{name}": content for name, content in files.items()})
    project.write({"cards/a.md": f"Q: a\nA: b\n\n{markdown}\n"})
    result = project.run("build")
    assert result.exit_code == 1
    assert f"error[{rule}]" in result.stderr


def test_the_markup_of_anki_stays_asleep(tmp_path: Path) -> None:
    answer = _answer(tmp_path, "<div>[latex]x[/latex] [sound:x.mp3]</div>")
    assert "[latex]" not in answer
    assert "[sound:" not in answer


def test_what_is_no_html_is_text_all_the_same(tmp_path: Path) -> None:
    assert "&lt;ESC&gt; and List&lt;int&gt;" in _answer(tmp_path, "<ESC> and List<int>")
