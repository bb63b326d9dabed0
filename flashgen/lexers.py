"""The lexers of Pygments, by the names of their languages.

Names may have all letters of Unicode in most languages, and a pattern of these takes longer to make than a hundred
blocks of code take to be coloured. Of code in ASCII, as nearly all is, the patterns are made without them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final, cast

from pygments.lexer import Lexer, RegexLexerMeta
from pygments.lexers import find_lexer_class_by_name, get_lexer_by_name

from flashgen.patterns import late

_OF_PYGMENTS: Final = "pygments."
_CLASS_OR_ESCAPE: Final = late(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
# Letters and ranges of letters. What stands alone in a class stays, so that none is ever empty; so does what would have
# its neighbours read as a range.
_BEYOND_ASCII: Final = late("(?<![-\\[^\\\\\x80-\U0010ffff])(?:[^\x00-\x7f](?:-[^\x00-\x7f])?)+(?!-)")
_NUMBER: Final = late(r"\\(?![dDsSwW])[A-Za-z0-9]")
_OTHER_FLAGS: Final = late(r"\(\?[a-zA-Z]*[ix]")
_LONG: Final = 100
"""Of how many characters a class is worth it: two hundred letters take a millisecond."""


@cache
def lexer(language: str, *, is_ascii: bool) -> Lexer:
    """The lexer of a language that Pygments knows, which leaves out no line break; for text in ASCII alone where it
    `is_ascii`.
    """
    if is_ascii:
        found = find_lexer_class_by_name(language)
        if isinstance(found, RegexLexerMeta) and found.__module__.startswith(_OF_PYGMENTS):
            return cast("Lexer", _of_ascii(found)(stripnl=False, ensurenl=False))
    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


@cache
def _of_ascii(lexer: RegexLexerMeta) -> Any:
    kind: Any = _AsciiMeta  # types-Pygments has no types for it
    return kind(lexer.__name__, (lexer,), {})


class _AsciiMeta(RegexLexerMeta):
    """Makes the patterns of a lexer for text in ASCII."""

    # The stubs do not know it; Pygments' own lexer that measures patterns takes its place in the same way.
    def _process_regex(self, regex: Any, rflags: int, state: str) -> Any:
        text = regex if isinstance(regex, str) else regex.get()
        return super()._process_regex(in_ascii(text, rflags), rflags, state)  # type: ignore[misc]


def in_ascii(pattern: str, flags: int) -> str:
    """A pattern that matches the same in text in ASCII, without the many letters that no such text has."""
    # There are letters beyond ASCII that are the other case of one within, and comments that look like classes.
    if pattern.isascii() or flags & (re.IGNORECASE | re.VERBOSE) or _OTHER_FLAGS.search(pattern):
        return pattern
    return _CLASS_OR_ESCAPE.sub(_without_letters, pattern)


def _without_letters(found: re.Match[str]) -> str:
    # What stands behind the number of a letter may be read as more of it.
    return found[0] if len(found[0]) < _LONG or _NUMBER.search(found[0]) else _BEYOND_ASCII.sub("", found[0])
