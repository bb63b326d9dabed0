"""The filters of Anki's template language: the text of a field in, what stands on the card in its place out."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from flashgen.patterns import late
from flashgen.templates import deletions
from flashgen.templates.plain import without_tags

_RUBY: Final = late(r" ?([^ >]+?)\[(.+?)\]")


def apply(text: str, field: str, filters: tuple[str, ...], *, number: int, is_back: bool) -> str:
    """The text after all filters, the first of which is the one next to the field's name.

    `number` is that of the cloze card, `is_back` whether its deletions are open. Anki leaves an unknown filter, and all
    that follow it, to add-ons; without them the text stays as it is.
    """
    if filters in (("cloze", "type"), ("nc", "type")):
        return f"[[type:{filters[0]}:{field}]]"
    if filters[-1:] == ("type",):
        return f"[[type:{field}]]"
    for name in filters:
        if name == "text":
            text = without_tags(text)
        elif name == "type":
            text = f"[[type:{field}]]"
        elif name == "hint":
            text = _hint(text, field)
        elif name == "cloze":
            text = deletions.shown(text, number, is_back=is_back)
        elif name == "cloze-only":
            text = deletions.alone(text, number, is_back=is_back)
        elif name.startswith("tts "):
            text = f"[anki:tts lang={name.removeprefix('tts ')}]{text}[/anki:tts]"
        elif name in _READINGS:
            text = _ruby(text, _READINGS[name])
        elif name:
            return text
    return text


def _hint(text: str, field: str) -> str:
    if not text.strip():
        return text
    name = "hint" + hashlib.sha256(f"{field}\x1f{text}".encode()).hexdigest()[:16]
    return (
        f'\n<a class=hint href="#"\nonclick="this.style.display=\'none\';\n'
        f"document.getElementById('{name}').style.display='block';\nreturn false;\" draggable=false>\n{field}</a>\n"
        f'<div id="{name}" class=hint style="display: none">{text}</div>\n'
    )


_READINGS: Final = {"furigana": r"<ruby><rb>\1</rb><rt>\2</rt></ruby>", "kanji": r"\1", "kana": r"\2"}


def _ruby(text: str, form: str) -> str:
    def read(match: re.Match[str]) -> str:
        # A sound is no reading.
        return match[0] if match[2].startswith("sound:") else match.expand(form)

    return _RUBY.sub(read, text.replace("&nbsp;", " "))
