"""A text with clozes in, what one of its cards shows of it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from flashgen.notetypes import clozes
from flashgen.patterns import late
from flashgen.templates.plain import tags_off

_MATH_BEGINS: Final = late(r"\\[(\[]")
_MATH_ENDS: Final = late(r"\\[)\]]")
_NAMED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_IN_AN_ATTRIBUTE: Final = {
    code: _NAMED.get(chr(code), f"&#x{code:02X};")
    for code in range(256)
    if not (chr(code).isascii() and chr(code).isalnum())
}


@dataclass(slots=True)
class _Deletion:
    numbers: tuple[int, ...]
    parts: list[str | _Deletion] = field(default_factory=list)
    hint: str | None = None

    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text() for part in self.parts)


def shown(text: str, number: int, *, is_back: bool) -> str:
    """The text as the card of this number shows it; nothing where it has no such deletion."""
    parts = _read(text)
    if not any(_has(part, number) for part in parts):
        return ""
    html = "".join(_html(part, number, is_back) for part in parts)
    return "".join(_without_tags_in_math(html))


def _without_tags_in_math(html: str) -> Iterator[str]:
    """The HTML without the tags within formulas, of which they would be letters."""
    end = 0
    while (begins := _MATH_BEGINS.search(html, end)) and (ends := _MATH_ENDS.search(html, begins.end())):
        yield html[end : begins.end()]
        yield tags_off(html[begins.end() : ends.start()])
        yield ends[0]
        end = ends.end()
    yield html[end:]


def alone(text: str, number: int, *, is_back: bool) -> str:
    """The deletions of the card of this number alone, on a front their hints."""
    found: list[str] = []
    for part in _read(text):
        _gather(part, number, is_back, found)
    return ", ".join(found)


def to_type(text: str, number: int) -> str:
    """What is to be typed on the card of this number: its deletions, or one where all are alike."""
    found: list[str] = []
    for part in _read(text):
        _gather(part, number, True, found)
    return found[0] if found and len(set(found)) == 1 else ", ".join(found)


def _read(text: str) -> list[str | _Deletion]:
    found: list[str | _Deletion] = []
    opened: list[_Deletion] = []

    def say(words: str) -> None:
        if not words:
            return
        if opened:
            before, colons, hint = words.partition("::")
            if colons:
                opened[-1].hint, words = hint, before
        if words:
            (opened[-1].parts if opened else found).append(words)

    for sign, words, numbers in clozes.tokens(text):
        if sign == "{{" and len(opened) < clozes.DEEPEST_NESTING:
            opened.append(_Deletion(numbers))
        elif sign == "}}" and opened:
            closed = opened.pop()
            (opened[-1].parts if opened else found).append(closed)
        else:
            say(words)
    return found


def _has(part: str | _Deletion, number: int) -> bool:
    return isinstance(part, _Deletion) and (number in part.numbers or any(_has(one, number) for one in part.parts))


def _html(part: str | _Deletion, number: int, is_back: bool) -> str:
    if isinstance(part, str):
        return part
    inner = "".join(_html(one, number, is_back) for one in part.parts)
    ordinals = ",".join(map(str, part.numbers))
    if number not in part.numbers:
        return f'<span class="cloze-inactive" data-ordinal="{ordinals}">{inner}</span>'
    if is_back:
        return f'<span class="cloze" data-ordinal="{ordinals}">{inner}</span>'
    hint = "..." if part.hint is None else part.hint
    hidden = inner.translate(_IN_AN_ATTRIBUTE)
    return f'<span class="cloze" data-cloze="{hidden}" data-ordinal="{ordinals}">[{hint}]</span>'


def _gather(part: str | _Deletion, number: int, is_back: bool, found: list[str]) -> None:
    if isinstance(part, str):
        return
    if number in part.numbers:
        found.append(part.text() if is_back else ("..." if part.hint is None else part.hint))
    for one in part.parts:
        _gather(one, number, is_back, found)
