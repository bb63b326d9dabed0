"""Cards as other tools have them, which are text here: tags, signs between question and answer, headings that ask.

Nothing of this is asked for ordinary decks: of prose, few files have any of these signs, and few have no card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise
from typing import Final

from markdown_it.token import Token
from msgspec import Struct

from flashgen import diagnostics, outside, positions
from flashgen.diagnostics import Diagnostic
from flashgen.model import Source
from flashgen.notetypes.forms import BY_OPENER
from flashgen.patterns import late

_CLOSING: Final = " \t#*_»”\"')）"
_Found = tuple[int, str, str]
"""A line, counted from 0, what is, and what to do."""
_BY_LABELS: Final = 'write "Q: …" at the left margin, and the answer on a line of its own as "A: …"'
_AS_TABLE: Final = 'write a table with the headers "| Word | Meaning |", or "Q: …" and "A: …" on lines of their own'
_BY_HEADERS: Final = 'name its columns "| Q | A |", or "| Word | Meaning |"'
_NO_CARDS: Final = "put a _ before the name of a file without cards"
# What stands for tokens that are no text, so that nothing in them is read as such.
_SHOWN: Final = {
    **dict.fromkeys(("softbreak", "hardbreak"), "\n"),
    **dict.fromkeys(("code_inline", "math_inline", "image"), "\ufffc"),
}
_TAG: Final = late(r"(?:^|\s)#(?:flash)?cards?(?:[-/][\w/-]+)?(?=\s|$)")
_BETWEEN: Final = late(r"START$|STARTI \[|TARGET DECK\b")
_SPACED: Final = late(r"\S.*?\s:::?(?=\s|$)")
_SUMMARY: Final = late(r"[?？]\s*</summary>", re.IGNORECASE)
_PLAIN_CODE: Final = frozenset({"", "markdown", "md", "text", "txt"})
_BEGINS: Final = late(rf"^(?:{'|'.join(BY_OPENER)}) ?:(?=\s)", re.MULTILINE)
_RARE: Final = 3
"""What every third line of a file has is no chance."""
_RARE_QUESTION: Final = 6
"""So many lines of a file may stand for each question before they are more than answers."""
_FEW: Final = 2
_AS_CLOZE: Final = 'write it as "C: Light is a {{wave}}."'
# "These cards are in the deck Physics::Light." is prose.
_UNSPACED: Final = late(r"^(?!.*\b[A-Z]\w*::[A-Z].*\.$)[^\s:].*(?<=[^\s:]):::?(?=[^\s:])")
_SIGNS: Final = (
    (late(r"==[^=\s](?:[^=]*[^=\s])?=="), '"==…==" makes no cloze', _AS_CLOZE),
    (late(r"^[^\ufffc]*(?<!\{)\{[^{}]+\}(?!\})"), '"{…}" makes no cloze', _AS_CLOZE),
    (_UNSPACED, '"::" makes no card of this line', _BY_LABELS),
    (late(r"^\S.*\s(?:>>+|<<|<>|;;)(?:\s|\w|$)"), "this line makes no card", _BY_LABELS),
    (late(r"^: "), "this line makes no card of the one above it", _AS_TABLE),
    (late(r"^[^\t]+\t[^\t]+$"), "a tab makes no card of this line", _AS_TABLE),
)
_PARTED: Final = late(r"[^\s|][^|]* (?:[-–—=→]|=>|->) \S[^|]*")


class _Text(Struct, frozen=True):
    """A paragraph, an item or a heading in no note: the line where it begins, from 0, and its lines without markup."""

    line: int
    lines: Sequence[str]
    is_heading: bool = False
    is_item: bool = False


def cards(source: Source, tokens: Sequence[Token], *, is_cardless: bool) -> Iterator[Diagnostic]:
    """The first of the blocks outside of any note that is a card elsewhere.

    `is_cardless` is said of a file from which no card is read and nothing is told: there, less has to look like one.
    """
    texts = list(_texts(tokens))
    found = _of_other_tools(texts, is_cardless=is_cardless)
    if is_cardless:
        found = chain(
            found,
            _verbatim(tokens, texts),
            _clozes(tokens, texts),
            _shorthand(texts),
            _tables(tokens),
            _questions(texts),
        )
    for line, message, help in islice(found, 1):
        text = source.lines[line] if line < len(source.lines) else ""
        yield diagnostics.CARD_OUTSIDE.at(positions.at(source, line, len(text) - len(text.lstrip())), message, help)


def _texts(tokens: Sequence[Token]) -> Iterator[_Text]:
    for token, is_heading, is_item in outside.inlines(tokens):
        written = "".join(
            child.content if child.type == "text" else _SHOWN.get(child.type, "") for child in token.children or ()
        )
        if written.strip():
            yield _Text(token.map[0] if token.map else 0, written.split("\n"), is_heading, is_item)


def _of_other_tools(texts: Sequence[_Text], *, is_cardless: bool) -> Iterator[_Found]:
    """What nobody writes but for a card of some other tool."""
    arrows = list[int]()
    for text in texts:
        for number, line in enumerate(text.lines):
            place = text.line + number
            if tag := _TAG.search(line):
                yield place, f'"{tag[0].strip()}" makes no card of this', _BY_LABELS
            if line.strip() in ("?", "??") and 0 < number < len(text.lines) - 1:
                yield place, f'"{line.strip()}" makes no card of the lines around it', _BY_LABELS
            if _BETWEEN.match(line):
                yield place, f'"{line.split()[0]}" begins no card', _BY_LABELS
            if _SPACED.match(line[: outside.LONGEST]):
                arrows.append(place)
    lines = sum(len(text.lines) for text in texts)
    if arrows and (len(arrows) * _RARE >= lines if is_cardless else len(arrows) > 1):
        yield arrows[0], '"::" makes no card of this line', _BY_LABELS


def _verbatim(tokens: Sequence[Token], texts: Sequence[_Text]) -> Iterator[_Found]:
    for token in tokens:
        if token.type == "html_block" and _SUMMARY.search(token.content):
            yield token.map[0] if token.map else 0, "this asks something, and begins no card", _BY_LABELS
    fences = [token for token in tokens if token.type == "fence"]
    # Where more is written, or several fences stand, it is a text about cards.
    if len(fences) == 1 and fences[0].info.strip() in _PLAIN_CODE and sum(len(text.lines) for text in texts) <= _FEW:
        token = fences[0]
        if label := _BEGINS.search(token.content):
            line = (token.map[0] if token.map else 0) + 1 + token.content.count("\n", 0, label.start())
            yield line, f'"{label[0].strip()}" is code here, and begins no card', "take the lines of the fence away"


def _clozes(tokens: Sequence[Token], texts: Sequence[_Text]) -> Iterator[_Found]:
    """Clozes without numbers; others are an error wherever they stand."""
    found = [
        token.map[0] if token.map else 0
        for token in tokens
        if token.type == "inline" and any(child.type == "cloze_open" for child in token.children or ())
    ]
    if found and len(found) * _RARE >= sum(len(text.lines) for text in texts):
        yield found[0], "this cloze stands outside of any note", 'begin its paragraph with "C:"'


def _shorthand(texts: Sequence[_Text]) -> Iterator[_Found]:
    """Signs that make cards elsewhere, and may be anything in prose, unless much of it is written so."""
    lines = sum(len(text.lines) for text in texts)
    for pattern, message, help in _SIGNS:
        found = [
            text.line + number
            for text in texts
            for number, line in enumerate(text.lines)
            if pattern.search(line[: outside.LONGEST])
        ]
        if found and len(found) * _RARE >= lines and (len(found) > 1 or lines <= _FEW):
            yield found[0], message, help
    for text in texts:
        is_list = len(text.lines) > _FEW and not (text.is_item or text.is_heading)
        if is_list and all(_PARTED.fullmatch(line[: outside.LONGEST]) for line in text.lines):
            yield text.line, "these lines make no cards", _AS_TABLE


def _tables(tokens: Sequence[Token]) -> Iterator[_Found]:
    """Tables without headers, and those that ask something in every other row."""
    first, rows, asking, headers = 0, 0, 0, list[str]()
    for before, token in pairwise(tokens):
        if before.type == "table_open":
            first, rows, asking, headers = before.map[0] if before.map else 0, 0, 0, []
        elif before.type == "tr_open":
            rows += 1
        elif before.type == "th_open":
            headers.append(token.content)
        if token.type == "inline" and before.type in ("th_open", "td_open"):
            asking += token.content.rstrip(_CLOSING).endswith(outside.ASKS)
        elif token.type == "table_close" and len(headers) > 1 and (not any(headers) or asking * 2 >= rows):
            yield first, "no card is read from this table", _BY_HEADERS


def _questions(texts: Sequence[_Text]) -> Iterator[_Found]:
    """Questions with something below that may answer them."""
    lines = [(text.line + number, line, text.is_heading) for text in texts for number, line in enumerate(text.lines)]
    asked = [(place, heading) for place, line, heading in lines[:-1] if line.rstrip(_CLOSING).endswith(outside.ASKS)]
    headings = [heading for _, heading in asked if heading]
    are_cards = len(headings) > 1 and len(headings) * 3 > sum(text.is_heading for text in texts)
    if asked and (len(asked) * _RARE_QUESTION >= len(lines) or are_cards):
        yield asked[0][0], "this asks something, but no card is read from this file", f"{_BY_LABELS}; {_NO_CARDS}"
