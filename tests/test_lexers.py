"""The lexers of Pygments, and what they are made without for code in ASCII."""

import re
import warnings
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from pygments.lexer import RegexLexerMeta
from pygments.lexers import find_lexer_class_by_name, get_all_lexers

from flashgen import highlight, lexers
from flashgen.lexers import in_ascii, lexer

_SAMPLE = """\
@cached
def grüße(x: int = 0x1F) -> str:  # naïve
    '''Does "it".'''
    return f"{x!r} {πr2}" if x >= 1.5e3 else None
class Étude<T> { private final double é = 'ß'; /* ∀x */ }
let ñ = `a${b}`; const f = (x) => x ** 2 // λ
"""
_LANGUAGES = ("python", "javascript", "typescript", "csharp", "haskell", "scala", "kotlin", "julia", "numpy", "perl6")


def _in_ascii(parsed: Any) -> Any:
    """What a parsed pattern asks of text in ASCII: classes as the letters of ASCII that are in them."""
    if isinstance(parsed, _parser.SubPattern | list):
        return [_in_ascii(one) for one in parsed]
    if not isinstance(parsed, tuple):
        return parsed
    match parsed:
        case (_constants.LITERAL | _constants.NOT_LITERAL as kind, int(letter)):
            return ("class", kind is _constants.NOT_LITERAL, {letter} & set(range(128)), [])
        case (_constants.IN, items):
            letters: set[int] = set()
            for kind, value in items:
                if kind is _constants.LITERAL:
                    letters.add(value)
                elif kind is _constants.RANGE:
                    letters |= set(range(value[0], min(value[1], 127) + 1))
            named = [str(value) for kind, value in items if kind is _constants.CATEGORY]
            return ("class", items[0][0] is _constants.NEGATE, letters & set(range(128)), named)
    return tuple(_in_ascii(one) for one in parsed)


def test_in_ascii_every_pattern_of_pygments_matches_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    changed: dict[tuple[str, int], str] = {}

    def noted(pattern: str, flags: int) -> str:
        if (after := in_ascii(pattern, flags)) != pattern:
            changed[pattern, flags] = after
        return after

    monkeypatch.setattr(lexers, "in_ascii", noted)
    lexers.lexer.cache_clear()
    lexers._of_ascii.cache_clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some patterns of Pygments are such as Python warns of
        for _, aliases, _, _ in get_all_lexers(plugins=False):
            if aliases and isinstance(find_lexer_class_by_name(aliases[0]), RegexLexerMeta):
                lexer(aliases[0], is_ascii=True)
    assert len(changed) > 20
    for (before, flags), after in changed.items():
        assert _in_ascii(_parser.parse(before, flags)) == _in_ascii(_parser.parse(after, flags)), before[:100]


@pytest.mark.parametrize("language", _LANGUAGES)
def test_code_has_the_same_tokens_whichever_lexer_reads_it(language: str) -> None:
    whole = lexer(language, is_ascii=False)
    assert type(lexer(language, is_ascii=True)) is not type(whole)
    for line in _SAMPLE.splitlines(keepends=True):
        code = line.encode("ascii", "replace").decode()
        assert list(lexer(language, is_ascii=True).get_tokens(code)) == list(whole.get_tokens(code))


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        ("[" + "é-ü" * 50 + "]", 0),
        ("[a-" + "é" * 120 + "]", 0),
        ("é" * 200, 0),
        ("\\[" + "é" * 200, 0),
        ("[a" + "é" * 200 + "]", re.IGNORECASE),
        ("(?i)[a" + "é" * 200 + "]", 0),
        ("[a" + "é" * 20 + "]", 0),
        ("[a\\1" + "é" * 200 + "0]", 0),
        ("[a" + "é" * 200 + "-\\uffff]", 0),
        ("a # it's [ \n" + "é" * 200 + "? [b]", re.VERBOSE),
        ("(?x)a # it's [ \n" + "é" * 200 + "? [b]", 0),
    ],
    ids=[
        *("nothing else in it", "a range from within", "text", "no class", "any case", "any case within", "short"),
        *("a number", "a range to a number", "a comment", "a comment, flags within"),
    ],
)
def test_a_pattern_stays_where_letters_may_matter_or_are_few(pattern: str, flags: int) -> None:
    assert in_ascii(pattern, flags) == pattern


def test_letters_go_from_between_those_of_ascii() -> None:
    assert in_ascii("x[A-Z_" + "à-ÿ" * 60 + "\\d]+é", 0) == "x[A-Z_\\d]+é"
    assert in_ascii("[a" + "é" * 120 + "-]", 0) == "[aé-]"


def test_letters_beyond_ascii_are_coloured_as_the_letters_of_names() -> None:
    # One by one, so that each is coloured by the lexer that its code needs, whichever was made before.
    for code in ("ete = 1", "été = 1", "ete = 2", "étés = 2"):
        name, _, _ = code.partition(" ")
        assert (highlight.colours(code, "python") or "").split()[0] == f"n:{len(name)}"
        assert (highlight.colours(f"let {code}", "javascript") or "").split()[2] == f"nx:{len(name)}"


def test_only_lexers_of_pygments_itself_are_made_for_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    other = type("OtherLexer", (find_lexer_class_by_name("python"),), {"__module__": "other"})
    monkeypatch.setattr(lexers, "find_lexer_class_by_name", lambda _: other)
    monkeypatch.setattr(lexers, "get_lexer_by_name", lambda _, **options: other(**options))
    lexers.lexer.cache_clear()
    try:
        assert type(lexer("other", is_ascii=True)) is other
    finally:
        lexers.lexer.cache_clear()
