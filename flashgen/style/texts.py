"""What a learner reads in a field: tokens in, folded text without markup out, lists and other blocks apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from markdown_it.token import Token
from msgspec import Struct

from flashgen import keys, rawhtml
from flashgen.patterns import late
from flashgen.scripts import UNSPACED

# Emphasis often quotes a word: it is marked until it is known whether that matters.
_QUOTE_OPENS, _QUOTE_CLOSES = "\u27ea", "\u27eb"
_QUOTED: Final = late(rf'{_QUOTE_OPENS}[^{_QUOTE_CLOSES}]*{_QUOTE_CLOSES}|"[^"]*"|`[^`]*`|\$[^$]*\$')
_MARKS: Final = str.maketrans("", "", _QUOTE_OPENS + _QUOTE_CLOSES)
_WORD: Final = late(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+(?:-[^\W_{UNSPACED}]+)*")
# What French and Italian write before an apostrophe, English behind one, and French between verb and subject.
_ELIDED: Final = late(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=\w)|(?<=\w)'s\b|-t-(?=\w)")
_OF_A_WORD: Final = late(r"[^\W_]")
_LETTER: Final = late(rf"[{UNSPACED}]")
# A word of these scripts has two letters or so.
_LETTERS_A_WORD: Final = 2
# What goes on with a small letter behind a full stop was an abbreviation.
_SENTENCE: Final = late(r"(?<=[?!])\s+|(?<=\.)\s+(?![a-zà-öø-ÿ])")
_BREAKS: Final = frozenset({"softbreak", "hardbreak"})
_BLOCKS: Final = frozenset({"fence", "math_block", "table_open", "blockquote_open", "image"})
# What is longer is no question; advice on it would cost more than it is worth.
LONGEST: Final = 2000


class Text(Struct, frozen=True):
    """A field, read.

    `paragraphs` are those outside of lists and tables, `bullets` the items of each unordered list at the top level,
    `count` the words of paragraphs and lists. `shows_more` says that there is something else to look at: a picture,
    code, a formula, a table, a quotation, a list.
    """

    paragraphs: tuple[str, ...]
    bullets: tuple[tuple[str, ...], ...]
    count: int
    shows_more: bool

    @property
    def plain(self) -> str:
        """The paragraphs as they are read."""
        return " ".join(self.paragraphs)[:LONGEST].translate(_MARKS).strip()

    @property
    def is_quoting(self) -> bool:
        """Whether a part of the paragraphs is quoted, emphasized, code or a formula."""
        return any(_QUOTED.search(paragraph) for paragraph in self.paragraphs)

    @property
    def unquoted(self) -> str:
        """The paragraphs without what is quoted, emphasized, code or a formula."""
        return unquoted(" ".join(self.paragraphs))


def read(tokens: Sequence[Token]) -> Text:
    """What stands in a field or a part of one."""
    paragraphs: list[str] = []
    bullets: list[list[str]] = []
    inside: list[str] = []
    count, shows_more = 0, False
    for token in tokens:
        if token.type == "inline":
            text = keys.folded(marked(token.children or ())).strip()[:LONGEST]
            shows_more = shows_more or any(_is_shown(child) for child in token.children or ())
            if "table_open" not in inside:
                count += number_of_words(text)
            if not inside and text:
                paragraphs.append(text)
            elif inside == ["bullet_list_open", "list_item_open"] and bullets[-1]:
                bullets[-1][-1] += text.translate(_MARKS)
        elif token.type in _BLOCKS:
            shows_more = True
        if token.type in ("bullet_list_open", "ordered_list_open"):
            shows_more = True
        if token.type == "bullet_list_open" and not inside:
            bullets.append([])
        elif token.type == "list_item_open" and inside == ["bullet_list_open"]:
            bullets[-1].append("")
        if token.type in _CONTAINERS:
            inside.append(token.type)
        elif token.nesting < 0 and inside and token.type == inside[-1].replace("_open", "_close"):
            inside.pop()
    return Text(tuple(paragraphs), tuple(tuple(items) for items in bullets if items), count, shows_more)


_CONTAINERS: Final = frozenset(
    {"bullet_list_open", "ordered_list_open", "list_item_open", "table_open", "blockquote_open"}
)


def _inline(children: Iterable[Token]) -> Iterator[str]:
    hints = 0
    for child in children:
        if child.type == "cloze_hint_open":
            hints += 1
        elif child.type == "cloze_hint_close":
            hints -= 1
        elif hints:
            continue
        elif child.type == "text":
            yield child.content
        elif child.type in _BREAKS:
            yield " "
        elif child.type == "code_inline":
            yield f"`{child.content}`"
        elif child.type == "math_inline":
            yield f"${child.content}$"
        elif child.type == "em_open":
            yield _QUOTE_OPENS
        elif child.type == "em_close":
            yield _QUOTE_CLOSES


def _is_shown(child: Token) -> bool:
    return child.type == "image" or (child.type == "html_inline" and bool(rawhtml.read(child.content).references))


def plain(children: Iterable[Token]) -> str:
    """The folded text of inline tokens, hints of clozes left out."""
    return keys.folded(marked(children).translate(_MARKS)).strip()


def marked(children: Iterable[Token]) -> str:
    """The text of inline tokens as `unquoted` takes it, hints of clozes left out."""
    return "".join(_inline(children))


def unquoted(text: str) -> str:
    """A text without what is quoted, emphasized, code or a formula."""
    return " ".join(_QUOTED.sub(" ", text[:LONGEST]).split())


def number_of_words(text: str) -> int:
    """How many words a text has; of scripts without spaces two letters count for one."""
    spaced, letters = _LETTER.subn(" ", text)
    return sum(_OF_A_WORD.search(piece) is not None for piece in spaced.split()) + letters // _LETTERS_A_WORD


def words(text: str) -> list[str]:
    """The words of a folded text in lower case, without elided ones; what hyphens join is one."""
    return _WORD.findall(_ELIDED.sub(" ", text.casefold().replace("n't", " not")))


def single_words(text: str) -> list[str]:
    """The words of a folded text in lower case, without elided ones; what hyphens join is taken apart."""
    return words(text.replace("-t-", " ").replace("-", " "))


def all_words(text: str) -> list[str]:
    """The words of a folded text in lower case, elided and joined ones too, each by itself."""
    return _WORD.findall(text.casefold().replace("-t-", " ").replace("-", " "))


def sentences(text: str) -> list[str]:
    """The sentences of a folded text."""
    return [sentence for sentence in _SENTENCE.split(text) if sentence]


def holds(text: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether these words stand in a text one behind the other."""
    return bool(phrase) and f" {' '.join(phrase)} " in f" {' '.join(text)} "
