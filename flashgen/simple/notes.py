"""The lines of one simple note: a question and an answer, in paragraphs, tight lists, code and formulas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from flashgen import almost, keys, markup, settings
from flashgen.keys import Piece
from flashgen.markdown import code
from flashgen.markdown.spelling import LABEL, NOTE_WITHIN
from flashgen.model import Code, Settings, SimpleNote, Span
from flashgen.notetypes.forms import BY_OPENER, QA
from flashgen.notetypes.templates import is_filled
from flashgen.patterns import late
from flashgen.simple import text

COMMENT: Final = late(r"<!--(?!-?>)((?:(?!--)[^\n])*)-->")
_ENDS: Final = late(r"#{1,6}[ \t]|---$")
_FENCE: Final = late(r"```([\w+#.-]*)")
# What stands at the beginning of a line and begins nothing but a paragraph.
_OPENS_TEXT: Final = frozenset("«“\"'(’‘…–—")
_NUMBERED: Final = late(r"\d{1,9}[.)]")
_PARAGRAPH: Final = "p"
# The labels of a question's note, and those that end it.
_KNOWN: Final = frozenset({*QA.labels, *BY_OPENER})
_INITIALS: Final = frozenset(label[0] for label in _KNOWN)
_QUESTION: Final = QA.question
(_ANSWER,) = QA.answers
_SPACE: Final = (" ", False)


class _Block(Struct, frozen=True):
    """A block of a field: its HTML by itself, and the pieces of a key that it gives."""

    kind: str
    html: Sequence[str | Code]
    pieces: Sequence[Piece]


class NoteReader:
    """Reads the simple notes of a file with these `lines`.

    `knows` says whether code of a language can be coloured; `most` is how much code of the file may be, in the terms
    of `markdown.code`.
    """

    def __init__(self, lines: Sequence[str], knows: Callable[[str], bool], most: float) -> None:
        self._lines = lines
        self._knows = knows
        self._most = most
        self._line = 0
        self._cost = 0
        self.code_cost = 0

    def read(self, first: int) -> SimpleNote | None:
        """The note that begins in line `first`, counted from 0; None where none does that is simple."""
        lines, count = self._lines, len(self._lines)
        fields: dict[str, list[_Block]] = {}
        blocks: list[_Block] = []
        tags: tuple[str, ...] = ()
        self._line, self._cost = first, 0
        last, has_gap, is_commented = first, True, False
        while self._line < count:
            line = lines[self._line]
            if not line:
                self._line += 1
                has_gap = True
                continue
            name = _label(line)
            if name in BY_OPENER and self._line > first:
                if is_commented and not has_gap:
                    return None
                break
            if name:
                field = QA.labels[name]
                if field in fields or line[len(name) : len(name) + 2] != ": ":
                    return None
                blocks = fields.setdefault(field, [])
                block = self._paragraph(line[len(name) + 2 :])
            elif has_gap and _ENDS.match(line):
                if "|" in line or almost.is_spelt(line.lstrip("# ")):
                    return None
                break
            elif line.startswith("<!--"):
                set_here = _tags(line)
                if set_here is None:
                    return None
                tags += set_here
                self._line += 1
                last, has_gap, is_commented = self._line, False, True
                continue
            elif not has_gap:
                return None
            else:
                block = self._block(line, blocks)
                if _ANSWER not in fields and block is not None and block.kind != _PARAGRAPH:
                    # A list in the question may be the choices of an answer.
                    return None
            if block is None:
                return None
            blocks.append(block)
            last, has_gap, is_commented = self._line, False, False
        return self._note(first, last, fields, tags)

    def _note(self, first: int, last: int, fields: dict[str, list[_Block]], tags: tuple[str, ...]) -> SimpleNote | None:
        if _QUESTION not in fields or _ANSWER not in fields or self.code_cost + self._cost > self._most:
            return None
        said = {
            name: keys.joined([piece for block in blocks for piece in block.pieces]) for name, blocks in fields.items()
        }
        html = {name: _html(blocks) for name, blocks in fields.items()}
        if not all(any(isinstance(part, Code) or is_filled(part) for part in parts) for parts in html.values()):
            return None
        self.code_cost += self._cost
        others = {name: text for name, text in said.items() if name not in (_QUESTION, _ANSWER)}
        source = "\n".join(self._lines[first:last])
        return SimpleNote(first, last, html, keys.of_texts(said[_QUESTION], said[_ANSWER], (), others, source), tags)

    def _block(self, line: str, before: Sequence[_Block]) -> _Block | None:
        """The block that begins with this line, which stands below a blank one."""
        if line.startswith("- "):
            return None if before and before[-1].kind == "ul" else self._list()
        if line.startswith("```"):
            return self._fence(line)
        if line.startswith("$$"):
            return self._formula(line)
        if not _is_text(line) or "|" in line or almost.is_spelt(line):
            return None
        return self._paragraph(line)

    def _paragraph(self, begun: str) -> _Block | None:
        """The paragraph whose first line holds the text `begun`, up to what ends it."""
        if not begun or begun.startswith(("```", "$$")) or "|" in begun or begun != begun.strip():
            return None
        written = [begun]
        self._line += 1
        while self._line < len(self._lines):
            line = self._lines[self._line]
            if not line or line.startswith("<!--") or _label(line):
                break
            if not _is_text(line) or "|" in line or line != line.strip() or almost.is_spelt(line):
                return None
            written.append(line)
            self._line += 1
        found = text.read("\n".join(written))
        return None if found is None else _Block(_PARAGRAPH, (found.html,), (*found.pieces, _SPACE))

    def _list(self) -> _Block | None:
        html, pieces = ["<ul>\n"], list[Piece]()
        while self._line < len(self._lines) and (line := self._lines[self._line]).startswith("- "):
            item = line[2:]
            found = text.read(item) if item and item == item.strip() and _is_item(item) else None
            if found is None:
                return None
            html.append(f"<li>{found.html}</li>\n")
            pieces += (*found.pieces, _SPACE)
            self._line += 1
        html.append("</ul>\n")
        return _Block("ul", ("".join(html),), pieces)

    def _fence(self, line: str) -> _Block | None:
        opening = _FENCE.fullmatch(line)
        begin = self._line + 1
        end = next((at for at in range(begin, len(self._lines)) if "```" in self._lines[at]), -1)
        if opening is None or end < 0 or self._lines[end] != "```" or not self._knows(opening[1]):
            return None
        content = "\n".join(self._lines[begin:end])
        if not content.strip() or "{{" in content or NOTE_WITHIN.search(content):
            return None
        cost = code.cost(f"{content}\n", opening[1])
        if cost > code.LARGEST:
            return None
        self._cost += cost if opening[1] else 0
        self._line = end + 1
        code_of_it = Code(content.rstrip("\n"), opening[1])
        html = (markup.CODE_BEGINS, code_of_it, markup.CODE_ENDS)
        return _Block("pre", html, ((f"```{content.strip()}```", True), _SPACE))

    def _formula(self, line: str) -> _Block | None:
        tex = line[2:-2].strip()
        # Neither may the end be escaped, nor the last backslash of the formula take in what is put behind it.
        if not line.endswith("$$") or "$" in tex or not tex or line[2:-2].endswith("\\") or tex.endswith("\\"):
            return None
        html = text.math_html(tex, "$$")
        self._line += 1
        return None if html is None else _Block("math", (f"<p>{html}</p>\n",), ((f"${tex}$", True), _SPACE))


def _html(blocks: Sequence[_Block]) -> tuple[str | Code, ...]:
    """The HTML of a field. A paragraph that stands alone needs no tags."""
    if len(blocks) == 1 and blocks[0].kind == _PARAGRAPH:
        parts = list(blocks[0].html)
    else:
        parts = []
        for block in blocks:
            parts += ("<p>", *block.html, "</p>\n") if block.kind == _PARAGRAPH else block.html
    if isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip("\n")
    return tuple(parts)


def _label(line: str) -> str:
    """The label at the beginning of a line of a question's note, "" for none."""
    if line[0] not in _INITIALS:
        return ""
    match = LABEL.match(line)
    return match[1] if match is not None and match[1] in _KNOWN else ""


def _is_text(line: str) -> bool:
    """Whether a line begins nothing but a paragraph, and ends none."""
    first = line[0]
    return first.isalpha() or first in _OPENS_TEXT or (first.isdigit() and _NUMBERED.match(line) is None)


def _is_item(item: str) -> bool:
    """Whether what stands behind the mark of an item begins nothing but its text."""
    return _is_text(item) or item[0] in "`$" or (item[:2] == "**" and item[2:3].isalpha())


@lru_cache(maxsize=1024)
def _tags(line: str) -> tuple[str, ...] | None:
    """The tags that a line sets which is a comment; None where it is no such line, sets something else or is wrong."""
    match = COMMENT.fullmatch(line)
    if match is None:
        return None
    found, faults = settings.from_comment(match[1], lambda row, column: Span("", 1))
    if faults or (found is not None and found != Settings(tags=found.tags)):
        return None
    return () if found is None else tuple(claim.text for claim in found.tags)
