"""Files that an attacker puts beside the cards: names of HTML, pictures that are pages, links out of the project."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.hostile_decks.browsing import differing, media_of, reviewer
from tests.project import Project
from tests.real_anki import fresh_anki, sides
from tests.screenshots.page import CHROMIUM

_PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
_SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="parent.alert(1)">
<script>parent.alert(1)</script><script href="//evil.test/x.js"/>
<style>@import "//evil.test/x.css"; @font-face { font-family: x; src: url(//evil.test/f) }
text { font-family: x }</style>
<image href="//evil.test/i.png" width="9" height="9"/><use href="//evil.test/u.svg#x"/>
<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="//evil.test/"/></foreignObject>
<a xlink:href="javascript:parent.alert(1)"><text y="9">x</text></a>
<animate onbegin="parent.alert(1)" attributeName="x" dur="1s"/></svg>"""
_NAMES = (
    '"><img src onerror=alert(1)>.png',
    "' onerror='alert(1).png",
    "<script>alert(1)<&#47;script>.png",
    "&quot;&gt;&lt;script&gt;.png",
    "[sound:x.mp3].png",
    "{{c1::x}}.png",
    "{{FrontSide}}.png",
    "_kept.png",
    "..png",
    "%2e%2e%2fx.png",
    "a;b|c&d$(id)`id`.png",
    "--script=x.png",
    "x\u202egnp.png",
    "CON.png",
)


def _packaged(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names: Mapping[str, str] = json.loads(archive.read("media"))
        return {name: archive.read(number) for number, name in names.items()}


@pytest.mark.parametrize("name", _NAMES)
def test_a_name_is_no_more_than_letters_and_digits_in_anki(name: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    written = name.replace("&", "&amp;")
    project.write(
        {f"cards/{name}": _PNG, "cards/a.md": f'Q: a\n\n<img src="{written.replace(chr(34), "&quot;")}" alt=x>\nA: b\n'}
    )
    (stored,) = _packaged(project.package())
    assert stored.isascii()
    assert stored.replace("-", "").replace(".", "").isalnum()
    assert not stored.startswith(("_", "-", "."))


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_picture_runs_nothing_and_loads_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write(
        {
            "cards/drawing.svg": _SVG,
            "cards/page.png": b"<html><script>parent.alert(1)</script>",
            "cards/both.gif": b"GIF89a/*" + bytes(4) + b"*/=1;alert(1)//",
            "cards/a.md": "Q: ![a](drawing.svg) ![b](page.png) ![c](both.gif)\nA: <img src=drawing.svg alt=d>\n",
        }
    )
    with fresh_anki() as anki:
        anki.import_package(project.package())
        (card,) = anki.cards()
        shown = sides(card)
        with reviewer(media_of(Path(anki.col.media.dir()))) as opened:
            assert differing(opened.study(shown), ("front", "back")) == []
            assert opened.asked == []


@pytest.mark.parametrize("entrance", ["![a]({})", '<img src="{}" alt=a>', "![[{}]]", "<video poster='{}'></video>"])
@pytest.mark.parametrize("link", ["a file", "a folder", "a chain"])
def test_no_file_outside_of_the_project_is_packaged(link: str, entrance: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(b"secret")
    project = Project(tmp_path / "project")
    project.write({"cards/a.md": f"Q: a {entrance.format('in/secret.png')}\nA: b\n"})
    inside = project.root / "cards/in"
    if link == "a folder":
        inside.symlink_to(outside)
    else:
        inside.mkdir()
        target = outside / "secret.png"
        if link == "a chain":
            (project.root / "cards/step").symlink_to(target)
            target = Path("../step")
        (inside / "secret.png").symlink_to(target)
    result = project.run("build")
    assert "error[media-outside-project]" in result.stderr
    assert not list(project.root.glob("decks/*"))


@pytest.mark.parametrize(
    "path", ["../../secret.png", "/{}/secret.png", "x/../../../secret.png", "file:///{}/secret.png"]
)
def test_no_path_leads_out_of_the_project(path: str, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    project = Project(tmp_path / "project")
    written = path.format(os.fspath(tmp_path).strip("/"))
    project.write({"cards/a.md": f"Q: a ![b](<{written}>) <img src='{written}' alt=c>\nA: b\n"})
    result = project.run("build")
    assert result.exit_code == 1
    assert not list(project.root.glob("decks/*"))
