"""Code to coloured HTML: Pygments' tokens as spans with classes, so that the style sheet has light and dark colours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from pygments.token import _TokenType

    from flashgen.model import Code

_PLAIN: Final = frozenset({"", "text", "txt", "plain", "plaintext", "none"})
# Lexers of Pygments that take more than quadratic time for code of one letter, or one sign, again and again.
_TOO_SLOW: Final = frozenset(
    {
        "AutoIt",
        "autohotkey",
        "Easytrieve",
        "Julia console",
        "LilyPond",
        "MCSchema",
        "Systemd",
        "Typographic Number Theory",
    }
)
Part = tuple[str, str]  # class of a span, "" for none, and its text


class ToCome(Protocol):
    """Colours of code that another process makes meanwhile."""

    def has(self, key: str) -> bool:
        """Whether the colours of this code are to come."""

    def languages(self) -> frozenset[str]:
        """The languages of all code whose colours are to come."""

    def colours(self, key: str) -> str | None:
        """The colours of this code, waited for; None where they do not come."""


class Highlighter:
    """Colours code. What was coloured `before`, as `taken` tells it, or is `ahead`, is not coloured again.

    That a language is known can be told by its name; only what must be coloured needs the patterns of Pygments, which
    take longer to make than a small file takes to read.
    """

    def __init__(self, before: Mapping[str, str] | None = None, ahead: ToCome | None = None) -> None:
        self._before = before if before is not None else {}
        self._ahead = ahead
        self._taken: dict[str, str] = {}

    def parts(self, code: str, language: str) -> Iterator[Part]:
        """The code cut into spans; one plain part for a language that Pygments does not know, or for none."""
        if not self.is_coloured(language):
            return iter([("", code)])
        name = key(code, language)
        lengths = self._before.get(name)
        if lengths is None and self._ahead is not None:
            lengths = self._ahead.colours(name)
        if lengths is not None:
            self._taken[name] = lengths
            return _cut(code, lengths)
        parts = _coloured(code, language)
        if (lengths := _lengths(code, parts)) is not None:
            self._taken[name] = lengths
        return iter(parts)

    def learn(self, colours: Mapping[str, str]) -> None:
        """Takes over what `colours_of` has told of code that is to come."""
        self._before = {**self._before, **colours}

    def is_new(self, code: Code) -> bool:
        """Whether this code has to be coloured, and was not before."""
        name = key(code.text, code.language)
        is_ahead = self._ahead is not None and self._ahead.has(name)
        return self.is_coloured(code.language) and name not in self._before and not is_ahead

    def is_coloured(self, language: str) -> bool:
        """Whether code of this language can be coloured."""
        return language in self._languages or _is_coloured(language)

    @cached_property
    def _languages(self) -> frozenset[str]:
        told = self._ahead.languages() if self._ahead is not None else frozenset[str]()
        return told | {name.partition(" ")[0] for name in self._before}

    def is_known(self, language: str) -> bool:
        """Whether code of this language can be coloured, or asks not to be."""
        return language.casefold() in _PLAIN or self.is_coloured(language)

    def taken(self) -> dict[str, str]:
        """The lengths and classes of all spans since this was asked last, by the code and its language."""
        taken, self._taken = self._taken, {}
        return taken


def colours_of(blocks: Sequence[Code]) -> dict[str, str]:
    """What a highlighter can learn of these blocks, whose languages are known, in another process maybe."""
    found = ((key(one.text, one.language), colours(one.text, one.language)) for one in blocks)
    return {name: lengths for name, lengths in found if lengths is not None}


def colours(code: str, language: str) -> str | None:
    """What a highlighter can learn of code, by its key; None where it must colour that by itself."""
    return _lengths(code, _coloured(code, language))


def key(code: str, language: str) -> str:
    """The name by which the colours of code are known."""
    return f"{language} {hashlib.sha256(code.encode()).hexdigest()[:32]}"


def _lengths(code: str, parts: Sequence[Part]) -> str | None:
    """The classes and lengths of spans, None where they are not all of the code: some lexers leave out signs."""
    if "".join([text for _, text in parts]) != code:
        return None
    return " ".join([f"{css}:{len(text)}" for css, text in parts])


def _coloured(code: str, language: str) -> list[Part]:
    from flashgen.lexers import lexer

    classes = _classes()
    return [(classes[kind], text) for kind, text in lexer(language, is_ascii=code.isascii()).get_tokens(code)]


class _Classes(dict["_TokenType", str]):
    """The classes of spans by the kinds of tokens; of a kind without one, that of the nearest above it."""

    def __missing__(self, kind: _TokenType) -> str:
        found = self[kind] = self[kind.parent] if kind.parent is not None else ""
        return found


@cache
def _classes() -> _Classes:
    from pygments.token import STANDARD_TYPES, Whitespace

    return _Classes({**STANDARD_TYPES, Whitespace: ""})


def _cut(code: str, lengths: str) -> Iterator[Part]:
    start = 0
    for one in lengths.split():
        css, _, length = one.rpartition(":")
        end = start + int(length)
        yield css, code[start:end]
        start = end


@cache
def known_languages() -> tuple[str, ...]:
    """All names that Pygments knows languages by."""
    return tuple(_names(plugins=True))


@cache
def _built_in() -> frozenset[str]:
    return frozenset(_names(plugins=False))


def _names(*, plugins: bool) -> Iterator[str]:
    from pygments.lexers import get_all_lexers

    for name, aliases, _, _ in get_all_lexers(plugins=plugins):
        if name not in _TOO_SLOW:
            yield from aliases


@cache
def _is_coloured(language: str) -> bool:
    # To look for plugins takes Pygments longer than all else.
    return is_built_in(language) or (language.casefold() not in _PLAIN and language.lower() in known_languages())


def is_built_in(language: str) -> bool:
    """Whether code of this language can be coloured by Pygments alone, without its plugins."""
    return language.casefold() not in _PLAIN and language.lower() in _built_in()
