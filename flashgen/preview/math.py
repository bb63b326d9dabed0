"""The HTML of a side in, the same with its formulas as MathML out, which a browser typesets by itself.

Anki does this with MathJax on the card that it shows. Where it looks for formulas is kept: in text between
`\\(` and `\\)` or `\\[` and `\\]`, braces closed, and not in code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from flashgen.patterns import late

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TAG: Final = late(r"<!--.*?-->|<(/?)([A-Za-z][A-Za-z0-9-]*)(?:\"[^\"]*\"|'[^']*'|[^'\">])*>", re.DOTALL)
_WITHOUT_MATH: Final = frozenset({"code", "pre", "script", "style", "textarea"})
_OPENING: Final = late(r"\\([(\[])")
_ENDS: Final = {"(": ")", "[": "]"}
# Nothing that leads elsewhere, loads or covers: a formula is a picture of itself.
_ATTRIBUTES: Final = frozenset(
    "accent accentunder align columnalign columnlines columnspacing depth display displaystyle fence form frame height"
    " linethickness lspace mathcolor mathbackground mathsize mathvariant maxsize minsize movablelimits notation "
    "rowlines rowspacing rspace scriptlevel separator stretchy symmetric voffset width xmlns".split()
)


def typeset(html: str) -> str:
    """The HTML with every formula in MathML; one that cannot be read stays as it was written."""
    if "\\(" not in html and "\\[" not in html:
        return html
    parts, end, inside = list[str](), 0, 0
    for match in _TAG.finditer(html):
        text = html[end : match.start()]
        parts += [text if inside else "".join(_typeset_text(text)), match[0]]
        end = match.end()
        if match[2] is not None and match[2].lower() in _WITHOUT_MATH:
            inside = max(0, inside + (-1 if match[1] else 1))
    text = html[end:]
    return "".join((*parts, text if inside else "".join(_typeset_text(text))))


def _typeset_text(text: str) -> Iterator[str]:
    end = 0
    while match := _OPENING.search(text, end):
        close = _closing(text, match.end(), _ENDS[match[1]])
        if close is None:
            break
        formula = _mathml(unescape(text[match.end() : close]), is_block=match[1] == "[")
        yield text[end : match.start()]
        yield text[match.start() : close + 2] if formula is None else formula
        end = close + 2
    yield text[end:]


def _closing(text: str, start: int, end: str) -> int | None:
    """Where a formula ends that begins at `start`: at its delimiter outside of all braces."""
    depth, place = 0, start
    while place < len(text):
        letter = text[place]
        if letter == "\\":
            if not depth and text[place + 1 : place + 2] == end:
                return place
            place += 1
        elif letter == "{":
            depth += 1
        elif letter == "}" and depth:
            depth -= 1
        place += 1
    return None


def _mathml(formula: str, *, is_block: bool) -> str | None:
    from latex2mathml.converter import convert_to_element

    try:
        return "".join(_written(convert_to_element(formula.strip(), display="block" if is_block else "inline")))
    except Exception:  # it raises whatever Python does where a formula is not whole, or nests too deeply
        return None


def _written(element: Element) -> Iterator[str]:
    """An element as HTML. The converter writes letters as references, and what an author writes as it is."""
    attributes = "".join(
        f' {name}="{escape(unescape(value))}"' for name, value in element.items() if name in _ATTRIBUTES
    )
    yield f"<{element.tag}{attributes}>"
    yield escape(unescape(element.text or ""))
    for child in element:
        yield from _written(child)
        yield escape(unescape(child.tail or ""))
    yield f"</{element.tag}>"
