"""Tokens to the HTML of one field: the constructs of the dialect, and what Anki would read as its own."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping, Sequence
from html import escape
from typing import Final

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from flashgen import rawhtml
from flashgen.highlight import Highlighter
from flashgen.markdown import clozes, links, math
from flashgen.markup import (
    BRACE,
    BREAK,
    CODE_BEGINS,
    CODE_ENDS,
    COLON,
    OPENING,
    SOUND,
    coloured,
    formula,
    is_whole,
    language_of,
    reaches_out,
    span,
)
from flashgen.model import cloze_placeholder
from flashgen.patterns import late

# All that a text could be more by than itself.
_TELLING: Final = late(r"[&<>\\{}:]")
_TAGS: Final = {
    f"{name}_{side}": f"<{slash}{tag}>"
    for name, tag in (("strong", "strong"), ("em", "em"), ("s", "s"))
    for side, slash in (("open", ""), ("close", "/"))
}
_REMOTE: Final = late(r"(?:https?:)?//", re.IGNORECASE)

Env = MutableMapping[str, object]
_Tokens = Sequence[Token]


class FieldRenderer(RendererHTML):
    """Renders the tokens of one field at a time.

    `name_of` gives the name in Anki of a media path as written, and whether it is played rather than shown. `clozes_on`
    is set for the field whose deletions Anki is meant to read; in a cloze note it reads those of all fields. With
    `unsafe_html` raw HTML, addresses and formulas stay as they were written.
    """

    def __init__(
        self,
        name_of: Callable[[Token], tuple[str, bool]],
        rename: Callable[[str], str],
        highlighter: Highlighter,
        *,
        unsafe_html: bool = False,
    ) -> None:
        super().__init__()
        self._name_of = name_of
        self._rename = rename
        self._highlighter = highlighter
        self._unsafe_html = unsafe_html
        self._clozes_on = False
        self._cloze_note = False
        self._depth = 0
        self._count = 0
        self.has_raw_html = False

    def begin(self, *, cloze_note: bool, clozes_on: bool = False) -> None:
        """Starts a field."""
        self._cloze_note, self._clozes_on = cloze_note, clozes_on
        self._depth, self._count, self.has_raw_html = 0, 0, False

    def renderInline(self, tokens: _Tokens, options: OptionsDict, env: Env) -> str:  # noqa: N802  # its name there
        """What the renderer gives, without its way through all that tags of text have none of."""
        html = []
        for index, token in enumerate(tokens):
            if token.type == "text":
                html.append(self._text(token.content))
            elif token.type in _TAGS:
                html.append(_TAGS[token.type])
            elif token.type in self.rules:
                html.append(self.rules[token.type](tokens, index, options, env))
            else:
                html.append(self.renderToken(tokens, index, options, env))
        return "".join(html)

    # The methods below are the rules of markdown-it's renderer, named for the tokens that they render.

    def cloze_unclosed(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return self._text(tokens[idx].content)

    def cloze_stray(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return self._text(tokens[idx].content)

    def cloze_empty(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return self._text(tokens[idx].content)

    def cloze_open(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        if not self._clozes_on:
            return self._text(tokens[idx].markup)
        self._depth += 1
        return self._head(tokens[idx].meta["numbers"])

    def cloze_hint_open(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return "::"

    def cloze_hint_close(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return ""

    def cloze_close(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        self._depth -= self._clozes_on
        return "}}"

    def code_inline(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f"<code>{self._code(tokens[idx].content, '')}</code>"

    def fence(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        token = tokens[idx]
        language = "" if token.meta.get("plain") else language_of(token)
        code = self._code(token.content.rstrip("\n"), language)
        return f"{CODE_BEGINS}{code}{CODE_ENDS}"

    def math_inline(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return self._math(tokens[idx].content, tokens[idx].markup)

    def math_block(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f"<p>{self._math(tokens[idx].content, '$$')}</p>\n"

    def image(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        token = tokens[idx]
        name, played = self._name_of(token)
        if played and not _REMOTE.match(name):
            return f"{SOUND}sound:{name}]"
        if played:
            return f'<audio controls src="{self._attribute(name)}"></audio>'
        alt = token.meta.get("alt") or self.renderInlineAsText(token.children or [], options, env)
        html = f'<img src="{self._attribute(name)}" alt="{self._attribute(alt)}"'
        if title := token.attrGet("title"):
            html += f' title="{self._attribute(str(title))}"'
        width, height = token.meta.get("size", (None, None))
        html += f' width="{width}"' if width else ""
        html += f' height="{height}"' if height else ""
        return html + ">"

    def link_open(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        attributes = tokens[idx].attrs.items()
        pairs = (
            f' {name}="{self._attribute(str(value))}"'
            for name, value in attributes
            if name != "href" or self._unsafe_html or links.is_allowed(str(value))
        )
        return f"<a{''.join(pairs)}>"

    def html_inline(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return self._raw(tokens[idx].content)

    def html_block(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return self._raw(tokens[idx].content)

    def list_item_open(self, tokens: _Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        ticked = tokens[idx].meta.get("task")
        if ticked is None:
            return self.renderToken(tokens, idx, options, env)
        return f'<li class="{"done" if ticked else "open"}">'

    def _head(self, numbers: Sequence[int]) -> str:
        number = ",".join(map(str, numbers)) if numbers else cloze_placeholder(self._count)
        self._count += 1
        return f"{{{{c{number}::"

    def _raw(self, html: str) -> str:
        reading = rawhtml.read(html, self._rename, keep_all=self._unsafe_html).html
        if reading.strip():
            self.has_raw_html = True
        if self._cloze_note:
            reading = reading.replace("{{c", f"{{{OPENING}c")
        return self._within_cloze(reading, COLON, BRACE)

    def _text(self, text: str) -> str:
        if _TELLING.search(text) is None:
            return text
        return self._inert(rawhtml.asleep_for_mathjax(escape(text, quote=False)))

    def _attribute(self, text: str) -> str:
        text = escape(text)
        if self._cloze_note:
            text = text.replace("{{c", f"{{{OPENING}c")
        return self._within_cloze(text, COLON, BRACE)

    def _inert(self, text: str) -> str:
        """Text in which Anki finds neither the beginning of a cloze nor the end of the one it stands in."""
        if self._cloze_note:
            text = text.replace("{{c", f"{{{BREAK}{{c")
        return self._within_cloze(text, f"{BREAK}:", f"{BREAK}}}")

    def _within_cloze(self, text: str, colon: str, brace: str) -> str:
        if not self._depth or not text:
            return text
        text = text.replace("::", f":{colon}").replace("}}", f"}}{brace}")
        return text + BREAK if text[-1] in ":}" and colon[0] == BREAK else text

    def _code(self, code: str, language: str) -> str:
        plain, events = self._cloze_events(code)
        if not events and not self._depth:
            return self._inert(coloured(self._highlighter, plain, language))
        html, offset = [], 0
        for css, text in self._highlighter.parts(plain, language):
            end = offset + len(text)
            while offset < end or (events and events[0][0] == offset):
                if events and events[0][0] == offset:
                    html.append(self._event(events.pop(0)[1]))
                    continue
                stop = min(end, events[0][0]) if events else end
                html.append(span(css, self._inert(escape(plain[offset:stop], quote=False))))
                offset = stop
        html += [self._event(event) for _, event in events]
        return "".join(html)

    def _math(self, tex: str, mark: str) -> str:
        if math.ends_in_backslash(tex):
            tex += " "
        pieces = self._pieces(tex, braces=True)
        if not is_whole(pieces) or (not self._unsafe_html and reaches_out(tex)):
            source = (self._text(piece) if isinstance(piece, str) else self._event(piece) for piece in pieces)
            return f"{mark}{''.join(source)}{mark}"
        html = ""
        for piece in pieces:
            if not isinstance(piece, str):
                html += self._event(piece)
                continue
            text = escape(piece, quote=False)
            if self._depth:
                # TeX reads `} }` as `}}`; Anki would end the cloze there.
                text = re.sub(r"\}(?=\}|$)", "} ", text).replace("::", f":{BREAK}:")
            html += text.replace("{{c", "{ {c") if self._cloze_note else text
        return formula(html, mark)

    def _pieces(self, text: str, *, braces: bool) -> list[clozes.Piece]:
        if not self._clozes_on:
            return [text]
        return list(clozes.in_verbatim(text, braces=braces))

    def _cloze_events(self, code: str) -> tuple[str, list[tuple[int, clozes.Piece]]]:
        """The code without its clozes, and what stands at which offset of it: heads, hints with their text, ends."""
        plain, hint = "", False
        events: list[tuple[int, clozes.Piece]] = []
        for piece in self._pieces(code, braces=False):
            if isinstance(piece, str) and not hint:
                plain += piece
                continue
            hint = isinstance(piece, clozes.Hint) or (hint and isinstance(piece, str))
            events.append((len(plain), piece))
        return plain, events

    def _event(self, piece: clozes.Piece) -> str:
        if isinstance(piece, clozes.Open):
            if not piece.closed:
                return self._text("{{c" + ",".join(map(str, piece.numbers)) + "::")
            self._depth += 1
            return self._head(piece.numbers)
        if isinstance(piece, clozes.Close):
            self._depth -= 1
            return "}}"
        if isinstance(piece, clozes.Hint):
            return "::"
        return self._inert(escape(piece, quote=False))
