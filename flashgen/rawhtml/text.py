"""Text among raw HTML: what of it would mean something to Anki or to MathJax, asleep until the cleaner is done."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from flashgen.patterns import late

_REFERENCE: Final = late(r"&(?:#[xX]?[0-9a-fA-F]{1,8};?|(?:lcub|rcub|lbrace|rbrace|lsqb|lbrack|bsol|colon);)")
ASLEEP: Final = {"[": "\x02", ":": "\x04", "}": "\x05", "{": "\x07"}
"""Characters that mean something to Anki, as what `markup.finished` writes as references once the cleaner is done."""
BACKSLASH: Final = "\x0f"
"""A backslash that MathJax must not read together with what follows, until `markup.finished` parts the two by tags."""
_FOR_MATHJAX: Final = late(r"\\(?=[()\[\]]|\Z)")


def asleep_for_mathjax(text: str) -> str:
    """Text in which no backslash makes a delimiter of a formula with what follows it, in the text or behind it."""
    return _FOR_MATHJAX.sub(BACKSLASH, text) if "\\" in text else text


def asleep_for_anki(text: str) -> str:
    """Text in which no character reference brings in what means something to Anki, or a control character."""
    return _REFERENCE.sub(_kept, text)


def _kept(match: re.Match[str]) -> str:
    """A character reference as the cleaner may resolve it: it must bring in no control character, and wake nothing that
    its author wrote as a reference for that very reason.
    """
    character = unescape(match[0] if match[0].endswith(";") else f"{match[0]};")
    if match[0].startswith("&#") and (not character or ord(character[0]) < 32 or 127 <= ord(character[0]) < 160):
        return "\ufffd" if character not in ("\n", "\t") else match[0]
    return BACKSLASH if character == "\\" else ASLEEP.get(character, match[0])
