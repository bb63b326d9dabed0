"""A question with its answer as the rules look at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from flashgen import choices
from flashgen.model import Card, Span
from flashgen.style import texts
from flashgen.style.texts import Text
from flashgen.style.words import Words, words_of


class Asked(Struct, frozen=True):
    """A note that asks a question, read.

    `choices` are the texts of a multiple choice, `headings` those that stand on the card, `hint` what may be looked at.
    `words` are those of its language, None for one that is not known.
    """

    question: Text
    answer: Text
    question_span: Span
    answer_span: Span
    choices: tuple[str, ...]
    headings: tuple[str, ...]
    hint: str
    is_reversed: bool
    words: Words | None


def asked(written: Card) -> Asked | None:
    """The question and the answer of a card; None where one of them is missing."""
    question = written.fields.get("Question")
    if question is None or not question.tokens:
        return None
    answer, hint = written.fields.get("Answer"), written.fields.get("Hint")
    return Asked(
        question=texts.read(question.tokens),
        answer=texts.read(answer.tokens if answer else ()),
        question_span=question.span,
        answer_span=answer.span if answer else question.span,
        choices=tuple(
            texts.read(question.tokens[one.start : one.end]).plain for one in choices.choices(question.tokens)
        ),
        headings=headings(written),
        hint=texts.read(hint.tokens).plain if hint else "",
        is_reversed=written.reverse,
        words=words_for(written),
    )


def words_for(written: Card) -> Words | None:
    """The words of the language of a card, by its text where none is set."""
    return words_of(written.lang, texts.all_words(f"{written.keys.question} {written.keys.answer}"))


def headings(written: Card) -> tuple[str, ...]:
    """The headings above a card, which stand on it."""
    return tuple(texts.plain(heading.children or ()) for heading in written.context)


def without_opening(words: Sequence[str], known: Words) -> list[str]:
    """The words of an answer without what leads to it: of the, dans la."""
    # "A minor" is the name of a key.
    opening = known.function - known.negations - {"a"}
    first = next((place for place, word in enumerate(words) if word not in opening), len(words))
    return list(words[first:])


def is_telling(phrase: Iterable[str], known: Words) -> bool:
    """Whether words are an answer of their own that is recognized where it stands elsewhere."""
    return any(len(word) > 2 and not word.isdigit() and word not in known.function for word in phrase)


def given_away(phrase: Sequence[str], shown: str) -> bool:
    """Whether a text that is shown has the answer in it."""
    return texts.holds(texts.words(shown), phrase)
