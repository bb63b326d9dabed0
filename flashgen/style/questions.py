"""Advice on what is asked, and how."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from flashgen import diagnostics
from flashgen.diagnostics import Diagnostic
from flashgen.patterns import late
from flashgen.style import texts
from flashgen.style.asked import Asked, given_away, is_telling, without_opening
from flashgen.style.words import ENUMERATION, Words

_SHOWN: Final = 40
# What the patterns take grows faster than the sentence.
_LONGEST_SENTENCE: Final = 300
_ONLY_TWO: Final = 2
_RESERVED: Final = 4
_FIRST_WORD: Final = late(r"\s*([^\W\d_]+)\s*(?P<end>$|[,.;:!(—-])(?P<rest>.*)", re.DOTALL)
_BRACKETS: Final = late(r"\([^()]*\)|\[[^\[\]]*\]")
_CLAUSE: Final = late(r"[,:;]\s+")
_A_NAME: Final = late(r"(?<=\s)[^\W\d_]*[A-ZÀ-ÖØ-Þ]")
_MOST_CONTENT: Final = 1
# What a word alone may ask for.
_A_TRANSLATION: Final = 3


def yes_no(asked: Asked) -> Iterator[Diagnostic]:
    """A question whose answer is yes or no."""
    words = asked.words
    if words is None:
        return
    if asked.choices:
        if len(asked.choices) == _ONLY_TWO and all(one.casefold().strip(" .!") in words.polar for one in asked.choices):
            yield _yes_no(asked)
        return
    if _agrees_or_denies(asked.answer.plain, words) and not _asks_openly(asked.question.unquoted, words):
        yield _yes_no(asked)


def _agrees_or_denies(answer: str, words: Words) -> bool:
    """Whether an answer is yes or no, whatever follows, or ends so after a word or two: as a rule, no."""
    first = _FIRST_WORD.match(answer)
    if first is not None and first[1].casefold() in words.polar:
        return not first["rest"][:1].isdigit()
    found = texts.words(answer)
    return 1 < len(found) <= _RESERVED and found[-1] in words.polar


def _yes_no(asked: Asked) -> Diagnostic:
    return diagnostics.YES_NO.at(
        asked.question_span,
        "half of all guesses at this answer are right",
        "ask for what makes it so: what, which, why, how many",
    )


def _asks_openly(question: str, words: Words) -> bool:
    """Whether a question word asks for something, rather than a verb for yes or no."""
    last = next((one for one in reversed(texts.sentences(question)) if one.endswith("?")), question)
    for clause in _CLAUSE.split(last):
        found = texts.all_words(clause)
        if " ".join(found).startswith(words.agreeing):
            return False
        if any(word in words.asking for word in found):
            return True
        opening = next((word for word in found if word not in words.before), "")
        if opening in words.relative:
            return True
    return False


def vague_question(asked: Asked) -> Iterator[Diagnostic]:
    """A question that does not say what is wanted, or of what."""
    words, question = asked.words, asked.question
    if words is None or asked.choices:
        return
    if any(_matches(sentence, words.vague) for sentence in texts.sentences(question.plain)):
        yield diagnostics.VAGUE_QUESTION.at(
            asked.question_span,
            "many answers to this question are right",
            "ask for the one thing that you want to know: which, when, why, by what",
        )
    elif asked.headings or question.shows_more or question.is_quoting:
        return
    elif _is_bare(question.plain, words) and asked.answer.count > _A_TRANSLATION:
        yield diagnostics.VAGUE_QUESTION.at(
            asked.question_span,
            "this question names a thing and asks nothing of it",
            "say what you want to know of it: what it is, what it does, where it is",
        )
    elif _speaks_of_nothing(question.plain, words):
        yield diagnostics.VAGUE_QUESTION.at(
            asked.question_span,
            "this question does not say what it is about",
            "name the thing, for the card will come without the ones around it",
        )


def _speaks_of_nothing(question: str, words: Words) -> bool:
    """Whether a pronoun stands for what a question is about, and nothing before it says what that is."""
    found = texts.single_words(question)
    content = [word for word in found if word not in words.function]
    return (
        len(texts.sentences(question)) == 1
        and question.endswith("?")
        and any(word in words.pronouns for word in found)
        and not any(word in words.articles for word in found)
        and len(content) <= _MOST_CONTENT
        and not any(word in words.expletive for word in content)
        and not any(char.isdigit() for char in question)
        and not _A_NAME.search(question)
    )


def _is_bare(question: str, words: Words) -> bool:
    """Whether a question is a word or two and a mark, the article aside."""
    found = texts.words(question)
    return question.endswith("?") and len([word for word in found if word not in words.articles]) == 1


def answer_in_question(asked: Asked) -> Iterator[Diagnostic]:
    """An answer that can be read off the front of its card."""
    words = asked.words
    if words is None or asked.choices or asked.answer.shows_more:
        return
    answer = asked.answer.plain
    phrase = without_opening(texts.words(answer), words)
    if not is_telling(phrase, words):
        return
    question = asked.question.unquoted
    lower = asked.question.plain.casefold()
    if given_away(phrase, question) and not _offers(lower, words):
        yield diagnostics.ANSWER_IN_QUESTION.at(
            asked.question_span,
            f'the question has its answer "{_short(answer)}" in it',
            "leave it out, or ask for something else",
        )
    for heading in asked.headings:
        if given_away(phrase, heading) and not _offers(lower, words):
            yield diagnostics.ANSWER_IN_QUESTION.at(
                asked.question_span,
                f'the heading "{_short(heading)}" above this card has its answer in it',
                "word the heading otherwise, or ask for something else: headings stand on the front",
            )
    if given_away(phrase, asked.hint):
        yield diagnostics.ANSWER_IN_QUESTION.at(
            asked.question_span,
            f'the hint has the answer "{_short(answer)}" in it',
            "hint at it only: its first letter, what it rhymes with, where it was",
        )


def _offers(question: str, words: Words) -> bool:
    """Whether a question must name its answer: one of several, or a word asked for as such."""
    if any(pattern.search(question) for pattern in (*words.alternatives, *words.of_words)):
        return True
    return bool(ENUMERATION.search(question)) and any(pattern.search(question) for pattern in words.compares)


def two_questions(asked: Asked) -> Iterator[Diagnostic]:
    """Two questions on one card."""
    text = _BRACKETS.sub(" ", asked.question.unquoted)
    found = [sentence for sentence in texts.sentences(text) if sentence.endswith("?")]
    pairs = () if asked.words is None else asked.words.twice
    if len(found) > 1 or any(_matches(sentence, pairs) for sentence in found):
        yield diagnostics.TWO_QUESTIONS.at(
            asked.question_span,
            "two things are asked here, and one may be known without the other",
            "make a card of each",
        )


def _matches(sentence: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    return len(sentence) <= _LONGEST_SENTENCE and any(pattern.search(sentence.casefold()) for pattern in patterns)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
