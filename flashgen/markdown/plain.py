"""Plain text first: paragraphs in which nothing means anything but lines, `*emphasis*` and `**strong emphasis**`.

So are nine of ten paragraphs, cells and items that people write on cards. Where a text holds anything else, or emphasis
that begins or ends in a place where CommonMark has to think, the parser's own rules take all of it. What comes out is
the same, for any text: `tests/test_dispatch.py`.
"""

from __future__ import annotations

from typing import Final

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from flashgen.markdown.words import MEANS_SOMETHING, PIECE
from flashgen.patterns import late

_PIECES: Final = late(PIECE)


class PlainFirst(ParserInline):
    """The parser of text, with the rules of `other` for what is not plain."""

    def __init__(self, other: ParserInline) -> None:
        super().__init__()
        self.ruler, self.ruler2 = other.ruler, other.ruler2

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        if not src or tokens:
            return super().parse(src, md, env, tokens)
        if MEANS_SOMETHING.search(src) is None:
            tokens.append(Token("text", "", 0, content=src))
            return tokens
        found = _tokens(src)
        if found is None:
            return super().parse(src, md, env, tokens)
        tokens += found
        return tokens


def _tokens(text: str) -> list[Token] | None:
    """The tokens of a plain text, None where it is none."""
    tokens: list[Token] = []
    end = 0
    for match in _PIECES.finditer(text):
        if match.start() != end:
            return None
        end = match.end()
        kind = match.lastindex
        if kind == 1:
            _add_text(tokens, match[1])
        elif kind == 2:
            tokens.append(Token("softbreak", "br", 0))
        elif kind == 3:
            # As the parser has it: the signs beside those that become tags are texts without letters.
            _add_text(tokens, "")
            _emphasize(tokens, "strong", "**", match[3])
            tokens.append(Token("text", "", 0))
        else:
            _emphasize(tokens, "em", "*", match[4])
    return tokens if end == len(text) else None


def _add_text(tokens: list[Token], text: str) -> None:
    if tokens and tokens[-1].type == "text":
        tokens[-1].content += text
    else:
        tokens.append(Token("text", "", 0, content=text))


def _emphasize(tokens: list[Token], tag: str, mark: str, text: str) -> None:
    tokens.append(Token(f"{tag}_open", tag, 1, markup=mark))
    tokens.append(Token("text", "", 0, content=text, level=1))
    tokens.append(Token(f"{tag}_close", tag, -1, markup=mark))
