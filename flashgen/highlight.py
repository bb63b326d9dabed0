"""Code to coloured HTML: Pygments' tokens as spans with classes, so that the style sheet has light and dark colours."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pygments.lexer import Lexer

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


def parts(code: str, language: str) -> Iterator[Part]:
    """The code cut into spans; one plain part for a language that Pygments does not know, or for none."""
    lexer = _lexer(language)
    if lexer is None:
        yield "", code
        return
    from pygments.token import STANDARD_TYPES, Whitespace

    for kind, text in lexer.get_tokens(code):
        while kind not in STANDARD_TYPES and kind.parent is not None:
            kind = kind.parent
        yield "" if kind is Whitespace else STANDARD_TYPES.get(kind, ""), text


def is_coloured(language: str) -> bool:
    """Whether code of this language can be coloured."""
    return _lexer(language) is not None


def is_known(language: str) -> bool:
    """Whether code of this language can be coloured, or asks not to be."""
    return language.casefold() in _PLAIN or is_coloured(language)


@cache
def known_languages() -> tuple[str, ...]:
    """All names that Pygments knows languages by."""
    from pygments.lexers import get_all_lexers

    return tuple(alias for name, aliases, _, _ in get_all_lexers() if name not in _TOO_SLOW for alias in aliases)


@cache
def _built_in() -> frozenset[str]:
    from pygments.lexers import get_all_lexers

    return frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases)


@cache
def _lexer(language: str) -> Lexer | None:
    if language.casefold() in _PLAIN:
        return None
    from pygments.lexers import get_lexer_by_name

    # Pygments itself looks through all of its lexers, and for plugins, for each name that it does not know.
    if language.lower() not in _built_in() and language.lower() not in known_languages():
        return None
    lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    return None if getattr(lexer, "name", "") in _TOO_SLOW else lexer
