"""What is typed, compared by the page's script and by Anki."""

from __future__ import annotations

import random
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from flashgen.templates import plain
from tests.real_anki import Anki, fresh_anki
from tests.screenshots.page import CHROMIUM

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

_SCRIPT = Path(__file__).parents[2] / "flashgen/preview/page/comparing.js"
_LETTERS = ("a", "a", "a", "b", "c", "x", " ", "-", "é", "e", "\u0301", "ö", "ß", "東", "京", "😀", "<", "&", '"', "'")
_PAIRS = (
    ("Shahed-136", "Shahed 136"),
    ("Hello world", "helo wrld"),
    ("a", "  a "),
    ("é", "e"),
    ("é", "e\u0301"),
    ("\u0301b", "ab"),
    ("", "x"),
    ("ab" * 150, "ba" * 150),
    ("x" * 250, "x" * 249 + "y"),
)


@pytest.fixture(scope="module")
def anki() -> Iterator[Anki]:
    with fresh_anki() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Page:
    opened = chromium.new_page()
    opened.add_script_tag(path=_SCRIPT)
    return opened


def test_typed_answers_are_compared_as_anki_compares_them(page: Page, anki: Anki) -> None:
    chance = random.Random(1)

    def text() -> str:
        return "".join(chance.choices(_LETTERS, k=chance.randint(0, 12)))

    def misspelt(right: str) -> str:
        letters = list(right)
        for _ in range(chance.randint(1, 3)):
            place = chance.randint(0, len(letters))
            letters[place : place + chance.randint(0, 2)] = chance.choices(_LETTERS, k=chance.randint(0, 2))
        return "".join(letters)

    words = [text() for _ in range(600)]
    pairs = [*_PAIRS, *((word, misspelt(word)) for word in words), *zip(words, reversed(words), strict=True)]
    # What is expected comes to the page as text already.
    pairs = [(plain.typed(right), typed) for right, typed in pairs]
    ours = page.evaluate("pairs => pairs.map(([right, typed]) => compared(right, typed))", pairs)
    for (right, typed), shown in zip(pairs, ours, strict=True):
        html = right.replace("&", "&amp;").replace("<", "&lt;")
        assert shown == anki.col.compare_answer(html, typed), (right, typed)


def test_what_is_to_be_typed_is_the_text_that_anki_expects(anki: Anki) -> None:
    chance = random.Random(2)
    pieces = (
        *("a", "b c", " ", "\n", "\xa0", "<br>", "<BR/>", "<div>", "</div>", "<b>", "</b>", "<li>", "&nbsp;", "&amp;"),
        *("&lt;", "&no;", "<", "[sound:a.mp3]", "[sound:", "[anki:tts lang=x]", "[/anki:tts]", "<!-- c -->", "é"),
    )
    for _ in range(1500):
        html = "".join(chance.choices(pieces, k=chance.randint(0, 7)))
        shown = anki.col.compare_answer(html, "")
        assert f"<code id=typeans>{plain.typed(html)}</code>" == unescape(shown)
