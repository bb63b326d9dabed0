"""Whether a card may be an edited form of a note: two faces in, a verdict out.

What became of the question is one of six things, what became of the answer one of seven, and a table (`verdicts`) says
what both together allow. Likeness of letters decides nothing here: two questions of one pattern (the capital of this,
of that) are up to 98 percent alike, and a question put in other words may be 40 percent alike to what it was. So the
table goes by words that have a meaning, and by whether some stand for others in a frame that stayed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from flashgen.ledger.holders import Holders
from flashgen.ledger.likeness import EXCERPT, alike, marks, names
from flashgen.ledger.verdicts import Answer, Facts, Place, Question, Verdict, verdict
from flashgen.ledger.wording import Difference, difference, is_inflected, is_slip, words_of
from flashgen.model import Row

NEAR: Final = 60
SAME_FRAME_MOVED: Final = 80

_LONG_ANSWER: Final = 20
_SENTENCE: Final = 40
_TELLING_ANSWER: Final = 4
_TELLING_MEANING: Final = 3
_ANSWER_NEAR: Final = 75
_SUBJECT_KEPT: Final = 1 / 3
_ANSWER_KEPT: Final = 1 / 2
_SEVERAL: Final = 2


class Evidence:
    """What all faces of a project tell about two of them."""

    def __init__(self, cards: Sequence[Row], rows: Sequence[Row]) -> None:
        self._words: dict[str, list[str]] = {}
        living = [row for row in rows if not row.removed]
        self._before = Holders(living)
        self._after = Holders(cards)
        self._faces = (*cards, *living)

    @cached_property
    def _answers(self) -> Counter[tuple[str, str]]:
        return Counter((face.kind, face.answer_key) for face in self._faces)

    @cached_property
    def _others(self) -> Counter[tuple[str, str]]:
        return Counter((face.kind, face.others) for face in self._faces)

    def judge(self, row: Row, face: Row, place: Place) -> tuple[Verdict, float]:
        """The verdict on a card of the row's kind, and how alike both are as wholes, to compare candidates by."""
        own = row.answer_key == face.answer_key != "" and self.is_own_answer(row)
        question = self._difference(row.question, face.question, leniently=own and not _is_word(row))
        answer = self._difference(row.answer, face.answer)
        of_question, of_answer = self._of_question(row, face, question), self._of_answer(row, face, answer)
        respelt = self._names_respelt(row, question)
        facts = Facts(
            is_near=place is not Place.ELSEWHERE,
            is_slot=place is Place.SLOT,
            is_cloze=row.kind == "cloze",
            is_word=_is_word(row),
            names_word=bool(self._named(row, face, question, answer)),
            exchanges_name=self._exchanges_name(row, face, question),
            respells_name=bool(respelt),
            extends_name=any(is_inflected(*pair) for pair in respelt),
            shares_others=self.shares_others(row, face),
            keeps_several=len(question.kept) >= _SEVERAL,
            adds_to_both=_share(question.come, answer.come) or _share(question.gone, answer.gone),
            has_long_answer=len(row.answer) >= _LONG_ANSWER,
            has_sentence=len(row.answer) >= _SENTENCE,
            has_several_deletions=len(face.clozes) >= _SEVERAL,
        )
        found = verdict(of_question, of_answer, question, facts)
        alike_questions = alike(row.question, face.question)
        if of_answer in (Answer.OWN, Answer.COMMON):
            return found, alike_questions
        # A draft may have no answer yet.
        alike_answers = alike(row.answer, face.answer) if of_answer is not Answer.MISSING else alike_questions
        return found, (alike_questions + alike_answers) / 2

    def is_homograph(self, row: Row, face: Row) -> bool:
        """Whether a word spelt like the row's may be another one: nothing that its author wrote of it is as it was."""
        if not _is_word(row) or row.removed or row.answer_key == face.answer_key or self.shares_others(row, face):
            return False
        return self._of_answer(row, face, self._difference(row.answer, face.answer, leniently=True)) is Answer.OTHER

    def is_own_answer(self, row: Row) -> bool:
        """Whether a living row's answer is nobody's but its own and its one successor's, and says something."""
        # "404" and "ATP" tell something, "oui" does not; a word has no such answers.
        text = row.answer
        least = _TELLING_MEANING if _is_word(row) else _TELLING_ANSWER
        telling = len(text) >= least or (len(text) == least - 1 and text == text.upper())
        return telling and self._answers[row.kind, row.answer_key] <= _SEVERAL

    def shares_others(self, row: Row, face: Row) -> bool:
        """Whether all that the card says besides question and answer is what the row's note said, and nobody else."""
        return row.others == face.others != "" and self._others[row.kind, row.others] <= _SEVERAL

    def _of_question(self, row: Row, face: Row, found: Difference) -> Question:
        if found.is_negated or _marks_exchanged(row, face):
            return Question.EXCHANGED
        if found.says_the_same:
            return Question.RESPELT
        if found.is_exchange:
            return Question.EXCHANGED
        if not found.gone or not found.come:
            return Question.EXTENDED
        kept = self._weight(found.kept)
        if not kept:
            return Question.UNRELATED
        return Question.REWORDED if kept >= _SUBJECT_KEPT * (kept + self._weight(found.gone)) else Question.UNLIKE

    def _of_answer(self, row: Row, face: Row, found: Difference) -> Answer:
        if row.answer_key == face.answer_key != "":
            return Answer.OWN if self.is_own_answer(row) else Answer.COMMON
        if not row.answer or not face.answer:
            return Answer.MISSING
        has_marks = Counter(marks(row.answer)), Counter(marks(face.answer))
        exchanges_mark = bool(has_marks[0] - has_marks[1] and has_marks[1] - has_marks[0])
        if not exchanges_mark and not found.is_negated:
            if found.says_the_same and found.kept:
                return Answer.NEAR
            if found.kept and (not found.gone or not found.come):
                return Answer.EXTENDED
            if alike(row.answer, face.answer) >= _ANSWER_NEAR and not found.is_exchange:
                return Answer.NEAR
        kept = self._weight(found.kept)
        least = kept + min(self._weight(found.gone), self._weight(found.come))
        if kept and kept >= _ANSWER_KEPT * least:
            return Answer.PARTLY
        # No; No, since it is not atomic.
        return Answer.COMMON if _is_gone_on_with(row.answer, face.answer) else Answer.OTHER

    def _named(self, row: Row, face: Row, question: Difference, answer: Difference) -> set[str]:
        """The names and numbers that came into the question or went from it."""
        changed = {*question.gone, *question.come}
        if row.kind == "cloze":
            # What is asked stands in the sentence too.
            changed -= {*answer.gone, *answer.come}
        before, after = names(row.question), names(face.question)
        parts = {word for name in before ^ after for word in words_of(name)}
        return {word for word in changed if word in parts or any(char.isdigit() for char in word)}

    def _exchanges_name(self, row: Row, face: Row, question: Difference) -> bool:
        if _marks_exchanged(row, face):
            return True
        before, after = names(row.question), names(face.question)
        gone = {word for name in before - after for word in words_of(name)}
        come = {word for name in after - before for word in words_of(name)}
        return bool(gone.intersection(question.gone) and come.intersection(question.come))

    def _names_respelt(self, row: Row, question: Difference) -> list[tuple[str, str]]:
        parts = {word for name in names(row.question) for word in words_of(name)}
        return [pair for pair in question.respelt if pair[0] in parts]

    def _difference(self, before: str, after: str, *, leniently: bool = False) -> Difference:
        return difference(self._of(before), self._of(after), self._stands_elsewhere, leniently=leniently)

    def _stands_elsewhere(self, word: str) -> bool:
        return self._after[word] > 0

    def _weight(self, words: Iterable[str]) -> float:
        """What words tell: one that few cards have tells more than one of a pattern."""
        return sum(1 / max(1, self._before[word], self._after[word] - 1) for word in words)

    def _of(self, text: str) -> list[str]:
        found = self._words.get(text)
        if found is None:
            found = self._words[text] = words_of(text)
        return found


def _is_word(row: Row) -> bool:
    return row.kind.startswith("vocabulary:")


def _share(ones: Iterable[str], others: Iterable[str]) -> bool:
    return not {*ones}.isdisjoint(others)


def _is_gone_on_with(before: str, after: str) -> bool:
    """Whether a text begins with the whole of another one, and then says more."""
    begun = before.rstrip(".").casefold()
    return bool(begun) and re.match(rf"{re.escape(begun)}(?![\w'-]|[.,]\d)", after.casefold()) is not None


def _marks_exchanged(row: Row, face: Row) -> bool:
    if row.marks == face.marks:
        return False
    before, after = Counter(marks(row.question)), Counter(marks(face.question))
    if max(len(row.question), len(face.question)) >= EXCERPT:
        return True
    gone, come = list((before - after).elements()), list((after - before).elements())
    return bool(gone and come) and not all(any(_is_one_mark(one, other) for other in come) for one in gone)


def _is_one_mark(one: str, other: str) -> bool:
    """Whether two code words or numbers are one: with letters transposed, or with the name of what it belongs to."""
    return is_slip(one, other) or one.endswith(f".{other}") or other.endswith(f".{one}")
