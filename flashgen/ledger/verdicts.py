"""What became of a question and of an answer, together: whether it is the same card, another one, or to be asked about.

The table was made on the edits of `tests/ledger/edits.py` and `tests/pairing/development`, later on those of `measured`
as well; those of `fresh` were written without sight of it, and have refuted one row since (`python -m tests.pairing`).
"""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct

from flashgen.ledger.wording import Difference


class Verdict(Enum):
    """What the evidence allows: to keep the history, to ask the author, or to take it for another card."""

    SAME = 2
    ASK = 1
    OTHER = 0


class Place(Enum):
    """Where a card stands, seen from where the row's card stood."""

    SLOT = auto()
    """Between the same neighbours, and alone there as the row is."""
    NEAR = auto()
    """Where an edited form of the note is likely to stand."""
    ELSEWHERE = auto()


class Question(Enum):
    """What became of a question."""

    RESPELT = auto()
    """The same words, but for their spelling, their order and words without a meaning of their own."""
    EXTENDED = auto()
    """Words were only added, or only taken away."""
    REWORDED = auto()
    """Other words, no frame, and what it is about is still named."""
    EXCHANGED = auto()
    """Words stand for others in a frame that stayed; or a number, a name or a negation does."""
    UNLIKE = auto()
    """A word or two are left."""
    UNRELATED = auto()


class Answer(Enum):
    """What became of an answer."""

    OWN = auto()
    """The same, and no other card has it."""
    COMMON = auto()
    """The same, as other cards have it or it says little: yes, 7. Or one that said little is gone on with."""
    NEAR = auto()
    """Spelt or put otherwise, with the same words."""
    EXTENDED = auto()
    """Words were only added, or only taken away."""
    PARTLY = auto()
    """Half of what it says is what it said."""
    MISSING = auto()
    """There was none, or is none yet."""
    OTHER = auto()


class Facts(Struct, frozen=True):
    """What else the table asks about a card and its row."""

    is_near: bool
    is_slot: bool
    is_cloze: bool
    is_word: bool
    names_word: bool
    exchanges_name: bool
    respells_name: bool
    extends_name: bool
    shares_others: bool
    keeps_several: bool
    adds_to_both: bool
    has_long_answer: bool
    has_sentence: bool
    has_several_deletions: bool


def verdict(question: Question, answer: Answer, words: Difference, facts: Facts) -> Verdict:
    """What the question (`words` are those of it) and the answer allow, with what else is known."""
    if facts.is_slot and not facts.is_word and not facts.exchanges_name and _goes_on(question, answer, facts):
        return Verdict.SAME
    match answer:
        case Answer.OWN:
            return _with_own_answer(question, facts)
        case Answer.COMMON:
            return _with_common_answer(question, words, facts)
    if facts.shares_others and facts.is_near and question is not Question.UNRELATED and not facts.exchanges_name:
        return Verdict.SAME
    # A long answer that stayed, and may say more now, tells the card wherever it stands.
    keeps_long = facts.has_long_answer and answer in (Answer.NEAR, Answer.EXTENDED)
    match question:
        case Question.RESPELT:
            if answer is Answer.OTHER and facts.extends_name:
                # Niger, Nigeria.
                return Verdict.OTHER
            plain = not facts.respells_name and not words.asks_else
            plain = plain and (not facts.is_word or answer is Answer.EXTENDED)
            if answer in (Answer.PARTLY, Answer.OTHER):
                plain = plain and not words.is_retouched
            return Verdict.SAME if plain and (facts.is_near or keeps_long) else Verdict.ASK
        case Question.EXTENDED:
            plain = not facts.names_word and not facts.is_word and not words.asks_else
            keeps = keeps_long or (facts.is_near and answer in (Answer.NEAR, Answer.EXTENDED))
            return Verdict.SAME if plain and keeps else Verdict.ASK
        case Question.REWORDED:
            plain = not facts.exchanges_name and not facts.is_word and facts.is_near
            if plain and answer in (Answer.NEAR, Answer.EXTENDED):
                return Verdict.SAME
            return Verdict.OTHER if answer is Answer.OTHER and not facts.is_near else Verdict.ASK
        case Question.EXCHANGED:
            return Verdict.OTHER if answer is Answer.OTHER else Verdict.ASK
    near = answer in (Answer.NEAR, Answer.EXTENDED)
    return Verdict.ASK if near or (facts.is_near and question is Question.UNLIKE) else Verdict.OTHER


def _goes_on(question: Question, answer: Answer, facts: Facts) -> bool:
    """What is enough for a card that stands where the row's card stood, and would not be enough elsewhere."""
    alike = answer in (Answer.OWN, Answer.NEAR, Answer.EXTENDED)
    match question:
        case Question.EXTENDED:
            if answer is Answer.COMMON:
                return not facts.names_word
            return answer in (Answer.NEAR, Answer.EXTENDED, Answer.PARTLY) and not facts.adds_to_both
        case Question.REWORDED:
            return alike or answer is Answer.PARTLY or (answer is Answer.COMMON and facts.keeps_several)
        case Question.UNLIKE:
            return alike
        case Question.EXCHANGED:
            return facts.is_cloze and answer in (Answer.OWN, Answer.EXTENDED)
    return False


def _with_own_answer(question: Question, facts: Facts) -> Verdict:
    match question:
        case Question.RESPELT:
            return Verdict.SAME
        case Question.EXTENDED:
            return Verdict.SAME if facts.is_near or not (facts.names_word or facts.is_word) else Verdict.ASK
        case Question.REWORDED:
            plain = facts.is_near and not facts.exchanges_name and not facts.is_word
            return Verdict.SAME if plain else Verdict.ASK
        case Question.EXCHANGED:
            plain = facts.is_near and not facts.exchanges_name and not facts.is_word
            return Verdict.SAME if plain and (facts.has_several_deletions or facts.has_sentence) else Verdict.ASK
    return Verdict.SAME if facts.is_near and facts.has_long_answer else Verdict.ASK


def _with_common_answer(question: Question, words: Difference, facts: Facts) -> Verdict:
    match question:
        case Question.RESPELT | Question.EXTENDED:
            plain = facts.is_near and not facts.is_word and not facts.respells_name and not words.asks_else
            named = question is Question.EXTENDED and facts.names_word
            return Verdict.SAME if plain and not named else Verdict.ASK
        case Question.REWORDED:
            return Verdict.ASK
        case Question.EXCHANGED:
            other = facts.exchanges_name or not facts.keeps_several
            return Verdict.OTHER if other else Verdict.ASK
        case Question.UNLIKE:
            return Verdict.ASK if facts.is_near else Verdict.OTHER
    return Verdict.OTHER
