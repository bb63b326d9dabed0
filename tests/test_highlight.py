"""Code is coloured once: from what is known of it the same spans are cut again, without the patterns of Pygments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashgen import highlight, lexers
from flashgen.highlight import Highlighter
from flashgen.markdown import dialect
from flashgen.model import Code

_LANGUAGES = ("python", "js", "sql", "bash", "html", "c", "rust", "latex", "json", "yaml", "diff", "haskell")


@given(st.sampled_from(_LANGUAGES), st.text(alphabet=" \n\tabfi01:=(){}<>\"'#/*-+.,;\ufeffé", max_size=80))
def test_spans_are_the_same_from_what_was_taken(language: str, code: str) -> None:
    first = Highlighter()
    parts = list(first.parts(code, language))
    again = Highlighter(first.taken())
    assert list(again.parts(code, language)) == parts


def test_what_was_coloured_before_needs_no_lexer(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Highlighter()
    parts = list(first.parts("def f(): pass\n", "python"))
    monkeypatch.setattr(lexers, "lexer", lambda language, **_: pytest.fail("a lexer was made"))
    monkeypatch.setattr(highlight, "_is_coloured", lambda language: pytest.fail("the names were looked up"))
    again = Highlighter(first.taken())
    assert again.is_known("python")
    assert list(again.parts("def f(): pass\n", "python")) == parts
    # It is kept once more for the build after this one.
    assert list(Highlighter(again.taken()).parts("def f(): pass\n", "python")) == parts


@given(st.sampled_from(_LANGUAGES), st.text(alphabet=" \n\tabfi01:=(){}<>\"'#/*-+.,;\ufeffé", max_size=80))
def test_spans_are_the_same_where_they_were_learnt(language: str, code: str) -> None:
    parts = list(Highlighter().parts(code, language))
    highlighter = Highlighter()
    learnt = highlight.colours_of([Code(code, language)])
    highlighter.learn(learnt)
    assert highlighter.is_new(Code(code, language)) is (not learnt)
    assert list(highlighter.parts(code, language)) == parts


def test_what_is_told_was_taken_since_it_was_asked_last() -> None:
    highlighter = Highlighter()
    list(highlighter.parts("1", "python"))
    assert len(highlighter.taken()) == 1
    assert highlighter.taken() == {}


def test_code_of_no_language_is_one_plain_part() -> None:
    highlighter = Highlighter()
    for language in ("", "text", "none", "nolanguage", "AutoIt"):
        assert list(highlighter.parts("def f", language)) == [("", "def f")]
    assert highlighter.is_known("text")
    assert not highlighter.is_coloured("text")
    assert not highlighter.is_known("nolanguage")


def test_a_large_file_of_small_blocks_is_coloured_throughout() -> None:
    block = "```python\n" + "x = 1\n" * 33 + "```\n"
    tokens = dialect().parse("".join(f"Q: {number}\nA:\n{block}\n" for number in range(1500)))
    fences = [token for token in tokens if token.type == "fence"]
    assert len(fences) == 1500
    assert not any("plain" in token.meta for token in fences)


def test_a_long_block_is_not_coloured_in_a_file_however_large() -> None:
    block = "```python\n" + "x = 1\n" * 1000 + "```\n"
    tokens = dialect().parse(f"Q: a\nA:\n{block}\n" + "word " * 40_000)
    (fence,) = (token for token in tokens if token.type == "fence")
    assert fence.meta["plain"]
