"""Cloze deletions: Anki's own `{{c1::text::hint}}`, nested and `{{c1,2::…}}` included, and the short `{{text::hint}}`.

A cloze is an inline token, so markup never crosses it. The tokens are `cloze_open` (meta `numbers`, none for the
short form), its content, `cloze_hint_open` and `cloze_hint_close` around a hint, `cloze_close`; `cloze_unclosed` and
`cloze_stray` mark braces without a partner, `cloze_empty` those with nothing in between. In math and code only Anki's
own form is a cloze: see `in_verbatim`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from flashgen.markdown.nesting import is_too_deep
from flashgen.patterns import late

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

NATIVE: Final = late(r"\{\{c(\d+(?:,\d+)*)::")
# One colon, a semicolon, or a space where `::` should be.
ALMOST_NATIVE: Final = late(r"\{\{c\d+(?:,\s*\d+)*\s*(?::(?!:)|;|\s::)")

_MOST_DIGITS: Final = 100  # Python itself refuses numbers of some thousands, and Anki all beyond 500
_LAST_END: Final = -2  # a key of the parser's cache, which has positions


def install(parser: MarkdownIt) -> None:
    """Adds the inline rule before escapes, so that no other rule takes a brace."""
    parser.inline.ruler.before("escape", "cloze", _cloze)


def numbers_of(text: str) -> tuple[int, ...]:
    """The numbers in the head of a native cloze: `1,2` gives (1, 2); of endless digits only the first are read."""
    return tuple(int(number[:_MOST_DIGITS]) for number in text.split(","))


def _cloze(state: StateInline, silent: bool) -> bool:
    source, begin, stop = state.src, state.pos, state.posMax
    if source[begin] not in "{}":
        return False
    if source.startswith("}}", begin, stop):
        return _mark(state, "cloze_stray", "}}", silent)
    if not source.startswith("{{", begin, stop):
        return False
    native = NATIVE.match(source, begin, stop)
    start = native.end() if native else begin + 2
    if _LAST_END not in state.cache:
        state.cache[_LAST_END] = source.rfind("}}")
    is_hopeless = state.cache[_LAST_END] < start or is_too_deep(state)
    end, hint = (-1, -1) if is_hopeless else _extent(state, start)
    state.pos, state.posMax = begin, stop
    if end < 0:
        return _mark(state, "cloze_unclosed", native[0] if native else "{{", silent)
    if native is None and not source[start:end].strip():
        return _mark(state, "cloze_empty", source[begin : end + 2], silent)
    if not silent:
        opening = state.push("cloze_open", "", 1)
        opening.meta["pos"] = begin
        opening.meta["numbers"] = numbers_of(native[1]) if native else ()
        opening.markup = source[begin:start]
        _tokenize(state, start, hint if hint >= 0 else end)
        if hint >= 0:
            state.push("cloze_hint_open", "", 1)
            _tokenize(state, hint + 2, end)
            state.push("cloze_hint_close", "", -1)
        state.push("cloze_close", "", -1)
    state.pos, state.posMax = end + 2, stop
    return True


def _extent(state: StateInline, start: int) -> tuple[int, int]:
    """Offsets of the closing braces and of the hint's `::`, -1 where there is none.

    Code, math, links and deletions inside are skipped whole.
    """
    hint, at, depth = -1, start, 0
    while at < state.posMax:
        if state.src.startswith("}}", at, state.posMax):
            if not _ends_braces(state.src, at, depth):
                return at, hint
            depth, at = depth - 1, at + 1
            continue
        if hint < 0 and state.src.startswith("::", at, state.posMax):
            hint, at = at, at + 2
            continue
        state.pos = at
        state.md.inline.skipToken(state)
        depth = _depth(depth, state.src[at : state.pos])
        at = state.pos
    return -1, -1


def _ends_braces(text: str, at: int, depth: int) -> bool:
    """Whether the first of the braces `}}}` at `at` belongs to the text, in which `depth` braces stand open."""
    return depth > 0 and text.startswith("}}}", at)


def _depth(depth: int, character: str) -> int:
    if character == "{":
        return depth + 1
    return depth - 1 if character == "}" and depth else depth


def _tokenize(state: StateInline, start: int, end: int) -> None:
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)


def _mark(state: StateInline, kind: str, text: str, silent: bool) -> bool:
    if not silent:
        token = state.push(kind, "", 0)
        token.content = text
        token.meta["pos"] = state.pos
    state.pos += len(text)
    return True


class Open(Struct, frozen=True):
    """The head of a native cloze in verbatim text, at `offset`."""

    numbers: tuple[int, ...]
    offset: int
    closed: bool = True


class Hint(Struct, frozen=True):
    """The `::` before the hint of the innermost open cloze."""


class Close(Struct, frozen=True):
    """The end of the innermost open cloze."""


Piece = str | Open | Hint | Close


def in_verbatim(text: str, *, braces: bool) -> Iterator[Piece]:
    """Code or math as its text and the native clozes in it.

    With `braces` (math) a `}}` that closes groups opened inside the cloze does not end it. An `Open` that nothing
    closes has `closed` false, and no `Close` follows it.
    """
    if "{{c" not in text or not NATIVE.search(text):
        yield text
        return
    stack: list[tuple[int, int, bool]] = []  # of open clozes: index of their piece, depth of braces, hint seen
    pieces: list[Piece] = []
    plain = at = 0

    def flush(end: int) -> None:
        if plain < end:
            pieces.append(text[plain:end])

    while at < len(text):
        match = NATIVE.match(text, at)
        if match:
            flush(at)
            stack.append((len(pieces), 0, False))
            pieces.append(Open(numbers_of(match[1]), at))
            plain = at = match.end()
            continue
        if stack:
            index, depth, hinted = stack[-1]
            code_ends = not braces and not _ends_braces(text, at, depth)
            if text.startswith("}}", at) and (depth == 0 or code_ends):
                flush(at)
                stack.pop()
                pieces.append(Close())
                plain = at = at + 2
                continue
            if (depth == 0 or not braces) and not hinted and text.startswith("::", at):
                flush(at)
                stack[-1] = (index, depth, True)
                pieces.append(Hint())
                plain = at = at + 2
                continue
            if braces and text[at] == "\\":
                at += 2
                continue
            stack[-1] = (index, _depth(depth, text[at]), hinted)
        at += 1
    flush(len(text))
    for index, _, _ in stack:
        opening = pieces[index]
        if isinstance(opening, Open):
            pieces[index] = Open(opening.numbers, opening.offset, closed=False)
    yield from pieces
