"""The text of a paragraph or item, where it is simple: its HTML, and what it says to the key of its card."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from msgspec import Struct

from flashgen import markup
from flashgen.keys import Piece
from flashgen.markdown import math, words
from flashgen.patterns import late

_CODE: Final = r"(?<!`)`(?![ `])([^`\n]*[^`\n ])`(?!`)"
# What a backslash stands before is none of what ends the formula.
_MATH: Final = r"\$(?![\s$])((?:[^$`\n\\]|\\[^$`\n])*(?<!\s))\$(?![\d$])"
_PIECE: Final = late(f"{words.PIECE}|{_CODE}|{_MATH}")
_BREAK: Final = (" ", False)


class Text(Struct, frozen=True):
    """The HTML of a text, and the pieces of a key that it gives."""

    html: str
    pieces: Sequence[Piece]


def read(text: str) -> Text | None:
    """What `text`, the content of a paragraph, says; None where it takes the parser to know."""
    if words.MEANS_SOMETHING.search(text) is None:
        return Text(text.replace(">", "&gt;"), ((text, False),))
    html: list[str] = []
    pieces: list[Piece] = []
    end = 0
    for match in _PIECE.finditer(text):
        if match.start() != end:
            return None
        end, kind = match.end(), match.lastindex
        if kind == 1:
            html.append(match[1].replace(">", "&gt;"))
            pieces.append((match[1], False))
        elif kind == 2:
            html.append("\n")
            pieces.append(_BREAK)
        elif kind == 3:
            html.append(f"<strong>{match[3].replace('>', '&gt;')}</strong>")
            pieces.append((match[3], False))
        elif kind == 4:
            html.append(f"<em>{match[4].replace('>', '&gt;')}</em>")
            pieces.append((match[4], False))
        elif kind == 5:
            if "{{" in match[5]:
                return None
            html.append(f"<code>{escape(match[5], quote=False)}</code>")
            pieces.append((f"`{match[5].strip()}`", True))
        else:
            formula = math_html(match[6], "$")
            # More than the digits of a pattern are digits here.
            if formula is None or text[end : end + 1].isdigit():
                return None
            html.append(formula)
            pieces.append((f"${match[6]}$", True))
    return Text("".join(html), pieces) if end == len(text) else None


def math_html(tex: str, mark: str) -> str | None:
    """The HTML of a formula that stands between `mark`s; None for one with a cloze or a fault."""
    if "{{" in tex or math.fault(tex) or markup.reaches_out(tex):
        return None
    return markup.formula(escape(tex, quote=False), mark)
