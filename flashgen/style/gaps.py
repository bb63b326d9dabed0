"""Advice on clozes: how much is hidden, how often, and whether it is hidden at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from markdown_it.token import Token

from flashgen import diagnostics, keys, positions
from flashgen.diagnostics import Diagnostic
from flashgen.model import Card, Document, Span
from flashgen.notetypes.forms import form_of
from flashgen.style import texts
from flashgen.style.asked import given_away, headings, is_telling, without_opening, words_for

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
    if len(gaps) <= _MOST_COMPARED:
        for number in sorted({number for gap in gaps for number in gap.numbers}):
            yield from _card(written, number, gaps, pieces, is_bare=not texts.read(tokens).shows_more)


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


def _card(
    written: Card, number: int, gaps: Sequence[_Gap], pieces: Sequence[tuple[str, frozenset[int]]], *, is_bare: bool
) -> Iterator[Diagnostic]:
    """Advice on the card of one number."""
    words = words_for(written)
    own = [(place, gap) for place, gap in enumerate(gaps) if number in gap.numbers]
    inside = {place for place, _ in own}
    shown = "".join(_BARRIER if within & inside else text for text, within in pieces)
    hints = [hint for _, gap in own if (hint := keys.folded("".join(gap.hint)).strip())]
    above = headings(written)
    if is_bare and not hints and not above and not texts.words(shown):
        yield diagnostics.VAGUE_QUESTION.at(
            own[0][1].span, "this card shows nothing but a gap", "leave something outside of the braces to ask by"
        )
    if words is None:
        return
    front = texts.unquoted(keys.folded(shown))
    around = () if any(pattern.search(front.casefold()) for pattern in words.of_words) else front.split(_BARRIER)
    for _, gap in own:
        phrase = without_opening(texts.words(gap.hidden), words)
        if not is_telling(phrase, words):
            continue
        if any(given_away(phrase, part) for part in around):
            where = "the text around it"
        elif any(given_away(phrase, hint) for hint in hints):
            where = "its hint"
        elif any(given_away(phrase, heading) for heading in above):
            where = "the heading above the card"
        else:
            continue
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
