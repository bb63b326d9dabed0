"""Advice on how much is to be recalled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from flashgen import diagnostics
from flashgen.diagnostics import Diagnostic
from flashgen.patterns import late
from flashgen.style import texts
from flashgen.style.asked import Asked
from flashgen.style.words import BEFORE_THE_LAST, OPEN_END, Words

LONGEST_ANSWER: Final = 30
"""How many words an answer may have: what is told in one breath, twice over."""
LONGEST_REVERSED: Final = 15
"""How many words may stand for a question on a reversed card, unless it is a term that they define."""
MOST_BULLETS: Final = 3
MOST_IN_A_ROW: Final = 4
_MOST_WORDS_OF_A_MEMBER: Final = 3
_A_TERM: Final = 2
_LEAD: Final = late(r"^[^:,;]*:\s")


def long_answer(asked: Asked) -> Iterator[Diagnostic]:
    """An answer of so many words that nobody recalls all of it each time."""
    if asked.answer.count > LONGEST_ANSWER:
        yield diagnostics.LONG_ANSWER.at(
            asked.answer_span,
            f"this answer has {asked.answer.count} words",
            'keep what is to be recalled, and move the rest to "E:" or to cards of its own',
        )


def unordered_set(asked: Asked) -> Iterator[Diagnostic]:
    """A list to be recalled in no order."""
    if asked.words is not None and any(
        pattern.search(asked.question.plain.casefold()) for pattern in asked.words.ordered
    ):
        return
    listed = max((len(items) for items in asked.answer.bullets), default=0)
    if listed <= MOST_BULLETS:
        listed = _in_a_row(asked.answer.paragraphs, asked.words)
        if listed <= MOST_IN_A_ROW or asked.answer.shows_more:
            return
    yield diagnostics.UNORDERED_SET.at(
        asked.answer_span,
        f"{listed} things are to be recalled here, in no order",
        'ask for each by what is its own, or put them in an order and make a cloze of them: "C: … {{one}}, {{two}} …"',
    )


def _in_a_row(paragraphs: Sequence[str], words: Words | None) -> int:
    """How many members an answer has that is nothing but a row of them: `a, b, c and d`."""
    if len(paragraphs) != 1:
        return 0
    parts = re.split(r"[,;]\s", OPEN_END.sub("", _LEAD.sub("", paragraphs[0].rstrip(". "))))
    members = [member for member in (*parts[:-1], *BEFORE_THE_LAST.split(parts[-1])) if member.strip()]
    found = [texts.words(member) for member in members]
    if any(not 1 <= len(member) <= _MOST_WORDS_OF_A_MEMBER for member in found):
        return 0
    if all(word.isdigit() for member in found for word in member):
        return 0
    if words is not None and any(member[0] in words.function - words.articles for member in found if len(member) > 1):
        return 0
    return len(members)


def reversed_long_answer(asked: Asked) -> Iterator[Diagnostic]:
    """A reversed card whose front is a long answer, from which its question is to be guessed."""
    if not asked.is_reversed or asked.answer.count <= LONGEST_REVERSED:
        return
    if asked.answer.count <= LONGEST_ANSWER and _is_term(asked.question.plain, asked.words):
        return
    yield diagnostics.REVERSED_LONG_ANSWER.at(
        asked.question_span,
        f"the reversed card of this note asks for the question by {asked.answer.count} words",
        'take "reverse" out, or shorten the answer',
    )


def _is_term(question: str, words: Words | None) -> bool:
    if words is None:
        return not question.endswith("?")
    return sum(word not in words.function for word in texts.single_words(question)) <= _A_TERM
