"""Whether a card may be an edited form of a note: two faces in, a verdict out.

The figures were measured on `tests/ledger/edits.py`. Two unrelated questions of one language are 45 to 60 percent
alike, two of one pattern (the capital of this, of that) up to 98, so that likeness alone never decides.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from typing import Final

from flashgen.ledger.likeness import EXCERPT, alike, marks, names, words
from flashgen.model import Row

NEAR: Final = 60
SAME_FRAME_MOVED: Final = 80

_LONG_ANSWER: Final = 20
_TELLING_ANSWER: Final = 4
_REWORDED: Final = 70
_REWORDED_SHORT: Final = 80
_SHORT_QUESTION: Final = 25

_QUESTION_EDITED: Final = 75
_ANSWER_EDITED: Final = 75
_OTHER_ANSWER: Final = 50
_BOTH_MOVED: Final = 70

_WORDS_OF_A_WORD: Final = 3
_MISSPELT: Final = 80
_TOO_SHORT_TO_JUDGE: Final = 5
_NAME_SPELT_ANEW: Final = 50
_ENDING: Final = 2
_PREFIX: Final = 2


class Verdict(Enum):
    """What the evidence allows: to keep the history, to ask the author, or to take it for another card."""

    SAME = 2
    ASK = 1
    OTHER = 0


class Evidence:
    """What all faces of a project tell about two of them."""

    def __init__(self, cards: Sequence[Row], rows: Sequence[Row]) -> None:
        self._of_question: dict[str, Counter[str]] = {}
        self._standing: Counter[str] = Counter()
        for face in cards:
            self._standing.update(_words(face.question).keys() | _words(face.answer).keys())
        self._answers = Counter((face.kind, face.answer_key) for face in (*cards, *rows) if not face.removed)

    def is_rare(self, row: Row) -> bool:
        """Whether a living row's answer is nobody's but its own and its one successor's."""
        return self._answers[row.kind, row.answer_key] <= 2

    def question_edited(self, row: Row, face: Row) -> tuple[Verdict, float]:
        """The verdict on a card with the answer of `row` and another question, and how alike the questions are."""
        likeness = alike(row.question, face.question)
        rare = self.is_rare(row)
        if rare and len(row.answer) >= _LONG_ANSWER:
            return Verdict.SAME, likeness
        # "Yes", "no", and "7" answer too much to tell anything.
        telling = rare and _tells(row.answer)
        if not _marks_exchanged(row, face) and not self._names_exchanged(row, face, likeness):
            close = likeness >= _least(row, face)
            turned = self._question_words(row) == self._question_words(face)
            if (telling and (close or turned)) or self._respelt(row, face, guess=close):
                return Verdict.SAME, likeness
        # An answer that tells something and is nobody else's comes by chance so rarely that asking is the lesser evil.
        return (Verdict.ASK if telling or likeness >= NEAR else Verdict.OTHER), likeness

    def moved_and_question_edited(self, row: Row, face: Row) -> tuple[Verdict, float]:
        """The verdict on a card with the answer of `row` and another question, in a file that nothing else links."""
        verdict, likeness = self.question_edited(row, face)
        close = likeness >= _QUESTION_EDITED
        if self.is_rare(row):
            sure = close and not self._word_exchanged(row, face)
            return (Verdict.ASK if verdict is Verdict.SAME and not sure else verdict), likeness
        # Of "yes" and "no" a large project has many, here gone and there new.
        return (Verdict.ASK if verdict is Verdict.SAME or close else Verdict.OTHER), likeness

    def both_edited(self, row: Row, face: Row, question: float) -> tuple[Verdict, float]:
        """The verdict on a card with another question and answer, the questions `question` percent alike; and how
        alike both are as wholes, to compare candidates by.
        """
        # A draft may have no answer yet.
        answer = alike(row.answer, face.answer) if row.answer and face.answer else question
        whole = (question + answer) / 2
        if answer < _OTHER_ANSWER and _subjects_exchanged(row, face):
            return Verdict.OTHER, whole
        is_word = len(self._question_words(row)) <= _WORDS_OF_A_WORD
        same_subject = (
            question >= _QUESTION_EDITED
            and row.marks == face.marks
            and self._same_names(row, face)
            and self._respelt(row, face, guess=False)
        )
        if same_subject and (_answer_added_to(row, face) or (answer >= _ANSWER_EDITED and not is_word)):
            return Verdict.SAME, whole
        return (Verdict.ASK if whole >= NEAR or (same_subject and not is_word) else Verdict.OTHER), whole

    def moved_and_both_edited(self, row: Row, face: Row, question: float) -> tuple[Verdict, float]:
        """The verdict on a card with another question and answer, in a file that nothing else links: at most to ask."""
        verdict, whole = self.both_edited(row, face, question)
        near = verdict is not Verdict.OTHER and (question >= _QUESTION_EDITED or whole >= _BOTH_MOVED)
        return (Verdict.ASK if near else Verdict.OTHER), whole

    def _names_exchanged(self, row: Row, face: Row, likeness: float) -> bool:
        before, after = names(row.question), names(face.question)
        gone, come = before - after, after - before
        if not gone or not come:
            return False
        return likeness < _QUESTION_EDITED or not all(
            not self._stands_elsewhere(name) and any(alike(name, other) >= _NAME_SPELT_ANEW for other in come)
            for name in gone
        )

    def _same_names(self, row: Row, face: Row) -> bool:
        # A name that opens a sentence is not known for one, so that words put before it seem to bring it in.
        before, after = names(row.question), names(face.question)
        return not any(
            _words(name).keys() - self._question_words(other).keys()
            for found, other in ((before - after, face), (after - before, row))
            for name in found
        )

    def _respelt(self, row: Row, face: Row, *, guess: bool) -> bool:
        """Whether words were only added, or only taken away, or got another ending; or, as a `guess`, were misspelt or
        stand in another order.
        """
        before, after = self._question_words(row), self._question_words(face)
        gone, come = before - after, after - before
        if not gone and not come:
            return guess or list(before) == list(after)
        if not gone or not come:
            return bool(before and after)
        return all(
            any(_is_inflected(word, other) or (guess and self._is_misspelt(word, other)) for other in come)
            for word in gone
        )

    def _word_exchanged(self, row: Row, face: Row) -> bool:
        """Whether one word stands for another and all else is as it was: the clear sky, the clear sea."""
        before, after = self._question_words(row), self._question_words(face)
        gone, come = list((before - after).elements()), list((after - before).elements())
        return len(gone) == len(come) == 1 and alike(gone[0], come[0]) < _REWORDED

    def _is_misspelt(self, word: str, other: str) -> bool:
        # Letters are left out, doubled and transposed; one that stands for another makes another word: nitrite.
        shorter, longer = sorted((word, other), key=len)
        slipped = sorted(word) == sorted(other) or _is_within(shorter, longer)
        prefixed = longer.endswith(shorter) and len(longer) - len(shorter) >= _PREFIX
        likely = slipped and not prefixed and len(shorter) > _TOO_SHORT_TO_JUDGE and alike(word, other) >= _MISSPELT
        return likely and not self._stands_elsewhere(word)

    def _stands_elsewhere(self, word: str) -> bool:
        # A word that other cards have was no misspelling.
        return any(self._standing[part] for part in _words(word))

    def _question_words(self, face: Row) -> Counter[str]:
        found = self._of_question.get(face.question)
        if found is None:
            found = self._of_question[face.question] = _words(face.question)
        return found


def _tells(answer: str) -> bool:
    # "404" and "ATP" do, "oui" does not.
    return len(answer) >= _TELLING_ANSWER or (len(answer) == _TELLING_ANSWER - 1 and answer == answer.upper())


def _least(row: Row, face: Row) -> int:
    short = min(len(row.question), len(face.question)) < _SHORT_QUESTION
    return _REWORDED_SHORT if short else _REWORDED


def _marks_exchanged(row: Row, face: Row) -> bool:
    if row.marks == face.marks:
        return False
    before, after = Counter(marks(row.question)), Counter(marks(face.question))
    cut = max(len(row.question), len(face.question)) >= EXCERPT
    return cut or not (before <= after or after <= before)


def _subjects_exchanged(row: Row, face: Row) -> bool:
    before, after = names(row.question), names(face.question)
    return bool(before - after and after - before) or _marks_exchanged(row, face)


def _answer_added_to(row: Row, face: Row) -> bool:
    before, after = _words(row.answer), _words(face.answer)
    return bool(before and after) and (before <= after or after <= before)


def _is_inflected(word: str, other: str) -> bool:
    shorter, longer = sorted((word, other), key=len)
    return longer.startswith(shorter) and len(longer) - len(shorter) <= _ENDING


def _is_within(shorter: str, longer: str) -> bool:
    letters = iter(longer)
    return all(letter in letters for letter in shorter)


def _words(text: str) -> Counter[str]:
    # Accents and hyphens are what is forgotten most.
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return words(bare.casefold().replace("-", " "))
