"""What all HTML of fields is made with, whether it comes of tokens or of simple notes.

Some texts must survive the sanitizer, which resolves character references and drops comments. They are written as
control characters, which no source can hold, and replaced at the very end by `finished`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from flashgen import rawhtml
from flashgen.highlight import Highlighter
from flashgen.markdown import clozes, math
from flashgen.patterns import late

if TYPE_CHECKING:
    from markdown_it.token import Token

COLON: Final = rawhtml.ASLEEP[":"]
BRACE: Final = rawhtml.ASLEEP["}"]
BREAK: Final = "\x03"
SOUND: Final = "\x0e"
_BACKSLASH: Final = rawhtml.BACKSLASH
OPENING: Final = rawhtml.ASLEEP["{"]
_FINAL: Final = str.maketrans(
    {
        **{sign: f"&#{ord(character)};" for character, sign in rawhtml.ASLEEP.items()},
        BREAK: "<!-- -->",
        SOUND: "[",
        # MathJax reads the text of the page, in which a reference is the character again.
        _BACKSLASH: "<span>\\</span>",
    }
)
# What Anki plays or typesets wherever it stands in a field, code included.
ANKI_MARKUP: Final = late(r"\[(?=sound:|anki:|/?latex\]|/?\$\$?\])", re.IGNORECASE)
CODE_BEGINS: Final = '<pre class="highlight" dir="ltr"><code>'
CODE_ENDS: Final = "</code></pre>\n"


def finished(html: str) -> str:
    """The HTML as Anki gets it, the placeholders of cloze numbers still in it."""
    return ANKI_MARKUP.sub("&#91;", html).translate(_FINAL) if "[" in html else html.translate(_FINAL)


def coloured(highlighter: Highlighter, code: str, language: str) -> str:
    """The HTML of code that holds nothing for Anki."""
    html = []
    for css, text in highlighter.parts(code, language):
        # Most tokens are names and spaces, which are themselves.
        if "<" in text or "&" in text or ">" in text:
            text = escape(text, quote=False)
        html.append(f'<span class="{css}">{text}</span>' if css else text)
    return "".join(html)


def formula(html: str, mark: str) -> str:
    """A formula as MathJax finds it in a page, of its HTML and the `mark` that stands around it in Markdown."""
    return f"\\[{html}\\]" if mark == "$$" else f"\\({html}\\)"


def span(css: str, html: str) -> str:
    return f'<span class="{css}">{html}</span>' if css else html


def reaches_out(tex: str) -> str | None:
    """The first macro by which a formula would reach out of itself, also where a cloze parts its name; else None."""
    shown, hint = "", False
    for piece in clozes.in_verbatim(tex, braces=True):
        hint = isinstance(piece, clozes.Hint) or (hint and not isinstance(piece, clozes.Close))
        if isinstance(piece, str) and not hint:
            shown += piece
    # A hint is in the formula as it was written.
    return math.reaches_out(shown) or math.reaches_out(tex)


def is_whole(pieces: Sequence[clozes.Piece]) -> bool:
    """Whether a formula ends where it should, whichever of its clozes Anki hides."""
    parts = [""]
    for piece in pieces:
        if isinstance(piece, str):
            parts[-1] += piece
        elif isinstance(piece, clozes.Open):
            if not piece.closed or math.ends_in_backslash(parts[-1]):
                return False
            parts.append("")
        else:
            if not math.is_balanced(parts[-1]) or math.ends_in_backslash(parts[-1]):
                return False
            if isinstance(piece, clozes.Hint):
                parts[-1] = ""
            else:
                parts.pop()
    return math.is_balanced(parts[-1])


def language_of(fence: Token) -> str:
    """The language that a code fence names, "" for none."""
    return fence.info.strip().split(maxsplit=1)[0] if fence.info.strip() else ""
