"""How cards look in a browser: on a phone, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project import Project
from tests.real_anki import Anki, fresh_anki
from tests.screenshots.page import CHROMIUM, browser, page_of

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

_WIDE = "supercalifragilistic" * 8
SOURCE = f"""
---
lang: fr
ask: [recognition, production, gender, listening, example]
---
# A heading of some length › with another one

Q: A long word: {_WIDE}

- [x] right
- [ ] wrong

A: A wide table and wide code:

| {" | ".join(f"column {n}" for n in range(12))} |
|{"---|" * 12}
| {" | ".join(f"cell {n}" for n in range(12))} |

```python
print("{_WIDE}")
```

![a wide picture](wide.svg)

$$a_1 + a_2$$
H: A hint
<!-- typed: right -->

C: {{{{One}}}} and {{{{two::{_WIDE}}}}}.

Word: un mot
Gender: masculin
IPA: /mo/
Meaning: word
Definition: Ce que l’on dit.
Example: Un **mot** suffit.
Translation: One word will do.
""".lstrip()
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="3000" height="200"><rect width="3000" height="200"/></svg>'


@pytest.fixture(scope="module")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anki]:
    project = Project(tmp_path_factory.mktemp("appearance"))
    project.write({"cards/a.md": SOURCE, "cards/wide.svg": _SVG})
    with fresh_anki() as opened:
        opened.import_package(project.package())
        yield opened


def test_no_card_is_wider_than_a_phone(anki: Anki) -> None:
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 360, "height": 640})
        for card in anki.cards():
            for answer in (False, True):
                page.set_content(page_of(card, answer=answer, night=False))
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= 360, (card.template()["name"], answer, width)


def test_night_is_dark_and_day_is_light(anki: Anki) -> None:
    with browser() as chromium:
        page = chromium.new_page()
        for night, dark in ((False, False), (True, True)):
            page.set_content(page_of(anki.cards()[0], answer=True, night=night))
            colours = page.evaluate(
                "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
            )
            ground, text = (sum(map(int, c[4:-1].split(","))) for c in colours)
            assert (ground < text) is dark


def test_a_card_asks_nothing_of_the_network_and_runs_no_script(anki: Anki, tmp_path: Path) -> None:
    with browser() as chromium:
        page = chromium.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for card in anki.cards():
            html = page_of(card, answer=True, night=False)
            page.set_content(html)
            # The hint is Anki's own: its link shows it.
            assert "<script" not in html
        assert [url for url in asked if not url.startswith("data:")] == []
