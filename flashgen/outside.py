"""What looks like a note in the blocks outside of any: labels of other languages and tools; signs of other cards.

Whole files are written so. One warning for each pair of labels is enough to find all that is written with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from flashgen import diagnostics, foreign, positions
from flashgen.diagnostics import Diagnostic
from flashgen.model import Source
from flashgen.patterns import late

if TYPE_CHECKING:
    from markdown_it.token import Token

_AROUND: Final = r"(?:</?[a-z]{1,6}>|[*_\[(@`\])])*+"
_LABELLED: Final = late(
    rf"[ \t>*+#•·–—-]*+(?:\d{{1,3}}[.)][ \t]++)?(?P<before>{_AROUND})(?P<word>[^\W\d_]{{1,14}})(?:[ \u00a0]?\d{{1,3}})?"
    rf"(?P<behind>{_AROUND})[ \u00a0\u202f]?(?P<mark>[:：;.–—-])?{_AROUND}(?=(?P<rest>.*))"
)
_FURTHEST: Final = 30
"""How many lines a question may have, counted from its first to that of its answer."""


class _Pair(Struct, frozen=True):
    """Labels of another notation that make a note together, and the label that each stands for here."""

    opening: Mapping[str, str]
    closing: Mapping[str, str]


_PAIRS: Final = (
    _Pair(
        dict.fromkeys((*foreign.QUESTIONS, *"qfpdvв", "card", "flashcard"), "Q"),
        dict.fromkeys((*foreign.ANSWERS, *"arаoо"), "A"),
    ),
    _Pair(
        dict.fromkeys(foreign.WORDS, "Word"),
        dict.fromkeys(foreign.MEANINGS, "Meaning") | dict.fromkeys(foreign.DEFINITIONS, "Definition"),
    ),
)
ASKS: Final = ("?", "？", "؟")
"""How a question ends."""
LONGEST: Final = 200
"""How many characters of a line are looked at: longer ones are neither labels nor shorthand."""
# Of these a card of another tool has one: its tag, a line between question and answer, or a sign within a line.
_SIGN: Final = late(r"#(?:flash)?card|^[ \t]*\?\??[ \t]*$|^START|^TARGET|\s:::?(?:\s|$)", re.MULTILINE)


def labels(source: Source, tokens: Sequence[Token]) -> Iterator[Diagnostic]:
    """Pairs of lines among blocks outside of any note that are labels elsewhere: `Mot:` and `Sens:`; each pair once."""
    told = set[tuple[str, str]]()
    open_: tuple[int, str, str, _Pair] | None = None
    for number, is_heading in _lines(tokens):
        if number >= len(source.lines):
            continue
        written, word, asks = _label(source.lines[number], is_heading=is_heading)
        if open_ is not None and word in open_[3].closing and number - open_[0] <= _FURTHEST:
            first, name, question, pair = open_
            if (question, word) not in told:
                told.add((question, word))
                meant = f'"{pair.opening[question]}:" and "{pair.closing[word]}:"'
                yield diagnostics.ALMOST_LABEL.at(
                    positions.at(source, first, source.lines[first].find(name)),
                    f'"{name}" and "{written}" look like the labels of a note but are text',
                    f"write {meant} for all of them, at the left margin",
                )
            open_ = None
        elif opened := next((pair for pair in _PAIRS if word in pair.opening), None):
            # "p: the pressure" and "r: the radius" are a legend.
            is_letter = len(word) == 1 and word.upper() != word
            open_ = (number, written, word, opened) if asks or not is_letter else None


def has_signs(tokens: Sequence[Token]) -> bool:
    """Whether a card of another tool may be among blocks outside of any note."""
    return any(token.type == "inline" and _SIGN.search(token.content) for token in tokens)


def _label(text: str, *, is_heading: bool) -> tuple[str, str, bool]:
    """What of a line may be a label as written, its word in small letters, and whether the line asks something."""
    match = _LABELLED.match(text, 0, LONGEST)
    if match is None:
        return "", "", False
    rest, mark = match["rest"].strip(" \t#"), match["mark"] or ""
    closed = mark == "" and match["behind"].endswith((")", "]"))
    parted = closed or mark in ("：", ":") or (mark and match["rest"][:1] in ("", " ", "\t"))
    # "**Question** What is light?" has no mark, nor has a heading "Question".
    if not parted and (mark or (rest and not (match["before"] and match["behind"]))):
        return "", "", False
    written = match[0][match.start("before") :].strip(" \t*_`")
    return written, match["word"].casefold(), text.rstrip(" \t*_").endswith(ASKS) or is_heading


def inlines(tokens: Sequence[Token]) -> Iterator[tuple[Token, bool, bool]]:
    """The text of paragraphs and headings outside of tables, whether it is a heading, whether an item of a list."""
    lists, in_table = 0, False
    for before, token in pairwise(tokens):
        if before.type in ("table_open", "table_close"):
            in_table = before.type == "table_open"
        elif before.type.endswith("list_open"):
            lists += 1
        elif before.type.endswith("list_close"):
            lists -= 1
        if token.type == "inline" and not in_table:
            yield token, before.type == "heading_open", lists > 0


def _lines(tokens: Sequence[Token]) -> Iterator[tuple[int, bool]]:
    for token, is_heading, _ in inlines(tokens):
        for number in range(*(token.map or (0, 0))):
            yield number, is_heading
