"""Simple notes, which are read without the parser, are what the parser and all that follows it would make of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from flashgen import discover, simple
from flashgen.config import Project
from flashgen.markdown import code
from flashgen.model import Claim, Settings, Span
from flashgen.pipeline import gathering
from tests.texts import hostile, written

_LINES: Final = (
    *("Q: What is it?", "Q: And what is **that** in `code`?", "Q:", "Q: $x$", "Q : Who?", "Q: A - b?", "Q: 1. x?"),
    *(
        "A: This.",
        "A: *This*, l’**obus** « vu » > that.",
        "A:",
        "A: `x[0]` {{a}}",
        "A: $\\frac{a}{b}$ or $x$ 1 $",
        "A:  x",
    ),
    *(
        "E: More.",
        "E: For `a|b`.",
        "H: A hint",
        "H: 5 $ and *6*",
        "Meaning: x",
        "Word: le chat",
        "C: {{a}} b",
        "a: b",
        "Ab: c",
    ),
    *(
        "and more words",
        "and **more**, or *less*.",
        "  indented",
        "trailing  ",
        "1. one",
        "2024 was a year",
        "Éa (b)",
        "# H",
        "## A: h",
    ),
    *(
        "- an item",
        "- **another** item",
        "- `x` in it",
        "- $y$",
        "- 1. x",
        "-",
        "* star",
        "- [ ] box",
        "- - a",
        "+ a",
        "> quote",
    ),
    *(
        "```python",
        "```",
        "x = [1]: `",
        "```c++",
        "~~~",
        "    code",
        "def f(x):",
        "```nope",
        "Q: in code",
        "[a]: b",
        "$$",
    ),
    *(
        "$$x^2$$",
        "$$a \\\\ b$$",
        "$$ {$$",
        "$$\\href{x}{y}$$",
        "$x",
        "| a | b |",
        "|---|---|",
        "| Q | A |",
        "| q | a |",
        "a | b",
    ),
    *(
        "<!-- tags: [a, b::c] -->",
        "<!-- a word -->",
        "<!-- id: abc -->",
        "<!-- tags: [a b] -->",
        "<!-- reverse: true -->",
        "<!--",
    ),
    *(
        "<!-- draft: true -->",
        "-->",
        "<b>x</b>",
        "<div>",
        "---",
        "***",
        "[x]",
        "see [x]",
        "![p](p.png)",
        "a\\*b",
        "&amp;",
        "~~a~~",
    ),
    *(
        "<<<<<<< HEAD",
        ">>>>>>> x",
        "tags: a",
        "Frage: was",
        "Antwort: das",
        "\u00a0",
        " ",
        "\t",
        "a\u0301b",
        "…",
        "?",
        "=====",
        "x:",
    ),
)
_HEADS: Final = (
    "",
    "---\ntags: [x]\n---\n",
    "---\nlang: fr\nreverse: true\n---",
    "---\ntyped: true\n---\n",
    '---\n"\\x74yped": true\n---\n',
    "---\n",
    "----\n",
)
_DEFAULTS: Final = (
    Settings(),
    Settings(draft=True),
    Settings(typed=True),
    Settings(
        reverse=True, tags=(Claim("t", Span("flashgen.toml", 1)),), source=Claim("A *book*", Span("flashgen.toml", 2))
    ),
)


_AFTER: Final = "# Heading\n\nQ: Is `x`\nA: the *same*?\n\n```python\nx = 1\n```\n\n- [x](y)\n"


def _read(text: str, settings: Settings, colours: Mapping[str, str], *, unsafe_html: bool) -> list[gathering.Read]:
    """What is read of a file with this text, and of another one after it."""
    project = Project(
        root=Path(),
        sources=Path(),
        decks=Path("decks"),
        ledger=Path("ledger.jsonl"),
        memory=Path("memory"),
        default_namespace="",
        settings=settings,
        unsafe_html=unsafe_html,
    )
    sources = [
        discover.Found(name, Path(name), "Deck", one.encode()) for name, one in (("a.md", text), ("b.md", _AFTER))
    ]
    read = gathering._read(project, {}, colours, sources, is_alone=unsafe_html)
    return [replace(one, faults=tuple(sorted(one.faults, key=repr))) for one in read]


def _same(text: str, settings: Settings = _DEFAULTS[0], *, unsafe_html: bool = False) -> None:
    found = _read(text, settings, {}, unsafe_html=unsafe_html)
    with mock.patch.object(simple, "find", lambda text, lines, knows: simple.Found((), None, text)):
        assert found == _read(text, settings, {}, unsafe_html=unsafe_html)
    assert found == _read(text, settings, found[0].colours, unsafe_html=unsafe_html)


_INLINES: Final = (
    *"*_~`$<>[](){}!&\\#|:-+=/@%^\"'. ,;?a1Qé，\u00a0\u202f\u2028",
    *(
        "  ",
        "**",
        "``",
        "$$",
        "{{",
        "}}",
        "\\$",
        "\\\\",
        " **a b** ",
        "*é*",
        "`x`",
        "$x$",
        "$5",
        "\\frac{a}{b}",
        "[sound:",
        "<!--",
    ),
    *(
        "un mot",
        "l’",
        "« ",
        " »",
        "a:",
        "1.",
        "\n",
        "\nmore ",
        "\n- ",
        "\n\n",
        "http://a.b",
        "\\href{x}",
        "\\text{$y$}",
        "…",
    ),
)
_TEXTS: Final = (
    *("This is it.", "Un **mot** ou *deux*.", "a `b` c", "For $x^2$ > 0", "l’**obus** : 5 %", "« Oui »", "12 of them"),
    *(
        "A `[sound:x]`, `a|b`.",
        "$\\frac{a}{b}$; $\\{x\\}$",
        "two\nlines",
        "*a*, **b**\nand `c`",
        "Is it A: or B?",
        "`x`",
    ),
)
_BLOCKS: Final = (
    *("- one\n- **two** of\n- `3`", "- a $x$\n- 2024", "```python\nx = [1]  # {a}\n\n  y\n```", "```\n\na `b`\n```"),
    *("$$ x^2 $$", "$$\\begin{a} 1 \\\\ 2 \\end{a}$$", "A paragraph *more*\nof two lines.", "<!-- tags: [a, b] -->"),
    *("<!-- for me -->", "<!-- tags: [c] -->", "E: Extra.", "H: A hint, « so ».\n\n- with\n- items"),
)
_BETWEEN: Final = (
    "",
    "",
    "",
    "",
    "# A heading",
    "## Un `titre`",
    "---",
    "Prose, not *more*.",
    "C: A {{cloze}}.\n",
    "- a\n\n  b",
)


@st.composite
def _nearly_simple(draw: st.DrawFn) -> str:
    """Notes that are simple but for what was done to them in a few places."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        parts += [f"Q: {draw(st.sampled_from(_TEXTS))}", f"A: {draw(st.sampled_from(_TEXTS))}"]
        for block in draw(st.lists(st.sampled_from(_BLOCKS), max_size=3)):
            parts += [block] if block[1] == ":" and draw(st.booleans()) else ["", block]
        parts += ["", draw(st.sampled_from(_BETWEEN)), ""]
    text = "\n".join(parts)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        if draw(st.booleans()):
            text = text[:at] + draw(st.sampled_from(_INLINES)) + text[at:]
        else:
            start = text.rfind("\n", 0, at) + 1
            end = text.find("\n", at) + 1 if draw(st.booleans()) else start
            text = text[:start] + draw(st.sampled_from((*(f"{line}\n" for line in _LINES), ""))) + text[end:]
    return text


@settings(max_examples=400)
@given(st.one_of(st.just(""), st.sampled_from(_HEADS)), _nearly_simple(), st.sampled_from(_DEFAULTS), st.booleans())
@example("", "Q: What?\nA: That.\n- a\n<!-- tags: [a] -->\n\nQ: Who?\nA: He.", Settings(), False)
@example("", "Q: a\nA: $x$² is\n\n- $x$①\n", Settings(), False)
@example("", "Q: a\nA: b\n\n$$Q: x$$\n\n$$\nQ: x\n$$", Settings(), False)
@example("", "- " * 31 + "x\n\nQ: a\nA: b\n", Settings(), False)
@example('---\n"\\x74yped": true\n---\n', "Q: a\nA: b\n", Settings(), False)
def test_notes_that_are_nearly_simple_are_read_alike(
    head: str, text: str, settings: Settings, unsafe_html: bool
) -> None:
    _same(head + text, settings, unsafe_html=unsafe_html)


def test_files_with_more_code_than_is_coloured_are_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "LARGEST", 2000)
    monkeypatch.setattr(gathering, "_MUCH_CODE", 0)
    block = "```python\nx = 'a text' + str(12)\n```\n\n"
    for notes in range(6):
        for between in ("", "- a\n\n  b\n\n", block):
            _same(f"Q: a\nA: b\n\n{block}" * notes + between + f"Q: c\nA: d\n\n{block}" * 2, unsafe_html=True)


def test_texts_that_people_have_written_are_read_alike() -> None:
    for text in written():
        _same(text)


def test_hostile_texts_are_read_alike() -> None:
    for text in hostile():
        _same(text)
