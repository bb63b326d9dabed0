"""Rules that are asked by the sign at their place give what rules give that are all asked everywhere: for any text."""

from __future__ import annotations

from functools import cache
from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from flashgen.markdown import dialect, dispatch
from flashgen.markdown.parser import complete
from tests.texts import hostile, written

_PIECES: Final = (
    *"*_~`$<>[](){}!&\\#|:-+=/@%^\"'. \t\nabxQ01é，\u00a0\u202f",
    *("  ", "    ", "\n\n", "\n- ", "\n> ", "\n1. ", "\n# ", "\n---\n", "\n***\n", "\n```\n", "\n~~~ py\n", "\n$$\n"),
    *(
        "\nQ: ",
        "\nA: ",
        "\nC: ",
        "\nWord: ",
        "\nMeaning: ",
        "{{",
        "}}",
        "{{c1::",
        "::",
        "**",
        "~~",
        "![[",
        "]]",
        "[sound:",
    ),
    *("| a | b |\n|---|---|\n", "\n[x]: /y\n", "[x]", "<!--", "-->", "<b>", "</b>", "<pre>", "<https://a.b>", "&amp;"),
    *("**a b** ", " *é*", "l’**obus**", "« *mot* »", "(**a**)", "*a*, ", "**a**\n", "\n*b*", "*a* b*", "un mot ! "),
    *("- [x] ", "---\ntags: [a]\n---\n", "...\n", "\\\n", "  \n"),
)


@cache
def _complete() -> MarkdownIt:
    return complete()


def _same(text: str) -> None:
    envs: tuple[dict[str, object], dict[str, object]] = {}, {}
    assert dialect().parse(text, envs[0]) == _complete().parse(text, envs[1])
    assert envs[0] == envs[1]


@given(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join))
@example("- a--\n---\n")
@example("- ---\n  a\n  ---\n")
def test_texts_of_all_that_means_something_are_parsed_alike(text: str) -> None:
    _same(text)


def test_texts_that_people_have_written_are_parsed_alike() -> None:
    for text in written():
        _same(text)


def test_hostile_texts_are_parsed_alike() -> None:
    for text in hostile():
        _same(text)


def test_every_rule_that_is_named_is_one_of_the_parser() -> None:
    parser = complete()
    assert set(parser.block.ruler.get_active_rules()) - dispatch.BLOCKS.keys() == {"table", "too_deep", "paragraph"}
    assert set(parser.inline.ruler.get_active_rules()) - dispatch.INLINES.keys() == {"text"}
