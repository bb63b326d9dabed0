"""What the author writes about, and how a text is edited so that a person still knows it."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.years.writing import CLOZE, QA, WORD, Written

# Some share a pattern, some an answer: neighbours are what a card is mistaken for.
_QUESTIONS = (
    ("Which organ makes the hormone insulin?", "The pancreas, in the islets of Langerhans"),
    ("What is the capital of Peru?", "Lima"),
    ("What is the capital of Chad?", "N'Djamena"),
    ("What is the capital of Fiji?", "Suva"),
    ("Who wrote the tragedy of Faust?", "Goethe"),
    ("Who wrote the novel about young Werther?", "Goethe"),
    ("Does light travel faster than sound?", "Yes"),
    ("Does copper conduct electricity well?", "Yes"),
    ("In which year did the Berlin wall fall?", "1989"),
    ("Which port does an HTTPS server listen on?", "443"),
    ("Which port does an SSH server listen on?", "22"),
    ("Why do leaves turn red in autumn?", "Chlorophyll decays, and the other pigments show"),
    ("How many strings does a violin have?", "Four, tuned in fifths"),
    ("What does `git stash` do?", "It puts the changes away, and the tree is clean"),
    ("What does a judge do who recuses herself?", "She leaves the case to another ![gavel](p1.png)"),
    ("What keeps an arch from falling down?", "The keystone ![arch](p2.png)"),
    ("Qu'est-ce que l'article dit de l'aide ?", "Elle reste modeste"),
    ("Which chess piece may jump over others?", "The knight"),
)
_CLOZES = (
    "The {{Treaty of Westphalia}} ended the {{Thirty Years War}} in {{1648}}.",
    "Water boils at {{100}} degrees at {{sea level}}, and lower on a mountain.",
    "A sonnet has {{fourteen}} lines, most often in {{iambic pentameter}}.",
    "The {{mitochondria}} turn {{sugar}} and oxygen into energy for the cell.",
    "Bach was born in {{Eisenach}} and worked longest in {{Leipzig}}.",
)
_WORDS = (
    ("la boussole", "compass"),
    ("le tournevis", "screwdriver"),
    ("éteindre", "to switch off, to put out"),
    ("la douane", "customs"),
    ("bricoler", "to do odd jobs about the house"),
    ("le marteau", "hammer"),
)

FACTS = len(_QUESTIONS) + len(_CLOZES) + len(_WORDS)
EDITS = 6
COPIES = 3
_ADVERBS = ("really", "usually", "today", "exactly", "always", "perhaps")
_OTHERS = ("Vienna", "a heron", "seventeen", "the ocean")
_SLIP = re.compile(r"[a-zé]{3}[a-z]{3,}")


def fact(number: int, uid: int, deletion: int) -> Written:
    """The card about the fact of this number; `deletion` is the first uid that its deletions may take."""
    if number < len(_QUESTIONS):
        return Written(uid, QA, *_QUESTIONS[number])
    number -= len(_QUESTIONS)
    if number < len(_CLOZES):
        return Written(uid, CLOZE, _named(_CLOZES[number], deletion))
    return Written(uid, WORD, *_WORDS[number - len(_CLOZES)])


def question_edited(card: Written, how: int) -> Written:
    """The card with its question touched up; the deletions of a cloze stay as they are."""
    return replace(card, question=_touched(card.question, how, card.kind == WORD))


def answer_edited(card: Written, how: int) -> Written:
    """The card with its answer touched up, or another one in its place (a cloze: with a deletion reworded)."""
    if card.kind == CLOZE:
        return deletion_reworded(card, how)
    if how == EDITS - 1 and "![" not in card.answer:
        return replace(card, answer=f"Rather {_OTHERS[card.uid % len(_OTHERS)]}")
    return replace(card, answer=_touched(card.answer, how, False))


def deletion_reworded(card: Written, how: int) -> Written:
    """The cloze with one of its deletions touched up."""
    uid, text = list(card.deletions.items())[how % len(card.deletions)]
    new = f"{text} proper" if how % 2 else _touched(text, 1, True)
    return replace(card, question=card.question.replace(f"{{{{{text}::d{uid}}}}}", f"{{{{{new}::d{uid}}}}}"))


def deletion_removed(card: Written, which: int) -> Written:
    """The cloze with the braces of one deletion taken away."""
    uid, text = list(card.deletions.items())[which % len(card.deletions)]
    return replace(card, question=card.question.replace(f"{{{{{text}::d{uid}}}}}", text))


def deletion_added(card: Written, which: int, uid: int) -> Written | None:
    """The cloze with one more deletion around a word that has none, None where there is no such word."""
    # In code the short form is text.
    parts = re.split(r"(\{\{.*?\}\}|`.*?`|\b[a-z]{5,}\b)", card.question)
    free = [place for place, part in enumerate(parts) if re.fullmatch("[a-z]{5,}", part)]
    free = [place for place in free if parts[place] not in card.deletions.values()]
    if not free:
        return None
    place = free[which % len(free)]
    parts[place] = f"{{{{{parts[place]}::d{uid}}}}}"
    return replace(card, question="".join(parts))


def retyped(card: Written, kind: str, deletion: int) -> Written:
    """The same fact as a card of another kind."""
    if kind == CLOZE:
        question = f"{card.question.rstrip('?').rstrip()} – {{{{{card.answer.partition(' !')[0]}::d{deletion}}}}}"
        return replace(card, kind=kind, question=question, answer="", reverse=False)
    if card.kind == CLOZE:
        answer = ", ".join(card.deletions.values())
        return replace(card, kind=kind, question=card.opened, answer=answer, reverse=False)
    return replace(card, kind=kind, reverse=False)


def copied(card: Written, how: int, uid: int, deletion: int) -> Written:
    """A copy that was made into another card: of another thing, or asking another question of the same one."""
    other = _OTHERS[(card.uid + how) % len(_OTHERS)]
    question = card.question
    if card.kind == CLOZE:
        question = re.sub(r"::d\d+", "", question)
        question = re.sub(r"\{\{.*?\}\}", f"{{{{{other}}}}}", question, count=1)
        return replace(card, uid=uid, question=_named(question, deletion))
    if how == 0:
        return replace(card, uid=uid, answer=f"Of {other}")
    if how == 1:
        return replace(card, uid=uid, question=f"{question.rstrip(' ?')} of {other}?", answer=f"It is {other}")
    return replace(card, uid=uid, question=f"And what of {other}?")


def _touched(text: str, how: int, is_word: bool) -> str:
    how %= EDITS - 1
    words = text.split(" ")
    if how == 0 and not is_word and "{{" not in text:
        place = max(1, len(words) // 2)
        return " ".join((*words[:place], _ADVERBS[len(text) % len(_ADVERBS)], *words[place:]))
    if how == 2 and not is_word:
        mark = text[-1] if text[-1] in "?." else ""
        return f"{text.removesuffix(mark).rstrip()}, in short{mark}"
    if how == 3 and "*" not in text and "`" not in text and "{{" not in text and "![" not in text:
        return " ".join((*words[:-1], f"*{words[-1]}*")) if words[-1].isalpha() else text.replace("'", "’")
    if how == 4 and text.endswith("?"):
        return f"{text[:-1].rstrip()}\u202f?" if "\u202f" not in text else f"{text[:-1].rstrip()}?"
    outside = re.sub(r"\{\{.*?\}\}|`.*?`|!\[.*?\)", lambda match: " " * len(match[0]), text)
    slips = list(_SLIP.finditer(outside))
    if not slips:
        return f"{text} (still)" if is_word or not text.endswith(("?", ".")) else f"{text[:-1]} still{text[-1]}"
    at = slips[len(text) % len(slips)].start() + 2
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _named(text: str, deletion: int) -> str:
    parts = re.split(r"(\}\})", text)
    for place in range(1, len(parts), 2):
        parts[place] = f"::d{deletion + place // 2}}}}}"
    return "".join(parts)
