"""Advice on cards that are nearly the same: their keys in, each later one of a pair out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flashgen import diagnostics
from flashgen.diagnostics import Diagnostic, Rule
from flashgen.model import Card
from flashgen.notetypes.forms import QA, form_of
from flashgen.patterns import late
from flashgen.style import texts
from flashgen.style.asked import words_for
from flashgen.style.vocabulary import bare

RULE: Final[Rule] = diagnostics.NEAR_DUPLICATE
ANSWERS_ALIKE: Final = 90
"""How alike, of 100, two answers must be; numbers and symbols must be the same."""
_LEAST_SHARED: Final = 2
_SHARE: Final = 0.66
_ADDED: Final = 1
# Of an answer that many cards have, such as a gender, one more word in the question makes it another card.
_COMMON_ANSWER: Final = 3
# Of each word, so that many cards of a few common words take no quadratic time.
_CANDIDATES: Final = 50
_NONE: Final = (frozenset[str](), frozenset[str](), frozenset[str]())
_SYMBOLS: Final = late(r"`[^`]*`|\$[^$]*\$|!\[[^\]]*\]\([^)]*\)")
_NUMBER: Final = late(r"\d+")
_ENDING: Final = late(r"(?<=\w{4})(?:es|er|[sxe])$")


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """A card: the stems of its question, its answer as it is compared, and what must be the same in both."""

    card: Card
    stems: frozenset[str]
    answer: str
    symbols: tuple[str, ...]


def near_duplicate(cards: Sequence[Card]) -> Iterator[Diagnostic]:
    """Cards that ask the same in other words, and cards of which one side is the same."""
    told: set[int] = set()
    words = [one for one in cards if form_of(one.kind).per_language]
    others = [_sides(one) for one in cards if not form_of(one.kind).per_language and _is_short(one)]
    for first, second in _pairs(others):
        if second.card.order not in told:
            told.add(second.card.order)
            yield RULE.at(
                second.card.span,
                f"this card asks nearly what {_place(first.card)} asks, for the same answer",
                "keep the better one",
            )
    yield from _same_backs(cards, told)
    yield from _same_words(words)


def _same_backs(cards: Iterable[Card], told: set[int]) -> Iterator[Diagnostic]:
    """Reversed cards of two questions with one answer."""
    reversed_cards: dict[str, Card] = {}
    for one in cards:
        if form_of(one.kind) is QA and one.reverse and one.keys.answer and one.order not in told:
            first = reversed_cards.setdefault(one.keys.answer.casefold().rstrip(". "), one)
            if first is not one:
                yield RULE.at(
                    one.span,
                    f"the reversed card of this note shows the same as that of {_place(first)}",
                    'say more in the answers, so that each fits one question only, or take "reverse" out',
                )


def _same_words(cards: Iterable[Card]) -> Iterator[Diagnostic]:
    """Words that are there twice, and words with one meaning, whose production cards show the same."""
    from rapidfuzz import fuzz

    seen: defaultdict[tuple[str, str], list[Card]] = defaultdict(list)
    meant: dict[tuple[str, str], Card] = {}
    for one in cards:
        word, meaning = bare(one).casefold(), one.keys.answer.casefold().rstrip(". ")
        twin = next(
            (
                other
                for other in seen[one.kind, word]
                if fuzz.ratio(other.keys.answer, one.keys.answer) >= ANSWERS_ALIKE
            ),
            None,
        )
        if len(seen[one.kind, word]) < _CANDIDATES:
            seen[one.kind, word].append(one)
        if twin is not None:
            yield RULE.at(one.span, f"this word stands in {_place(twin)} with the same meaning", "keep the better one")
            continue
        if not meaning or "production" not in one.ask:
            continue
        first = meant.setdefault((one.kind, meaning), one)
        if first is not one:
            yield RULE.at(
                one.span,
                f'what asks for this word asks for "{first.keys.question}" in {_place(first)} as well',
                "say in the meanings what sets the words apart, or what is not meant",
            )


def _is_short(card: Card) -> bool:
    return len(card.keys.question) <= texts.LONGEST and len(card.keys.answer) <= texts.LONGEST


def _sides(card: Card) -> _Sides:
    known = words_for(card)
    function, negations, articles = (known.function, known.negations, known.articles) if known else _NONE
    question = texts.single_words(card.keys.question)
    answer = [word for word in texts.words(card.keys.answer) if word not in articles]
    return _Sides(
        card=card,
        stems=frozenset(_ENDING.sub("", word) for word in question if word not in function),
        answer=" ".join(answer) or card.keys.answer,
        symbols=(*_fixed(card.keys.question), *sorted(negations.intersection(question)), "", *_fixed(card.keys.answer)),
    )


def _fixed(text: str) -> list[str]:
    return [*_SYMBOLS.findall(text), *_NUMBER.findall(text)]


def _pairs(sides: Sequence[_Sides]) -> Iterator[tuple[_Sides, _Sides]]:
    """The pairs of which one's question says all that the other's says, with one answer; in source order.

    All words of the shorter question stand in the longer one, so its rarest does, by which it is found.
    """
    often = Counter(stem for one in sides for stem in one.stems)
    answers = Counter(one.answer for one in sides)
    by_rarest: defaultdict[str, list[_Sides]] = defaultdict(list)
    for one in sides:
        if len(one.stems) >= _LEAST_SHARED:
            by_rarest[min(one.stems, key=lambda stem: (often[stem], stem))].append(one)
    found: set[tuple[_Sides, _Sides]] = set()
    for longer in sides:
        for stem in longer.stems:
            for shorter in by_rarest.get(stem, ())[:_CANDIDATES]:
                added = len(longer.stems) - len(shorter.stems)
                if shorter is longer or not shorter.stems <= longer.stems or not _are_alike(shorter, longer):
                    continue
                if added and not _says_no_more(shorter, longer, answers):
                    continue
                is_first = shorter.card.order < longer.card.order
                found.add((shorter, longer) if is_first else (longer, shorter))
    yield from sorted(found, key=lambda pair: (pair[1].card.order, pair[0].card.order))


def _says_no_more(shorter: _Sides, longer: _Sides, answers: Counter[str]) -> bool:
    share = len(shorter.stems) / len(longer.stems)
    return (
        len(longer.stems) - len(shorter.stems) <= _ADDED
        and share >= _SHARE
        and max(answers[shorter.answer], answers[longer.answer]) <= _COMMON_ANSWER
    )


def _are_alike(one: _Sides, other: _Sides) -> bool:
    from rapidfuzz import fuzz

    return (
        one.card.kind == other.card.kind
        and one.symbols == other.symbols
        and fuzz.ratio(one.answer, other.answer) >= ANSWERS_ALIKE
        # The same question to the letter is told as a fault.
        and one.card.keys.question != other.card.keys.question
    )


def _place(other: Card) -> str:
    return f"{other.span.file}:{other.span.line}"
