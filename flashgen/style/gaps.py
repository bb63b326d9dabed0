"""Advice on clozes: how much is hidden, how often, and whether it is hidden at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from markdown_it.token import Token
from msgspec import Struct

from flashgen import diagnostics, keys, positions
from flashgen.diagnostics import Diagnostic
from flashgen.model import Card, Document, Span
from flashgen.notetypes.forms import form_of
from flashgen.style import texts
from flashgen.style.asked import given_away, headings, is_telling, without_opening, words_for
from flashgen.style.words import Words

LONGEST_GAP: Final = 10
"""How many words one deletion may hide."""
MOST_CARDS: Final = 6
"""How many cards one cloze note may have."""
MOST_AT_ONCE: Final = 4
"""How many different texts may be hidden on one card."""
# Each deletion is held against the whole text.
_MOST_COMPARED: Final = 50
# No source has it.
_BARRIER: Final = "\x00"


@dataclass(slots=True)
class _Gap:
    """A deletion: its card's numbers (a short one has one of its own, below 0), its text and its hint."""

    numbers: tuple[int, ...]
    span: Span
    text: list[str] = field(default_factory=list)
    hint: list[str] = field(default_factory=list)

    @property
    def hidden(self) -> str:
        return keys.folded("".join(self.text)).strip()


class _Front(Struct, frozen=True):
    """The front of one card: the deletions it asks for, the text around them, their hints, the headings above."""

    gaps: tuple[_Gap, ...]
    shown: str
    hints: tuple[str, ...]
    headings: tuple[str, ...]


def advice(written: Card) -> Iterator[Diagnostic]:
    """All advice on a cloze note."""
    name = form_of(written.kind).clozes
    if name not in written.fields or written.document is None:
        return
    tokens = written.fields[name].tokens
    gaps, pieces = _read(tokens, written.document)
    yield from _many_clozes(written)
    for gap in gaps:
        yield from _long_cloze(gap)
    words, shows_more = words_for(written), texts.read(tokens).shows_more
    for front in _fronts(written, gaps, pieces) if len(gaps) <= _MOST_COMPARED else ():
        if not shows_more:
            yield from _vague_question(front)
        if words is not None:
            yield from _answer_in_question(front, words)


def _many_clozes(written: Card) -> Iterator[Diagnostic]:
    hidden: dict[int, set[str]] = {}
    for place, deletion in enumerate(written.keys.deletions):
        for number in deletion.numbers or (-1 - place,):
            hidden.setdefault(number, set()).add(deletion.text.casefold())
    if len(hidden) > MOST_CARDS:
        yield diagnostics.MANY_CLOZES.at(
            written.span,
            f"this note has {len(hidden)} cards, each of which shows the answers of the others",
            "hide what is worth knowing, or make several notes of it",
        )
    most = max((len(found) for found in hidden.values()), default=0)
    if most > MOST_AT_ONCE:
        yield diagnostics.MANY_CLOZES.at(
            written.span,
            f"{most} texts are hidden on one card",
            "give them different numbers, or make several notes of it",
        )


def _long_cloze(gap: _Gap) -> Iterator[Diagnostic]:
    count = texts.number_of_words(gap.hidden)
    if count > LONGEST_GAP:
        yield diagnostics.LONG_CLOZE.at(
            gap.span, f"this cloze hides {count} words", "hide the one or two words in it that count"
        )


def _fronts(written: Card, gaps: Sequence[_Gap], pieces: Sequence[tuple[str, frozenset[int]]]) -> Iterator[_Front]:
    above = headings(written)
    for number in sorted({number for gap in gaps for number in gap.numbers}):
        own = {place: gap for place, gap in enumerate(gaps) if number in gap.numbers}
        shown = "".join(_BARRIER if within & own.keys() else text for text, within in pieces)
        hints = (keys.folded("".join(gap.hint)).strip() for gap in own.values())
        yield _Front(tuple(own.values()), keys.folded(shown), tuple(hint for hint in hints if hint), above)


def _vague_question(front: _Front) -> Iterator[Diagnostic]:
    if not front.hints and not front.headings and not texts.words(front.shown):
        yield diagnostics.VAGUE_QUESTION.at(
            front.gaps[0].span, "this card shows nothing but a gap", "leave something outside of the braces to ask by"
        )


def _answer_in_question(front: _Front, words: Words) -> Iterator[Diagnostic]:
    shown = texts.unquoted(front.shown)
    around = () if any(pattern.search(shown.casefold()) for pattern in words.of_words) else shown.split(_BARRIER)
    places = {"the text around it": around, "its hint": front.hints, "the heading above the card": front.headings}
    for gap in front.gaps:
        phrase = without_opening(texts.words(gap.hidden), words)
        where = next((name for name, parts in places.items() if any(given_away(phrase, part) for part in parts)), None)
        if where is not None and is_telling(phrase, words):
            yield diagnostics.ANSWER_IN_QUESTION.at(
                gap.span,
                f"what this cloze hides stands in {where} as well",
                "hide it there too, under the same number, or word it otherwise",
            )


def _read(tokens: Sequence[Token], document: Document) -> tuple[list[_Gap], list[tuple[str, frozenset[int]]]]:
    """The deletions in text, and the pieces of the text, each with the places of the deletions that it stands in."""
    gaps: list[_Gap] = []
    pieces: list[tuple[str, frozenset[int]]] = []
    for token in tokens:
        if token.type == "inline":
            _read_inline(token, document, gaps, pieces)
            pieces.append((" ", frozenset()))
    return gaps, pieces


def _read_inline(token: Token, document: Document, gaps: list[_Gap], pieces: list[tuple[str, frozenset[int]]]) -> None:
    open_gaps: list[int] = []
    hints = 0
    for child in token.children or ():
        if child.type == "cloze_open":
            place = len(gaps)
            span = positions.in_block(document.source, token, child.meta.get("pos", 0))
            gaps.append(_Gap(tuple(child.meta["numbers"]) or (-1 - place,), span))
            open_gaps.append(place)
        elif child.type == "cloze_close":
            open_gaps.pop()
        elif child.type in ("cloze_hint_open", "cloze_hint_close"):
            hints += child.nesting
        elif text := texts.marked((child,)):
            if hints:
                gaps[open_gaps[-1]].hint.append(text)
                continue
            for place in open_gaps:
                gaps[place].text.append(text)
            pieces.append((text, frozenset(open_gaps)))
