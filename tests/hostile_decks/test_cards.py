"""Nothing that an attacker writes into a card does anything in the page in which Anki shows it.

Every fragment of the catalogue goes through an entrance of the notation, its neighbours through the others, into the
real Anki, and both sides of each card into a browser. With HOSTILE_DECKS=all each goes through all of them, which takes
minutes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import anki.collection
import pytest
from anki.cards import Card
from anki.sound import SoundOrVideoTag, TTSTag

from tests.hostile_decks.browsing import differing, media_of, reviewer
from tests.hostile_decks.catalogue import FRAGMENTS, REFUSED, REMOTE, TOLD
from tests.hostile_decks.writing import ENTRANCES, FILES, Entrance, compiled, harmful, project, written
from tests.real_anki import Anki, fresh_anki
from tests.screenshots.page import CHROMIUM

_ALL = os.environ.get("HOSTILE_DECKS") == "all"
_EVERY = [fragment for fragments in FRAGMENTS.values() for fragment in fragments]
# What Anki carries out where it stands in a field, whatever the note type.
_LIVE = re.compile(r"\[(?:sound:|anki:|/?latex\]|/?\$\$?\])", re.IGNORECASE)
_PLAYED = re.compile(r"\[sound:[a-z0-9-]+\.[a-z0-9]+\]")

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


def _texts() -> dict[str, str]:
    """A source for each fragment and each entrance that it goes through."""
    return {
        f"{entrance.name}-{number:04}": written(entrance, fragment, number)
        for number, fragment in enumerate(_EVERY)
        for place, entrance in enumerate(ENTRANCES)
        if (_ALL or number % len(ENTRANCES) == place) and _is_a_card(fragment, entrance)
    }


def _is_a_card(fragment: str, entrance: Entrance) -> bool:
    """Whether it is no error there: a source has no pictures, and stands in a comment, which it would end."""
    return entrance.name != "source" or not any(mark in fragment for mark in ("![", "[sound:", "-->"))


@pytest.fixture(scope="module")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anki]:
    """A collection with all hostile cards."""
    texts = _texts()
    made = project(tmp_path_factory.mktemp("hostile"), texts, 'deck = "Hostile"\n')
    with fresh_anki() as opened:
        opened.import_package(made.package())
        assert len(opened.notes()) == len(texts)
        yield opened


def _sides(cards: Sequence[Card]) -> tuple[list[str], list[str]]:
    """Both sides of each card as the reviewer gets them, and their names."""
    sides, names = [], []
    for card in cards:
        output = card.render_output()
        shown = card.note().values()[0]
        for side, html in (("front", output.question_text), ("back", output.answer_text)):
            html = re.sub(r"\[anki:play:[qa]:\d+\]", '<a class="replay-button" href="#">▶</a>', html)
            sides.append(re.sub(r"\[\[type:[^\]]+\]\]", '<center><input type="text" id="typeans"></center>', html))
            names.append(f"{card.template()['name']} {side} of {shown}")
    return sides, names


@needs_browser
def test_no_card_does_anything_to_the_page_it_is_shown_in(anki: Anki) -> None:
    sides, names = _sides(anki.cards())
    with reviewer(media_of(Path(anki.col.media.dir()))) as opened:
        found = differing(opened.study(sides), names)
        assert not found, "\n".join(found[:40])
        assert opened.asked == []


@needs_browser
def test_the_page_tells_of_a_card_that_does_something() -> None:
    harm: Mapping[str, str] = {
        "<script>alert(1)</script>": "alert was called",
        "<img src=dot.png onload=alert(1)>": "onload",
        "<img src onerror=alert(1)>": "alert was called",
        "<a href=javascript:alert(1)>x</a>": "alert was called",
        "<p style='position:fixed'>x</p>": "is placed",
        "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>": "<iframe> is there",
        "<svg><set attributeName=x></svg>": "<svg> is there",
        "<form id=qa></form>": 'id="qa"',
        "<img name=pycmd>": 'name="pycmd"',
        "<p>\\(\\hbox{\\) \\href{javascript:alert(1)}{x} \\(}\\)</p>": "reaches out",
        "\\<!-- -->(\\style{x}{y}\\)": "reaches out",
    }
    with reviewer(FILES) as opened:
        for html, expected in harm.items():
            told = [what for _, what in opened.study([html])]
            assert any(expected in what for what in told), (html, told)
        list(opened.study(["<img src=//evil.test/x.png>", "<style>@import '//evil.test/x.css'</style>"]))
        assert {"http://evil.test/x.png", "http://evil.test/x.css"} <= set(opened.asked)


def test_no_field_wakes_what_anki_carries_out(anki: Anki) -> None:
    for note in anki.notes():
        for name, text in note.items():
            assert not _LIVE.search(_PLAYED.sub("", text)), (name, text)
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text), (name, text)


def test_anki_plays_nothing_but_what_the_templates_speak(anki: Anki) -> None:
    for card in anki.cards():
        output = card.render_output()
        for tag in (*output.question_av_tags, *output.answer_av_tags):
            if isinstance(tag, TTSTag):
                assert (tag.lang, tag.voices, tag.other_args) == ("fr_FR", [], []), tag
            else:
                assert isinstance(tag, SoundOrVideoTag)
                assert tag.filename in anki.media()


def test_anki_makes_no_picture_by_latex(anki: Anki) -> None:
    for card in anki.cards():
        output = card.render_output()
        for html in (output.question_text, output.answer_text):
            extracted = anki.col._backend.extract_latex(text=html, svg=False, expand_clozes=False)
            assert list(extracted.latex) == [], html


def test_no_card_is_missing_and_none_is_empty(anki: Anki) -> None:
    assert anki.empty_cards() == []
    assert anki.check_database() == []


@pytest.mark.parametrize("technique", TOLD)
def test_what_becomes_of_a_fragment_is_told_on_its_line(technique: str, tmp_path: Path) -> None:
    fragments = FRAGMENTS[technique]
    # In a block everything is HTML; in a paragraph Markdown takes some of it for text.
    before, after = ("<div>", "</div>\n\n") if TOLD[technique] & {"unsafe-html", "unknown-html-tag"} else ("x", "")
    texts = {
        f"{number:04}": f"Q: {number}\n\n{before}\nx {one}\n{after}\nA: y\n\n[defined]: other.md\n"
        for number, one in enumerate(fragments)
    }
    told: dict[str, set[int]] = {name: set() for name in texts}
    for fault in compiled(project(tmp_path, texts)).diagnostics:
        if fault.rule.name in TOLD[technique]:
            told[Path(fault.span.file).stem].add(fault.span.line)
    silent = [
        fragment
        for name, fragment in zip(texts, fragments, strict=True)
        if not told[name] & set(range(4, 5 + fragment.count("\n")))
    ]
    assert not silent, "\n".join(silent)


def test_what_is_no_media_of_the_project_is_an_error(tmp_path: Path) -> None:
    texts = {f"{number:04}": f"Q: {number}\n\nx {one}\n\nA: y\n" for number, one in enumerate(REFUSED)}
    found = compiled(project(tmp_path, texts))
    refused = harmful(texts, found)
    assert [text for name, text in texts.items() if name not in refused] == []
    assert dict(found.media) == {}


def test_what_a_card_loads_from_elsewhere_is_told(tmp_path: Path) -> None:
    texts = {f"{number:04}": f"Q: {number}\n\nx {one}\n\nA: y\n" for number, one in enumerate(REMOTE)}
    found = compiled(project(tmp_path, texts))
    assert harmful(texts, found) == []
    told = {(Path(one.span.file).stem, one.span.line) for one in found.diagnostics if one.rule.name == "remote-media"}
    assert [text for name, text in texts.items() if (name, 3) not in told] == []
    # A player would take an address for a file, or a path of the network.
    assert not any("[sound:" in field for note in found.identified.notes for field in note.fields)
