"""Advice on the quality of cards: cards in, and out what makes them hard to learn, though nothing is wrong with them.

Better silent than wrong: a rule speaks where it is all but sure. Each names in its text where it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from flashgen import settings
from flashgen.diagnostics import Diagnostic
from flashgen.model import Card
from flashgen.notetypes.forms import QA, form_of
from flashgen.style import alike, answers, gaps, questions, vocabulary
from flashgen.style.asked import Asked, asked

_QUESTIONS: Final[tuple[Callable[[Asked], Iterator[Diagnostic]], ...]] = (
    questions.yes_no,
    questions.vague_question,
    questions.answer_in_question,
    questions.two_questions,
    answers.long_answer,
    answers.unordered_set,
    answers.reversed_long_answer,
)


def card(written: Card) -> Iterator[Diagnostic]:
    """The advice on a card with its tokens; none on a draft, or where its author has said that there be none."""
    if not written.draft:
        yield from (found for found in _advice(written) if is_wanted(written, found.rule.name))


def together(cards: Sequence[Card]) -> Iterator[Diagnostic]:
    """The advice on cards beside one another, by their keys alone."""
    rule = alike.RULE.name
    yield from alike.near_duplicate([one for one in cards if not one.draft and is_wanted(one, rule)])


def is_wanted(written: Card, rule: str) -> bool:
    """Whether the author of a card has left this advice on."""
    return rule not in written.no_advice and settings.ALL_ADVICE not in written.no_advice


def _advice(written: Card) -> Iterator[Diagnostic]:
    form = form_of(written.kind)
    if form.clozes:
        yield from gaps.advice(written)
    elif form.per_language:
        yield from vocabulary.answer_in_question(written)
    elif form is QA and (read := asked(written)) is not None:
        for rule in _QUESTIONS:
            yield from rule(read)
