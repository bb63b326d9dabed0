"""What looks like a label but is none: a warning, for it swallows a field or a whole card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from flashgen import diagnostics, positions
from flashgen.diagnostics import Diagnostic
from flashgen.model import Source
from flashgen.notetypes.forms import Form

_WORDS: Final = {
    "Q": "question|frage|pregunta|domanda|pergunta|vraag|front|recto",
    "A": "answer|réponse|reponse|antwort|respuesta|risposta|resposta|antwoord|back|verso",
    "C": "cloze",
}
_MARKS: Final = r"[*_]{1,3}"
_SPELT: Final = re.compile(
    rf"(?P<indent>[ \t]*)(?P<open>{_MARKS})?(?P<word>[^\W\d_]{{1,12}})(?P<close>{_MARKS})?"
    rf"[ \t\u00a0\u202f]?(?P<colon>[:.：])(?P<after>{_MARKS})?(?P<rest>.*)",
)


def almost_labels(
    source: Source, first: int, last: int, form: Form | None, filled: frozenset[str]
) -> Iterator[Diagnostic]:
    """Warnings for the lines `[first, last)` of one paragraph or heading, counted from 0.

    `form` is that of the open note, `filled` are its fields so far.
    """
    for number in range(first, min(last, len(source.lines))):
        line = source.lines[number]
        text = line.lstrip("# ") if line.startswith("#") else line
        match = _SPELT.fullmatch(text)
        if match is None:
            continue
        meant = _meant(match, form, filled, heading=text is not line)
        if meant is not None:
            column = len(line) - len(text) + len(match["indent"])
            yield diagnostics.ALMOST_LABEL.at(
                positions.at(source, number, column),
                f'"{line[column:].split(match["colon"])[0]}{match["colon"]}" looks like the label "{meant}:" but is text',
                f'write "{meant}: " at the left margin, or "{match["word"]}\\{match["colon"]}" if it is meant as text',
            )


def _meant(match: re.Match[str], form: Form | None, filled: frozenset[str], *, heading: bool) -> str | None:
    word, colon, rest = match["word"], match["colon"], match["rest"]
    exact = word in ("Q", "A", "C", "Word") or (form is not None and word in form.labels)
    spaced = not rest or rest[0] in " \t\u00a0\u202f"
    decorated = bool(match["open"] or match["close"] or match["after"] or match["indent"] or heading)
    if colon == ".":
        # "A. Smith" is a name once the note has its answer.
        wanted = (word == "Q" and form is None) or (word == "A" and form is not None and "Answer" not in filled)
        return word if wanted and spaced and rest.strip() and not decorated and form_has(form, word) else None
    if exact:
        if colon == "：" or decorated:
            return word
        if not spaced:
            return word if len(word) == 1 and not rest.startswith(("/", "\\", ":", "-", ")")) else None
        return None
    if form is None and word in ("E", "H") and spaced:
        return word
    folded = word.casefold()
    known = ("Q", "A", "C", "Word", *(form.labels if form else ()))
    near = next((label for label in known if label.casefold() == folded), None)
    if near is None:
        near = next((label for label, words in _WORDS.items() if folded in words.split("|")), None)
        if near == "A" and form is None:
            return None
    return near if spaced or colon == "：" else None


def form_has(form: Form | None, label: str) -> bool:
    """Whether a label could stand here: an opener anywhere, another one only in a note that has it."""
    return form is None or label in form.labels
