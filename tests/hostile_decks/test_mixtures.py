"""Fragments of an attacker in any mixture: what the parts of flashgen do one after another never adds up to harm."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flashgen import rawhtml
from tests.hostile_decks.browsing import Reviewer, differing, reviewer
from tests.hostile_decks.catalogue import FRAGMENTS
from tests.hostile_decks.writing import FILES, compiled, harmful, project
from tests.screenshots.page import CHROMIUM

_WHOLE = [fragment for fragments in FRAGMENTS.values() for fragment in fragments]
# The pieces that fragments are made of, so that what no fragment says can be said with them.
_PIECES = [
    piece for fragment in _WHOLE for piece in re.split(r"(?=[<\\&$`\"'(\[{])|(?<=[>\"')\]};=])", fragment) if piece
]
_JOINTS = (
    "",
    " ",
    "\n",
    "<!-- -->",
    "<wbr>",
    "<br>",
    "<td>",
    "</x>",
    "**",
    "`",
    "$",
    "\\",
    "\\\\",
    "}}",
    "{{c1::",
    "<x>",
    "&",
)
_HALVES = (
    "<b title='",
    '"',
    ">",
    "</b>",
    "<svg>",
    "</svg>",
    "<math>",
    "<style>",
    "</style>",
    "<table>",
    "<select>",
    "<p>",
)
_MIXTURE = st.lists(
    st.one_of(*(st.sampled_from(parts) for parts in (_WHOLE, _PIECES, _PIECES, _JOINTS, _HALVES)), st.text(max_size=3)),
    min_size=1,
    max_size=8,
).map("".join)
_SHAPES = (
    "Q: {n}\nA: x {}\n",
    "Q: {n}\nA: x\n\n<div>\n{}\n</div>\n",
    "Q: {n}\n\n{}\n\nA: x\n",
    "C: {n} {{{{a}}}} {}\n",
    "C: {n} {{{{a {}}}}}\n",
    "Q: {n}\n\n| x |\n|---|\n| {} |\n\nA: x\n",
)
_NOTES = st.lists(st.tuples(st.sampled_from(_SHAPES), _MIXTURE), min_size=20, max_size=40)
_PLACEHOLDERS = re.compile("\x01\\d+\x01")


@pytest.fixture(scope="module")
def page() -> Iterator[Reviewer]:
    """One browser for all mixtures."""
    with reviewer() as opened:
        yield opened


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@given(notes=_NOTES)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_mixture_does_anything_to_the_page(
    notes: list[tuple[str, str]], page: Reviewer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = {f"{number:04}": shape.format(mixture, n=number) for number, (shape, mixture) in enumerate(notes)}
    found = compiled(project(tmp_path_factory.mktemp("mixtures"), texts))
    # What is an error is never packaged; all else may be, and in a cloze note Anki takes the braces off.
    wrong = {f"cards/{name}.md" for name in harmful(texts, found)}
    files = {row.id: row.file for row in found.identified.ledger.rows}
    page.media = {**FILES, **dict.fromkeys(found.media, FILES["dot.png"])}
    fields = [
        re.sub(r"\{\{c[\d,]+::|\}\}|::", "", text)
        for note in found.identified.notes
        if files[note.id] not in wrong
        for text in note.fields
        if text
    ]
    assert differing(page.study(fields), fields) == []
    assert page.asked == []


@given(html=_MIXTURE)
@settings(max_examples=150, deadline=None)
def test_what_was_cleaned_is_clean(html: str) -> None:
    once = rawhtml.clean(rawhtml.read(html).html)
    twice = rawhtml.clean(once)
    # Links within links and tables are taken apart again at each reading; nothing else comes or goes.
    assert _kinds(twice) == _kinds(once)
    assert re.sub("<[^>]*>", "", twice) == re.sub("<[^>]*>", "", once)


def _kinds(html: str) -> set[str]:
    return set(re.findall("<[^>]*>", html))
