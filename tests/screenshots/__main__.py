"""Takes the README's picture: cards of the article's deck, light and dark. `python -m tests.screenshots [FOLDER]`."""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

from tests.project import Project
from tests.real_anki import fresh_anki
from tests.screenshots.page import browser, page_of

ROOT = Path(__file__).parents[2]
_WIDTH, _HEIGHT = 390, 560
# A search that finds the note, the ordinal of its card, and whether the answer is shown.
SHOWN = (
    ("Word:*cerise*", 0, True, False),
    ("Question:*envoie*Moscou*", 0, True, False),
    ("Text:*Koursk*", 0, False, True),
    ("Question:*plus*gros*calibre*", 0, True, True),
)


def main(folder: Path) -> None:
    """Writes a picture of each card, and `cards.png` with all of them side by side, into `folder`."""
    with tempfile.TemporaryDirectory() as temporary, fresh_anki() as anki, browser() as chromium:
        project = Project(Path(temporary), config="")
        project.write({"pyproject.toml": (ROOT / "pyproject.toml").read_bytes()})
        for path in (ROOT / "cards").rglob("*"):
            if path.is_file():
                project.write({path.relative_to(ROOT).as_posix(): path.read_bytes()})
        anki.import_package(project.package())
        pictures = []
        for index, (search, ordinal, answer, night) in enumerate(SHOWN):
            card = next(c for c in anki.notes(search)[0].cards() if c.ord == ordinal)
            page = chromium.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, device_scale_factor=2)
            page.set_content(page_of(card, answer=answer, night=night))
            pictures.append(page.screenshot())
            (folder / f"card-{index + 1}.png").write_bytes(pictures[-1])
        images = "".join(
            f'<img width="{_WIDTH}" src="data:image/png;base64,{base64.b64encode(picture).decode()}">'
            for picture in pictures
        )
        style = "margin:0;padding:16px;background:#c9ccd1;display:grid;gap:16px;grid-template-columns:repeat(4,390px)"
        page = chromium.new_page(viewport={"width": 4 * _WIDTH + 80, "height": _HEIGHT + 32})
        page.set_content(f'<!doctype html><body style="{style}">{images}</body>')
        (folder / "cards.png").write_bytes(page.screenshot(full_page=True))


main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
