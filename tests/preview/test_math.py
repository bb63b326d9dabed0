"""Formulas as MathML: where they stand, what they may not bring in, and those that cannot be read."""

from __future__ import annotations

import re

import pytest

from flashgen.preview.math import typeset


def _text(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html)


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (r"\(E = mc^2\)", "E=mc2"),
        (r"\[\frac{1}{2}\]", "12"),
        (r"\(a &lt; b\)", "a&lt;b"),
        (r"\(\text{\(x\)}\)", r"\(x\)"),
        (r"\(\alpha\)\(\beta\)", "αβ"),
        (r"\([...]\)", "[...]"),
    ],
)
def test_formulas_are_typeset(formula: str, shown: str) -> None:
    html = typeset(f"<b>x</b> {formula} y")
    assert html.count("<math ") >= 1
    assert _text(html) == f"x {shown} y"


def test_a_display_formula_is_a_block() -> None:
    assert 'display="block"' in typeset(r"\[x\]")
    assert 'display="inline"' in typeset(r"\(x\)")


@pytest.mark.parametrize(
    "html",
    [
        "no math",
        r"<code>\(x\)</code>",
        r"<pre class='a'>\[x\]</pre>",
        r'<img alt="\(x\)">',
        r"<!-- \(x\) -->",
        r"\(x",
        r"x\)",
        r"\(x <b>y</b>\)",
        r"\(\)",
        r"\(\left(\)",
        r"\(\begin{matrix}\)",
    ],
)
def test_what_is_no_formula_or_cannot_be_read_stays_as_it_is(html: str) -> None:
    assert typeset(html) == html


@pytest.mark.parametrize(
    "formula",
    [
        r"\text{&lt;script&gt;alert(1)&lt;/script&gt;}",
        r"\text{&amp;lt;script&amp;gt;alert(1)}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{position:fixed}{x}",
        r"\class{card}{x}",
        r"\color{red&quot; onclick=&quot;alert(1)}{x}",
        r"\mathrm{&lt;img src=x onerror=alert(1)&gt;}",
        r"\operatorname{&lt;b onclick=alert(1)&gt;}",
        r"\unicode{x3c}script\unicode{x3e}",
    ],
)
def test_a_formula_brings_nothing_in_but_itself(formula: str) -> None:
    html = typeset(rf"\({formula}\)")
    for tag in re.findall(r"<[^>]*>", html):
        assert re.fullmatch(r"</?(math|m[a-z]+|none)( [a-z]+=\"[^\"<>]*\")*>", tag), tag
        assert not re.search(r"\b(href|style|class|id|on[a-z]+|src)=", re.sub(r"\"[^\"]*\"", "", tag)), tag
