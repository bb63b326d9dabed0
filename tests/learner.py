"""What a learner sees of a card's HTML: its text, with pictures, sounds and blanks named."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset("address blockquote br details div dl dt dd h1 h2 h3 h4 h5 h6 hr li ol p pre table tr ul".split())
_CELLS = frozenset({"td", "th"})
_MARKS = {"choice": "☐ ", "choice right": "☑ ", "choice wrong": "☒ ", "open": "☐ ", "done": "☑ "}


def seen(html: str) -> str:
    """The visible text of one side of a card, a line a block; `[picture: …]`, `[sound]` and `[type here]` for the rest.

    The rule between question and answer is `———`. Hints are seen folded: only what is to be tapped.
    """
    reader = _Reader()
    html = re.sub(r"\[anki:play:[qa]:\d+\]", "[sound]", html)
    reader.feed(re.sub(r"\[\[type:[^\]]+\]\]", "[type here]", html))
    reader.close()
    lines = (re.sub(r"[ \t\r\f\v]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen = 0
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if self._unseen or tag in ("style", "script") or "display: none" in (values.get("style") or ""):
            self._unseen += tag not in ("br", "img", "hr", "input", "wbr", "source", "col")
        elif tag == "img":
            self.parts.append(f"[picture: {values.get('alt') or ''}]")
        elif tag == "input":
            self.parts.append("[type here]")
        elif tag == "hr":
            self.parts.append("\n———\n" if values.get("id") == "answer" else "\n--\n")
        elif tag in _CELLS:
            self.parts.append(" | ")
        elif tag in _BLOCKS:
            self.parts.append("\n")
            self._pre += tag == "pre"
            if tag == "li":
                self.parts.append(_MARKS.get(values.get("class") or "", "- "))

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            self._unseen -= 1
        elif tag in _BLOCKS:
            self.parts.append("\n")
            self._pre -= tag == "pre"

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data if self._pre else re.sub(r"\s+", " ", data))
