"""A fault is told where its author sees it: the line and column of the file as written, counted from 1.

In the texts below `▲` stands where the fault is, and is taken out before they are compiled.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from tests.project import Project

_MARK = "▲"
_FRONT_MATTER = "---\ndeck: Physics\ntags: [a, b]\n---\n\n"

# Each text by what it shows; its one marked fault is of the rule named with it.
_CASES = {
    "the label of a note": ("missing-answer", "▲Q: What is light?\n"),
    "a heading above": ("missing-answer", "# Light\n\n▲Q: What is light?\n"),
    "a label in a heading": ("almost-label", "## ▲Q: What is light?\n\nQ: a\nA: b\n"),
    "an indented label": ("almost-label", "Q: a\nA: b\n\n   ▲Q: What is light?\n"),
    "a label behind a tab": ("almost-label", "Q: a\nA: b\n\t▲Q: What is light?\n"),
    "a bold label": ("almost-label", "▲**Q:** What is light?\n\nQ: a\nA: b\n"),
    "a label in a nested list": ("almost-label", "Q: a\nA: b\n\n---\n\n- x\n  - ▲Q: What is light?\n"),
    "the field of a label": ("empty-field", "Q: a\nA: b\n▲E:\n"),
    "text behind a label": ("unknown-html-tag", "Q: Press ▲<ESC>\nA: b\n"),
    "text behind a no-break space": ("unknown-html-tag", "Q\u202f: Press ▲<ESC>\nA: b\n"),
    "a second line": ("unknown-html-tag", "Q: a\nA: b\nPress ▲<ESC>\n"),
    "an indented second line": ("unknown-html-tag", "Q: a\nA: b\n   Press ▲<ESC>\n"),
    "a line behind tabs": ("unknown-html-tag", "Q: a\nA: b\n\n\t- c\n\n\t\tPress ▲<ESC>\n"),
    "a tab within a line": ("unknown-html-tag", "Q: a\nA: b\tPress ▲<ESC>\n"),
    "emoji": ("unknown-html-tag", "Q: 👩‍🔬🇫🇷 press ▲<ESC>\nA: b\n"),
    "wide characters": ("unknown-html-tag", "Q: 按下 ▲<ESC>\nA: b\n"),
    "a nested list": ("unknown-html-tag", "Q: a\nA:\n\n1. b\n   - c\n     - press ▲<ESC>\n"),
    "a quote": ("unknown-html-tag", "Q: a\nA:\n\n> b\n> > press ▲<ESC>\n"),
    "a lazy line of a quote": ("unknown-html-tag", "Q: a\nA:\n\n> b\npress ▲<ESC>\n"),
    "a list in a quote": ("unknown-html-tag", "Q: a\nA:\n\n> - b\n>   press ▲<ESC>\n"),
    "raw HTML": ("unknown-html-tag", "Q: a\nA: b\n\n<div>\n  <p>press ▲<ESC></p>\n</div>\n"),
    "the same text twice": ("unknown-html-tag", "Q: `<ESC>` or ▲<ESC>\nA: b\n"),
    "a cell of a table in a field": ("unknown-html-tag", "Q: a\nA: b\n\n| c | d |\n|---|---|\n| e | f ▲<ESC> |\n"),
    "a cell without outer bars": ("unknown-html-tag", "Q | A\n--|--\na | press ▲<ESC>\n"),
    "a cell behind escaped bars": ("unknown-html-tag", "| Q | A |\n|---|---|\n| a \\| b | \\| \\| 光 ▲<ESC> |\n"),
    "a cell behind code": ("unknown-html-tag", "| Q | A |\n|---|---|\n| `a \\| b` | c ▲<ESC> |\n"),
    "a row of a table": ("missing-answer", "| Q | A |\n|---|---|\n| a | b |\n▲| c | |\n"),
    "an indented row": ("missing-answer", "  | Q | A |\n  |---|---|\n▲  | c | |\n"),
    "a column of a table": ("unknown-column", "| Q | A |  ▲Foo |\n|---|---|---|\n| a | b | c |\n"),
    "a cell too many": ("unknown-column", "| Q | A |\n|---|---|\n| a | b | ▲c |\n"),
    "an id in a table": ("bad-id", "| Q | A | Id |\n|---|---|---|\n| a | b | ▲Ä |\n"),
    "a cloze": ("cloze-outside", "Q: 光 is ▲{{c1::a}}\nA: b\n"),
    "an unclosed cloze": ("unclosed-cloze", "C: {{光}} is ▲{{a}\n"),
    "a cloze in a formula": ("bad-cloze-number", "C: {{a}} and $x = ▲{{c0::1}}$\n"),
    "a cloze in code": ("bad-cloze-number", "C: {{a}} and ``▲{{c0::1}}``\n"),
    "a cloze in a fence": ("bad-cloze-number", "C: {{a}}\n\n- b\n\n  ```\n  x\n  y ▲{{c0::1}}\n  ```\n"),
    "a cloze in a displayed formula": ("bad-cloze-number", "C: {{a}}\n\n$$\nx \\\\\ny = ▲{{c0::1}}\n$$\n"),
    "a cloze in a formula of one line": ("bad-cloze-number", "C: {{a}}\n\n$$y = ▲{{c0::1}}$$\n"),
    "a formula": ("bad-math", "Q: one\ntwo ▲$\\frac{1$\nA: b\n"),
    "a displayed formula": ("bad-math", "Q: a\nA: ▲$$\n\\frac{1\n$$\n"),
    "a displayed formula in a list": ("bad-math", "Q: a\nA:\n\n- b\n\n  ▲$$\n  \\frac{1\n  $$\n"),
    "the language of a fence": ("unknown-code-language", "Q: a\nA: ```▲pyhton\nb\n```\n"),
    "the language of a nested fence": ("unknown-code-language", "Q: a\nA:\n\n> - ~~~  ▲pyhton\n>   b\n>   ~~~\n"),
    "an unclosed fence": ("unclosed-block", "Q: a\nA: ▲```python\nb\n"),
    "an unclosed comment": ("unclosed-block", "Q: a\nA: b ▲<!-- c\n"),
    "an unclosed block of a comment": ("unclosed-block", "Q: a\nA: b\n\n▲<!-- c\n\nQ: d\n"),
    "an unclosed comment in HTML": ("unclosed-block", "Q: a\nA: b\n\n<div>\n<p>c ▲<!-- d\n</div>\n"),
    "a comment": ("misplaced-comment", "A line.\n\n▲<!-- tags: [a] -->\n\nQ: a\nA: b\n"),
    "a key of a comment": ("unknown-key", "Q: a\nA: b\n<!-- {tags: [c], ▲foo: d} -->\n"),
    "a key without braces": ("unknown-key", "Q: a\nA: b\n<!-- tags: [c]\n     ▲foo: d -->\n"),
    "a key at the margin": ("unknown-key", "Q: a\nA: b\n<!-- tags: [c]\n▲foo: d -->\n"),
    "the first key of several lines": ("unknown-key", "Q: a\nA: b\n<!-- ▲foo: [c]\n     tags: d -->\n"),
    "a comment behind text": ("unknown-key", "Q: a\nA: 光 <!-- ▲tag: c -->\n"),
    "a comment in a list": ("bad-id", "Q: a\nA:\n\n- b\n  - c\n    <!-- id: ▲Ä -->\n"),
    "a comment behind a list item": ("bad-id", "Q: a\nA:\n\n- b\n- c <!-- id: ▲Ä -->\n"),
    "a comment in a quote": ("bad-id", "Q: a\nA:\n\n> b\n> <!-- {tags: [c],\n>   id: ▲Ä} -->\n"),
    "a quoted tag of a comment": ("bad-tag", 'Q: a\nA: b\n<!-- tags: [c, ▲"d e"] -->\n'),
    "a picture": ("missing-media", "Q: a ![b](c.md)\nA: 光 ▲![b](no.png)\n"),
    "a picture with a space": ("missing-media", "Q: a\nA: `![b](no no.png)` and ▲![b](no no.png)\n"),
    "an embedded picture": ("missing-media", "Q: a\nA:\n\n> b ▲![[no.png|c]]\n"),
    "a sound": ("missing-media", "Q: a\nA: 光 ▲[sound:no.mp3]\n"),
    "a picture in HTML": ("missing-media", 'Q: a\nA: b\n\n<p>\n  c ▲<img src="no.png" alt="d">\n</p>\n'),
}


def _marked(text: str) -> tuple[str, tuple[int, int]]:
    """The text without its mark, and the place of the mark."""
    before, mark, after = text.partition(_MARK)
    assert mark, "the text has no mark"
    lines = before.split("\n")
    return before + after, (len(lines), len(lines[-1]) + 1)


def _places(root: Path, data: bytes, rule: str) -> list[tuple[int, int]]:
    project = Project(root / "project")
    project.write({"cards/x.md": data, "cards/c.md": "Q: other\nA: other\n"})
    found = json.loads(project.run("check", "--format", "json").stdout)
    return [(one["line"], one["column"]) for one in found if one["rule"] == rule and one["file"].endswith("x.md")]


@pytest.mark.parametrize(("rule", "text"), _CASES.values(), ids=_CASES)
def test_a_fault_is_told_where_it_stands(rule: str, text: str, tmp_path: Path) -> None:
    text, place = _marked(text)
    assert place in _places(tmp_path, text.encode(), rule)


@pytest.mark.parametrize(("rule", "text"), _CASES.values(), ids=_CASES)
def test_front_matter_and_windows_line_ends_move_nothing(rule: str, text: str, tmp_path: Path) -> None:
    text, (line, column) = _marked(text)
    data = b"\xef\xbb\xbf" + (_FRONT_MATTER + text).replace("\n", "\r\n").encode()
    assert (line + _FRONT_MATTER.count("\n"), column) in _places(tmp_path, data, rule)


@pytest.mark.parametrize(("rule", "text"), _CASES.values(), ids=_CASES)
def test_columns_count_the_characters_of_the_file_where_letters_are_decomposed(
    rule: str, text: str, tmp_path: Path
) -> None:
    # Each ordinary letter that a fault does not depend on gets two characters instead of one.
    composed = text.replace("光", "é").replace("按下", "éé")
    text, place = _marked(unicodedata.normalize("NFD", composed))
    assert place in _places(tmp_path, text.encode(), rule)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("unknown-key", "---\ndeck: a\n▲tag: b\n---\n\nQ: a\nA: b\n"),
        ("bad-tag", "---\ntags:\n  - a\n  - ▲b c\n---\n\nQ: a\nA: b\n"),
        ("bad-tag", "---\n{deck: é, tags: [é, ▲é f]}\n---\n\nQ: a\nA: b\n"),
        ("bad-deck-name", "---\ndeck: ▲'a::'\n---\n\nQ: a\nA: b\n"),
        ("malformed-front-matter", "---\ndeck: a\n▲deck: b\n---\n\nQ: a\nA: b\n"),
        ("malformed-front-matter", "---\ndeck: a▲: b\n---\n\nQ: a\nA: b\n"),
        ("malformed-front-matter", "\n\n▲---\ndeck: a\n---\n\nQ: a\nA: b\n"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_fault_of_front_matter_is_told_where_it_stands(
    rule: str, text: str, form: str, end: str, tmp_path: Path
) -> None:
    text, place = _marked(unicodedata.normalize("NFD", text) if form == "NFD" else text)
    assert place in _places(tmp_path, text.replace("\n", end).encode(), rule)


def test_bytes_that_are_no_text_are_told_where_they_stand(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbfQ: \xf0\x9f\x8c\x8a a\r\nA: e\xcc\x81 \xff\r\n"
    assert _places(tmp_path, data, "not-utf8") == [(2, 7)]


def test_a_control_character_is_told_where_it_stands(tmp_path: Path) -> None:
    assert _places(tmp_path, "Q: e\u0301 a\r\nA: e\u0301 \x07\r\n".encode(), "control-character") == [(2, 7)]
