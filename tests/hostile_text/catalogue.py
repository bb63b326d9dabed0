"""Repetitions that make parsers slow: each fragment in each place of a source where text may stand, to any size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, cycle, islice
from typing import Final

Files = Mapping[str, bytes]
"""The files of a project by their path."""


@dataclass(frozen=True)
class Case:
    """A way to fill a project with about so many bytes; `name` says what with, and where."""

    name: str
    files: Callable[[int], Files]


FRAGMENTS: Final = {
    "letter": "a",
    "word": "a ",
    "star": "*",
    "star and letter": "*a",
    "letter and star": "a*",
    "stars and letters": "*a**b",
    "strong": "**a** ",
    "three kinds of emphasis": "*a_b~~",
    "underscore": "_",
    "underscores and letters": "_a __b",
    "tilde": "~",
    "tildes": "~~a",
    "opening bracket": "[",
    "closing bracket": "]",
    "brackets": "[a]",
    "opening bracket and letter": "[a",
    "image bracket": "![",
    "image bracket and letter": "![a",
    "link without an end": "[a](",
    "link with title without an end": '[a](b "',
    "link destination": "](",
    "link destination with angle": "[a](<b",
    "link parentheses": "[a](((",
    "links": "[a](b) ",
    "links within links": "[a [b](c)",
    "images": "![a](no.png) ",
    "images within images": "![a ![b](c)",
    "images that are none": "![a](b c.png) ",
    "images that are none, not ended": "![a](b c",
    "embeds": "![[no.png|a]] ",
    "embeds not ended": "![[a",
    "embeds with bars": "![[a|",
    "sounds": "[sound:a.mp3] ",
    "sounds not ended": "[sound:a",
    "reference": "[a][a]",
    "footnote": "[^1] ",
    "box": "[ ] ",
    "backtick": "`",
    "backtick and letter": "`a",
    "code": "`a` ",
    "bar": "|",
    "bar and space": "| ",
    "escaped bar": "\\|",
    "escaped bar in code": "`\\|` ",
    "backslash": "\\",
    "escaped star": "\\*",
    "backslash and space": "\\ ",
    "dollar": "$",
    "dollar and letter": "$a",
    "dollar and space": "$ ",
    "money": "$5 ",
    "escaped dollar": "$\\$",
    "dollar and backtick": "$`",
    "math": "$a$ ",
    "dollars": "$$",
    "dollars and letter": "$$a",
    "display math": "$$a$$ ",
    "TeX parenthesis": "\\(",
    "TeX brackets": "\\[a\\]",
    "TeX beginning": "\\begin{a}",
    "TeX left": "$\\left($ ",
    "TeX let": "\\let",
    "TeX box": "\\bbox[a ",
    "escaped bracket": "\\[",
    "opening brace": "{",
    "closing brace": "}",
    "opening braces": "{{",
    "opening braces and letter": "{{a",
    "closing braces": "}}",
    "braces closed outward": "a}}",
    "empty cloze": "{{}}",
    "cloze": "{{a}} ",
    "cloze with hint": "{{a::b}} ",
    "cloze not ended": "{{c1::",
    "cloze not ended, with text": "{{c1::a ",
    "cloze closed once": "{{c1::a}} {{c1::",
    "Anki's cloze": "{{c1::a}} ",
    "cloze with numbers": "{{c1,2::a}}",
    "cloze with a large number": "{{c999999999999::a}}",
    "almost a cloze": "{{c1:a}} ",
    "colons": "::",
    "cloze of colons": "{{a::::b}}",
    "cloze in brackets": "[{{a]",
    "link in a cloze": "{{[a](b)",
    "angle": "<",
    "angle and letter": "<a",
    "closing angle": ">",
    "tag not ended": "<a ",
    "tag with attribute not ended": '<a b="',
    "tag with attributes": "<a b c d ",
    "tag": "<b>",
    "end of a tag": "</b>",
    "element": "<b>a</b> ",
    "unknown tag": "<x>",
    "forbidden tag": "<script>",
    "script": "<script>a</script>",
    "svg": "<svg><path>",
    "style": '<b style="a:b;color:c">',
    "picture of HTML": "<img src=no.png>",
    "picture of HTML not ended": "<img ",
    "block of HTML": "<div>",
    "tables of HTML in tables": "<table><tr><td>",
    "formatting across blocks": "<b><p>",
    "links of HTML": "<a href=x>",
    "fonts": "<font size=1><p>",
    "pre": "<pre>",
    "select": "<select><option>",
    "comment not ended": "<!--",
    "comment end": "-->",
    "comment": "<!-- a --> ",
    "short comment": "<!-->",
    "comment of dashes": "<!-- --",
    "card comment": "<!-- tags: [a] --> ",
    "CDATA": "<![CDATA[",
    "declaration": "<!a",
    "declaration, marked": "<![",
    "instruction": "<?",
    "instruction with letter": "<?a",
    "autolink not ended": "<http:",
    "autolink": "<http://a.b> ",
    "address": "<a@b.c> ",
    "address not ended": "<a@b.",
    "link as text": "http://a.b ",
    "ampersand": "&",
    "entity": "&amp;",
    "entity not ended": "&amp",
    "numbered entity": "&#123;",
    "zero entity": "&#0;",
    "unknown entity": "&abcdefgh;",
    "double quote": '"',
    "apostrophe": "'",
    "hash": "#",
    "plus": "+",
    "minus": "-",
    "equals": "=",
    "dot": ". ",
    "exclamation": "!",
    "space": " ",
    "tab": "\t",
    "space and letter before marks": " : ",
    "guillemets": "« ",
    "no-break space": "\u00a0",
    "ideographic space": "\u3000",
    "zero width": "\u200b",
    "soft hyphen": "\u00ad",
    "combining mark": "\u0301",
    "letter with marks": "e\u0301",
    "two kinds of marks": "\u0301\u0323",
    "Hangul jamo": "\u1100\u1161\u11a8",
    "bidi override": "\u202e",
    "bidi isolate": "\u2067a",
    "astral": "\U0001f30a",
    "joined emoji": "\U0001f469\u200d",
    "line separator": "\u2028",
    "next line": "\u0085",
    "form feed": "\x0c",
    "vertical tab": "\x0b",
    "zero": "\x00",
    "escape": "\x1b[31m",
    "byte order mark": "\ufeff",
    "expanding": "\ufdfa",
    "composed apart": "\U0001d160",
    "carriage return": "\r",
    "label": "Q: a",
    "answer label": "A: a",
    "almost label": "q: a",
    "bold label": "**Q:** a",
    "markup of Anki": "[latex]",
    "field of Anki": "{{Front}}",
    "conditional of Anki": "{{#Front}}",
}
"""What is repeated."""

LINES: Final = {
    "question": "Q: a",
    "answer": "A: a",
    "cloze": "C: {{a}}",
    "word": "Word: a",
    "empty question": "Q:",
    "extra": "E: a",
    "almost a label": "Question: a",
    "almost a label, indented": "  Q: a",
    "label in a list": "- Q: a",
    "label in a quote": "> Q: a",
    "label with a number": "Q1: a",
    "heading": "# a",
    "deep heading": "###### a",
    "heading with HTML": "# <x> a",
    "thematic break": "---",
    "other thematic break": "- - -",
    "quote": "> a",
    "quotes": "> > > a",
    "bare quote": ">",
    "bullet": "- a",
    "bare bullet": "-",
    "star bullet": "* a",
    "plus bullet": "+ a",
    "alternating bullets": "- a\n* b",
    "number": "1. a",
    "bare number": "1.",
    "parenthesis number": "1) a",
    "large number": "999999999. a",
    "box": "- [ ] a",
    "ticked box": "- [x] a",
    "bullet of bullets": "- - - a",
    "bullet of quotes": "- > a",
    "quote of bullets": "> - a",
    "lazy quote": "> a\nb",
    "fence": "```",
    "fence with language": "```python",
    "tilde fence": "~~~",
    "growing fence": "```` a",
    "fence in a list": "- ```",
    "fence behind a label": "A: ```",
    "display math": "$$",
    "display math with text": "$$ a",
    "display math in a quote": "> $$",
    "table row": "| a | b |",
    "table delimiter": "|---|---|",
    "table": "| a | b |\n|---|---|",
    "table of notes": "| Q | A |\n|---|---|\n| a | b |\n",
    "table of unknown notes": "| Q | Foo |\n|---|---|\n| a | b |\n",
    "row with too many cells": "| a | b |\n|---|---|\n| a | b | c |\n",
    "definition": "[a]: b",
    "definition not ended": "[a]: <b",
    "definition with title not ended": "[a]: b 'c",
    "definition of a used link": "[a]: b [a]",
    "definition label not ended": "[a",
    "definition with escapes": "[\\a\\",
    "block of HTML": "<div>",
    "block of HTML, ended": "<div>\n\n</div>",
    "unknown tag": "<x>",
    "pre": "<pre>",
    "script": "<script>",
    "comment": "<!-- a -->",
    "comment not ended": "<!-- a",
    "card comment": "<!-- tags: [a] -->",
    "malformed card comment": "<!-- tags: [a -->",
    "card comment with an id": "<!-- id: abc -->",
    "card comment above a question": "Q: a\n<!-- draft: true -->",
    "unknown key": "<!-- tag: [a] -->",
    "setting outside a comment": "tags: a",
    "hard break": "a  ",
    "backslash break": "a\\",
    "indented": "    a",
    "tab": "\ta",
    "dashes": "--- a",
    "colon": ": a",
    "front matter": "---\ndeck: a\n---",
    "plus front matter": "+++",
    "equals": "===",
    "empty": "",
    "space": " ",
    "html of a card": "<b>a</b>",
    "picture": "![a](no.png)",
    "code": "`a`",
    "cloze in prose": "{{c1::a}}",
}
"""What is repeated in lines of its own."""

_CARD: Final = "Q: a\nA: b\n\n"
_NAME: Final = "cards/x.md"


def _source(before: str = "", after: str = "") -> Callable[[str], Files]:
    return lambda text: {_NAME: f"{before}{text}{after}".encode()}


PLACES: Final[dict[str, Callable[[str], Files]]] = {
    "a question": _source("Q: ", "\nA: b\n"),
    "an answer": _source("Q: a\nA: ", "\n"),
    "a paragraph": _source("Q: a\nA: b\n\n", "\n"),
    "a line of a note": _source("Q: a\nA: b\n", "x: y\nc | d\n"),
    "a line of prose": _source("a\n", "x: y\nc | d\n\n" + _CARD),
    "a line of a bullet": _source("Q: a\nA:\n- b\n", "x: y\n  c | d\n"),
    "the middle of a cloze": _source("C: {{x ", " y}} z\n  {{c1::w}}\n"),
    "the middle of a tag": _source("Q: a\nA: <b ", ' x="y"> z</b>\n'),
    "the middle of a cell": _source("| Q | A |\n|---|---|\n| a ", " b | c |\n"),
    "the middle of a heading": _source("# a ", " b #\n\n" + _CARD),
    "the middle of front matter": _source("---\ndeck: a", "b\ntags: [c]\n---\n" + _CARD),
    "the middle of a card comment": _source("Q: a\nA: b\n<!-- tags: [a", " b], source: c -->\n"),
    "the middle of a formula": _source("Q: a\nA: $x", "y$ z\n"),
    "a cloze": _source("C: {{x}} ", "\n"),
    "a deletion": _source("C: a {{x ", "}}\n"),
    "prose": _source("", "\n\n" + _CARD),
    "a heading": _source("# ", "\n\n" + _CARD),
    "a table of notes": _source("| Q | A |\n|---|---|\n| a | ", " |\n"),
    "a table header": _source("| Q | ", " |\n|---|---|\n| a | b |\n"),
    "a table": _source("Q: a\nA: b\n\n| a | b |\n|---|---|\n| a | ", " |\n"),
    "a bullet": _source("Q: a\nA:\n- ", "\n"),
    "a quote": _source("Q: a\nA:\n> ", "\n"),
    "code": _source("Q: a\nA: `", "`\n"),
    "a fence": _source("Q: a\nA:\n```\n", "\n```\n"),
    "the info of a fence": _source("Q: a\nA:\n```", "\nb\n```\n"),
    "code of a cloze": _source("C: {{x}} `", "`\n"),
    "math": _source("Q: a\nA: $", "$\n"),
    "math of a cloze": _source("C: {{x}} $", "$\n"),
    "display math": _source("Q: a\nA:\n$$\n", "\n$$\n"),
    "the text of a link": _source("Q: a\nA: [", "](b)\n"),
    "an address": _source("Q: a\nA: [b](", ")\n"),
    "the path of a picture": _source("Q: a\nA: ![b](<", ">)\n"),
    "a definition": _source("Q: a [b]\nA: c\n\n[b]: ", "\n"),
    "HTML": _source("Q: a\nA:\n<div>\n", "\n</div>\n"),
    "an attribute": _source('Q: a\nA: <b title="', '">b</b>\n'),
    "a comment": _source("Q: a\nA: b\n<!-- ", " -->\n"),
    "a card comment": _source("Q: a\nA: b\n<!-- source: ", " -->\n"),
    "a quoted card comment": _source("Q: a\nA: b\n<!-- {tags: [a], source: '", "'} -->\n"),
    "front matter": _source("---\n", "\n---\n" + _CARD),
    "a value of front matter": _source("---\nsource: ", "\n---\n" + _CARD),
    "front matter that never ends": _source("---\n", "\n" + _CARD),
    "a word": _source("---\nlang: fr\n---\nWord: ", "\nMeaning: b\n"),
    "an example": _source("---\nlang: fr\n---\nWord: a\nMeaning: b\nExample: **a** ", "\n"),
    "a bare path": _source("---\nlang: fr\n---\nWord: a\nMeaning: b\nAudio: ", ".mp3\n"),
    "a choice": _source("Q: a\n\n- [x] b ", "\n- [ ] c\n"),
    "a value of the config": lambda text: {
        "flashgen.toml": f"source = '''{text}'''\n".encode(),
        _NAME: _CARD.encode(),
    },
    "the config": lambda text: {"flashgen.toml": text.encode(), _NAME: _CARD.encode()},
    "the ledger": lambda text: {"cards/ledger.jsonl": text.encode(), _NAME: _CARD.encode()},
    "the memory": lambda text: {".flashgen_cache/built.jsonl": text.encode(), _NAME: _CARD.encode()},
}
"""Where it stands."""

LINE_PLACES: Final[dict[str, Callable[[str], Files]]] = {
    "the file": _source(),
    "a note": _source("Q: a\nA: b\n"),
    "a cloze": _source("C: {{a}}\n"),
    "a word": _source("---\nlang: fr\n---\nWord: a\nMeaning: b\n"),
    "HTML": _source("Q: a\nA: b\n\n<div>\n", "</div>\n"),
}


def _filled(fragment: str, size: int) -> str:
    return fragment * max(1, size // len(fragment.encode()))


def _repeated(fragment: str, place: Callable[[str], Files]) -> Callable[[int], Files]:
    return lambda size: place(_filled(fragment, size))


def _in_lines(line: str, place: Callable[[str], Files], ending: str) -> Callable[[int], Files]:
    return lambda size: place(_filled(line + ending, size))


def repetitions() -> Iterator[Case]:
    """Each fragment in each place, and each line in each place, single and with blank lines between."""
    for what, fragment in FRAGMENTS.items():
        for where, place in PLACES.items():
            yield Case(f"{what} in {where}", _repeated(fragment, place))
        yield Case(f"{what} in lines", _in_lines(fragment, LINE_PLACES["a note"], "\n"))
        yield Case(f"{what} in paragraphs", _in_lines(fragment, LINE_PLACES["a note"], "\n\n"))
    for what, line in LINES.items():
        for where, place in LINE_PLACES.items():
            yield Case(f"lines of {what} in {where}", _in_lines(line, place, "\n"))
            yield Case(f"lines of {what}, parted, in {where}", _in_lines(line, place, "\n\n"))


def _nested(opening: str, closing: str = "", middle: str = "a", before: str = "Q: a\nA:\n") -> Callable[[int], Files]:
    def files(size: int) -> Files:
        times = max(1, size // len((opening + closing).encode()))
        return {_NAME: f"{before}{opening * times}{middle}{closing * times}\n".encode()}

    return files


def _numbered(line: str, before: str = "", after: str = "", name: str = _NAME) -> Callable[[int], Files]:
    """A line with `§` for its number, as often as there is room."""

    def files(size: int) -> Files:
        lines, left = list[str](), size
        for number in count():
            lines.append(line.replace("§", str(number)))
            left -= len(lines[-1].encode())
            if left < 0:
                break
        text = f"{before}{''.join(lines)}{after}".encode()
        return {name: text} if name == _NAME else {name: text, _NAME: _CARD.encode()}

    return files


def _growing(unit: str, before: str = "Q: a\nA: ", between: str = " ") -> Callable[[int], Files]:
    """Runs of 1, 2, 3 … of a sign: no run closes another."""

    def files(size: int) -> Files:
        runs, left = list[str](), size
        for length in count(1):
            runs.append(unit * length)
            left -= len(runs[-1].encode()) + 1
            if left < 0:
                break
        return {_NAME: f"{before}{between.join(runs)}\n".encode()}

    return files


def _indented(line: str, before: str = "Q: a\nA:\n", step: int = 2) -> Callable[[int], Files]:
    """Lines that are indented deeper and deeper."""

    def files(size: int) -> Files:
        lines, left = list[str](), size
        for depth in count():
            lines.append(" " * (step * depth) + line)
            left -= len(lines[-1]) + 1
            if left < 0:
                break
        return {_NAME: (before + "\n".join(lines) + "\n").encode()}

    return files


def _half_and_half(first: Callable[[int], str], second: Callable[[int], str]) -> Callable[[int], Files]:
    return lambda size: {_NAME: (first(size // 2) + second(size // 2)).encode()}


def _table(columns: int, rows: int, cell: str = "a") -> str:
    row = "|" + f" {cell} |" * columns + "\n"
    return row + "|" + "---|" * columns + "\n" + row * rows


def _square_table(size: int) -> Files:
    side = int((size / 4) ** 0.5)
    return {_NAME: ("Q: a\nA: b\n\n" + _table(side, side)).encode()}


def _short_rows(size: int) -> Files:
    """A header of many columns and many rows of one cell: the parser fills them up."""
    columns = size // 16
    head = "|" + "a|" * columns + "\n|" + "-|" * columns + "\n"
    return {_NAME: ("Q: a\nA: b\n\n" + head + "|a|\n" * (size // 8)).encode()}


def _short_note_rows(size: int) -> Files:
    columns = size // 16
    head = "|Q|A|" + "E|" * columns + "\n|-|-|" + "-|" * columns + "\n"
    return {_NAME: (head + "|a|\n" * (size // 8)).encode()}


def _ledger_row(number: int) -> str:
    return (
        f'{{"id": "a{number:07d}", "kind": "qa", "file": "x.md", "deck": "x", "question": "q {number}", '
        f'"question_key": "{number:016x}", "modified": 1, "created": 1}}\n'
    )


def _ledger(rows: Callable[[int], str]) -> Callable[[int], Files]:
    header = '{"flashgen ledger": 1, "namespace": "hostile-a2b3c"}\n'

    def files(size: int) -> Files:
        lines, left = [header], size
        for number in count():
            lines.append(rows(number))
            left -= len(lines[-1].encode())
            if left < 0:
                break
        return {"cards/ledger.jsonl": "".join(lines).encode(), _NAME: _CARD.encode()}

    return files


def _in_config(text: Callable[[int], str], name: str = "flashgen.toml") -> Callable[[int], Files]:
    return lambda size: {name: text(size).encode(), _NAME: _CARD.encode()}


def _front(text: Callable[[int], str]) -> Callable[[int], Files]:
    return lambda size: {_NAME: f"---\n{text(size)}\n---\n{_CARD}".encode()}


def _comment(text: Callable[[int], str]) -> Callable[[int], Files]:
    return lambda size: {_NAME: f"Q: a\nA: b\n<!--\n{text(size)}\n-->\n".encode()}


def _aliases(size: int) -> str:
    """Lists of lists by reference, each ten times as large as the one before: some 10 to the power of the lines."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    while sum(map(len, lines)) < size:
        last = len(lines) - 1
        lines.append(f"a{last + 1}: &a{last + 1} [{', '.join([f'*a{last}'] * 10)}]")
    return "\n".join([*lines, f"tags: *a{len(lines) - 1}"])


def _mixed(signs: str) -> Callable[[int], str]:
    return lambda size: "".join(islice(cycle(signs), size))


_YAML: Final[dict[str, Callable[[int], str]]] = {
    "aliases of aliases": _aliases,
    "nested lists": lambda size: "tags: " + "[" * size,
    "nested lists, ended": lambda size: "tags: " + "[" * (size // 2) + "]" * (size // 2),
    "nested mappings": lambda size: "tags: " + "{a: " * (size // 4),
    "nested mappings, ended": lambda size: "tags: " + "{a: " * (size // 5) + "}" * (size // 5),
    "nested by dashes": lambda size: "tags: \n" + "- " * (size // 2) + "a",
    "nested by question marks": lambda size: "? " * (size // 2) + "a",
    "nested by colons": lambda size: ": " * (size // 2) + "a",
    "indented mappings": lambda size: "\n".join(" " * depth + "a:" for depth in range(int((2 * size) ** 0.5))),
    "a long key": lambda size: "a" * size + ": b",
    "a long key in quotes": lambda size: '"' + "a" * size + '": b',
    "a key of many lines": lambda size: "? |\n" + "  a\n" * (size // 4) + ": b",
    "equal keys": lambda size: "tags: [a]\n" * (size // 10),
    "unknown keys": lambda size: "\n".join(f"k{number}: a" for number in range(size // 10)),
    "merge keys": lambda size: "deck: &a {b: c}\n" + "<<: *a\n" * (size // 7),
    "anchors": lambda size: "\n".join(f"k{number}: &a{number} b" for number in range(size // 14)),
    "one anchor again": lambda size: "tags: [" + "&a b, " * (size // 6) + "]",
    "unknown aliases": lambda size: "tags: [" + "*a, " * (size // 4) + "]",
    "YAML tags": lambda size: "tags: [" + "!!python/object:os.system a, " * (size // 30) + "]",
    "a long YAML tag": lambda size: "tags: !" + "a" * size + " b",
    "escapes": lambda size: 'source: "' + "\\u0041" * (size // 6) + '"',
    "large escapes": lambda size: 'source: "' + "\\UFFFFFFFF" * (size // 10) + '"',
    "surrogates": lambda size: 'source: "' + "\\uD800" * (size // 6) + '"',
    "numbers": lambda size: "tags: [" + "0o17, 1_000, .inf, 0x1F, 1:30:00, " * (size // 34) + "]",
    "a long number": lambda size: "id: " + "9" * size,
    "times": lambda size: "tags: [" + "2001-12-14t21:59:43.10-05:00, " * (size // 30) + "]",
    "many tags": lambda size: "tags: [" + ", ".join(f"t{number}" for number in range(size // 8)) + "]",
    "bad tags": lambda size: "tags: [" + "'a b', " * (size // 7) + "]",
    "unknown cards": lambda size: "ask: [" + "foo, " * (size // 5) + "]",
    "unknown long cards": lambda size: "ask: [" + ("f" * 50 + ", ") * (size // 52) + "]",
    "documents": lambda size: "--- a\n" * (size // 6),
    "directives": lambda size: "%YAML 1.2\n" * (size // 10),
    "remarks": lambda size: "# a\n" * (size // 4) + "deck: a",
    "folded text": lambda size: "source: >\n" + "  a\n\n" * (size // 5),
    "literal text": lambda size: "source: |\n" + "  a\n" * (size // 4),
    "text of many lines": lambda size: "source: a\n" + "  b\n" * (size // 4),
    "blank lines": lambda size: "source: 'a" + "\n" * size + "'",
    "a deck of many levels": lambda size: "deck: " + "::".join(["a"] * (size // 3)),
    "a long deck": lambda size: "deck: " + "a" * size,
    "a long tag": lambda size: "tags: [" + "a" * size + "]",
    "a long language": lambda size: "lang: fr" + "-abcde" * (size // 6),
    "a long text to be typed": lambda size: "typed: " + "a " * (size // 2),
    "commas": lambda size: "tags: [" + "," * size + "]",
    "quotes": lambda size: "tags: [" + "'', " * (size // 4) + "]",
    "signs": _mixed("{}[],:&*!|>'\"%@`#-? "),
    "tabs": lambda size: "tags:\t" + "\t" * size + "a",
}

_TOML: Final[dict[str, Callable[[int], str]]] = {
    "nested arrays": lambda size: "a = " + "[" * size,
    "nested arrays, ended": lambda size: "a = " + "[" * (size // 2) + "]" * (size // 2),
    "nested tables": lambda size: "a = " + "{a=" * (size // 3),
    "nested headers": lambda size: "[" + ".".join(["a"] * (size // 2)) + "]",
    "many headers": lambda size: "\n".join(f"[a{number}]" for number in range(size // 8)),
    "headers that grow": lambda size: "\n".join(
        "[" + ".".join(["a"] * depth) + "]" for depth in range(1, int(size**0.5))
    ),
    "arrays of tables": lambda size: "[[a]]\n" * (size // 6),
    "dotted keys": lambda size: ".".join(["a"] * (size // 2)) + " = 1",
    "dotted keys that grow": lambda size: "\n".join(
        ".".join(["a"] * depth) + f".k{depth} = 1" for depth in range(1, int(size**0.5))
    ),
    "dotted tables": lambda size: "a = {" + ", ".join(f"b.c{number} = 1" for number in range(size // 12)) + "}",
    "unknown keys": lambda size: "\n".join(f"k{number} = 1" for number in range(size // 10)),
    "unknown long keys": lambda size: "\n".join(f"{'k' * 200}{number} = 1" for number in range(size // 209)),
    "a long key": lambda size: "a" * size + " = 1",
    "a long number": lambda size: "a = " + "9" * size,
    "a long float": lambda size: "a = 0." + "9" * size,
    "a long hexadecimal number": lambda size: "a = 0x" + "f" * size,
    "numbers that are none": lambda size: "a = 1" + "_1" * (size // 2) + "_",
    "a text that never ends": lambda size: "source = '''" + "a\n" * (size // 2),
    "escapes": lambda size: 'source = "' + "\\u0041" * (size // 6) + '"',
    "quotes": lambda size: 'source = """' + '""\\"' * (size // 4) + '"""',
    "tags": lambda size: "tags = [" + '"a", ' * (size // 5) + "]",
    "bad tags": lambda size: "tags = [" + '"a b", ' * (size // 7) + "]",
    "descriptions": lambda size: "[description]\n" + "\n".join(f'd{number} = "a"' for number in range(size // 12)),
    "brackets in lines": lambda size: "x = 1\n" + "[ \n" * (size // 3),
    "white space": lambda size: " " * size + "x",
    "white space in lines": lambda size: (" " * 1000 + "x\n") * (size // 1000),
    "blank lines": lambda size: "\n" * size + "x",
    "remarks": lambda size: "# tool.flashgen\n" * (size // 16) + "x",
    "dates": lambda size: "a = [" + "1979-05-27T07:32:00.999999-07:00, " * (size // 34) + "]",
    "dates that are none": lambda size: "a = 1979-05-27T07:32:00." + "9" * size,
    "tables within tables": lambda size: "a = " + "{ b = " * 100 + "1" + "}" * 100 + "\n" + "#" * size,
}


def special() -> Iterator[Case]:
    """What no repetition of one fragment gives."""
    for what, text in _YAML.items():
        yield Case(f"YAML, {what}, in front matter", _front(text))
        yield Case(f"YAML, {what}, in a card comment", _comment(text))
    for what, text in _TOML.items():
        yield Case(f"TOML, {what}, in flashgen.toml", _in_config(text))
        yield Case(
            f"TOML, {what}, in pyproject.toml",
            _in_config(lambda size, text=text: "[tool.flashgen]\n" + text(size), "pyproject.toml"),
        )
    for what, opening, closing in (
        ("quotes", ">", ""),
        ("quotes with spaces", "> ", ""),
        ("bullets", "- ", ""),
        ("star bullets", "* ", ""),
        ("plus bullets", "+ ", ""),
        ("numbers", "1. ", ""),
        ("numbers with parentheses", "1) ", ""),
        ("bullets and quotes", "- > ", ""),
        ("brackets", "[", "]"),
        ("links", "[", "](a)"),
        ("images", "![", "](a)"),
        ("parentheses of a link", "[a](" + "(" * 30, ")"),
        ("stars", "*", "*"),
        ("stars and words", "*a ", " a*"),
        ("strong words", "**a ", " a**"),
        ("underscores and words", "_a ", " a_"),
        ("stars and underscores", "*a _b ", " b_ a*"),
        ("strikes", "~~a ", " a~~"),
        ("clozes", "{{", "}}"),
        ("clozes of Anki", "{{c1::", "}}"),
        ("clozes with words", "{{c1::a ", " b}}"),
        ("clozes and emphasis", "{{c1::*a ", "*}}"),
        ("tags", "<b>", "</b>"),
        ("blocks", "<div>", "</div>"),
        ("blocks in lines", "<div>\n", "</div>\n"),
        ("lists of HTML", "<ul><li>", "</ul>"),
        ("tables of HTML", "<table><tr><td>", "</table>"),
        ("formatting of HTML", "<b><i><u>", ""),
        ("quotations of HTML", "<blockquote><b>", ""),
        ("tags within attributes", '<b title="<i>', '">'),
        ("braces of TeX", "{", "}"),
    ):
        yield Case(f"nested {what}", _nested(opening, closing))
        yield Case(f"nested {what} in a cloze", _nested(opening, closing, before="C: {{x}} "))
        yield Case(f"nested {what} in prose", _nested(opening, closing, before=""))
        yield Case(f"nested {what} in math", _nested(opening, closing, middle="a$\n", before="Q: a\nA: $"))
    for what, sign in (("backticks", "`"), ("stars", "*"), ("underscores", "_"), ("tildes", "~"), ("dollars", "$")):
        for where, before in (("an answer", "Q: a\nA: "), ("a cloze", "C: {{x}} "), ("a deletion", "C: {{x ")):
            yield Case(f"growing runs of {what} in {where}", _growing(sign, before))
            yield Case(f"growing runs of {what} and letters in {where}", _growing(sign, before, "a"))
        yield Case(f"growing runs of {what} in lines", _growing(sign, "Q: a\nA:\n", "\n"))
        yield Case(f"growing runs of {what} in paragraphs", _growing(sign, "Q: a\nA:\n", "\n\n"))
    for what, line in (("bullets", "- a"), ("numbers", "1. a"), ("quotes", "> a"), ("fences", "```"), ("text", "a")):
        yield Case(f"deeper and deeper {what}", _indented(line))
        yield Case(f"deeper and deeper {what} in prose", _indented(line, ""))
    yield from _of_cards()
    yield from _of_tables()
    yield from _of_ledgers()


def _of_cards() -> Iterator[Case]:
    for what, line in (
        ("cards", "Q: q§\nA: a§\n\n"),
        ("equal cards", "Q: a\nA: b\n\n"),
        ("cards with equal questions", "Q: a\nA: a§\n\n"),
        ("cards with equal answers", "Q: q§\nA: a\n\n"),
        ("clozes", "C: {{a§}} b\n\n"),
        ("words", "Word: a§\nMeaning: b§\n\n"),
        ("clozes in one note", "{{a§}} "),
        ("questions without answers", "Q: q§\n\n"),
        ("headings", "# h§\n\nQ: q§\nA: a§\n\n"),
        ("headings of different depth", "# a\n## b\n### c\n#### d\n##### e\n###### f§\nQ: q§\nA: a\n\n"),
        ("definitions", "[d§]: b§\n"),
        ("definitions and their links", "[d§]\n\n[d§]: b§\n"),
        ("mentions", "[d§] "),
        ("comments", "Q: q§\nA: a\n<!-- tags: [t§] -->\n\n"),
        ("ids", "Q: q§\nA: a\n<!-- id: id-§ -->\n\n"),
        ("equal ids", "Q: q§\nA: a\n<!-- id: abc -->\n\n"),
        ("bad ids", "Q: q§\nA: a\n<!-- id: ÄÖ§ -->\n\n"),
        ("decks", "Q: q§\nA: a\n<!-- deck: d§ -->\n\n"),
        ("decks that differ in case", "Q: q§\nA: a\n<!-- deck: D§ -->\n\nQ: r§\nA: a\n<!-- deck: d§ -->\n\n"),
        ("decks of one file name", "Q: q§\nA: a\n<!-- deck: 'd .§' -->\n\nQ: r§\nA: a\n<!-- deck: 'd-§' -->\n\n"),
        ("levels of a deck", "Q: q§\nA: a\n<!-- deck: a::b::c::d::e::f::g§ -->\n\n"),
        ("unknown keys", "Q: q§\nA: a\n<!-- {tags: [a], k§: b} -->\n\n"),
        ("missing pictures", "Q: q§\nA: ![a](no§.png)\n\n"),
        ("missing pictures in one card", "![a](no§.png)\n"),
        ("pictures elsewhere", "Q: q§\nA: ![a](../../no§.png)\n\n"),
        ("unknown languages of code", "Q: q§\nA: ```nolang§\nx\n```\n\n"),
        ("unknown tags", "<x§> "),
        ("forbidden attributes", '<b onclick§="a">c</b> '),
        ("attributes", 'a§="b" '),
        ("styles", "a§:b;"),
        ("links with different targets", "[a](b§) "),
        ("drafts", "Q: q§\nA: a§\n<!-- draft: true -->\n\n"),
        ("choices", "Q: q§\n\n- [x] a§\n- [ ] b\n\n"),
        ("choices in one question", "- [x] a§\n"),
        ("asks that are not met", "Word: w§\nMeaning: m\n<!-- ask: [gender, listening, example] -->\n\n"),
        ("orphans", "Meaning: a§\n\n"),
        ("repeated labels", "A: a§\n\n"),
        ("names", "Q: Müller§\nA: Straße « a » …\n\n"),
    ):
        yield Case(f"many {what}", _numbered(line))
        yield Case(f"many {what} in a note", _numbered(line, "Q: a\nA: "))
        yield Case(f"many {what} in a cloze", _numbered(line, "C: {{x}} "))
        yield Case(f"many {what} with a language", _numbered(line, "---\nlang: fr\n---\nWord: a\nMeaning: "))
        yield Case(f"many {what} in a tag", _numbered(line, "Q: a\nA: <b ", ">c</b>\n"))
        yield Case(f"many {what} in a style", _numbered(line, 'Q: a\nA: <b style="', '">c</b>\n'))
    cards = lambda size: "Q: a\nA: b\n\n" * (size // 11)  # noqa: E731
    for what, opening in (
        ("a long heading", lambda size: "# " + "a " * (size // 2) + "\n\n"),
        ("a long heading with HTML", lambda size: "# " + "<b>a</b> " * (size // 9) + "\n\n"),
        ("a long heading with faults", lambda size: "# " + "<x> " * (size // 4) + "\n\n"),
        ("a long source", lambda size: "---\nsource: " + "a *b* " * (size // 6) + "\n---\n"),
        ("many tags", lambda size: "---\ntags: [" + ", ".join(f"t{n}" for n in range(size // 8)) + "]\n---\n"),
        ("equal tags", lambda size: "---\ntags: [" + "a, " * (size // 3) + "]\n---\n"),
        ("many unknown asks", lambda size: "---\nlang: fr\nask: [" + "foo, " * (size // 5) + "]\n---\n"),
        ("a deck of many levels", lambda size: "---\ndeck: " + "::".join(["a"] * (size // 3)) + "\n---\n"),
        ("a long deck", lambda size: "---\ndeck: " + "a" * size + "\n---\n"),
        ("a long text to be typed", lambda size: "---\ntyped: '" + "a " * (size // 2) + "'\n---\n"),
        ("many definitions", lambda size: "".join(f"[d{n}]: b\n" for n in range(size // 10))),
        ("one unclosed comment", lambda size: "a <!-- \n\n" + "b\n" * (size // 2)),
    ):
        yield Case(f"{what} above many cards", _half_and_half(opening, cards))
    words = lambda size: "Word: a\nMeaning: b\n\n" * (size // 21)  # noqa: E731
    yield Case(
        "many asks above many words",
        _half_and_half(lambda size: "---\nlang: fr\nask: [" + "gender, " * (size // 8) + "]\n---\n", words),
    )
    clozes = lambda size: "C: {{a}}\n\n" * (size // 10)  # noqa: E731
    yield Case(
        "a long heading above many clozes", _half_and_half(lambda size: "# " + "a " * (size // 2) + "\n\n", clozes)
    )
    yield from _of_spans()
    yield Case(
        "one word alone and many bars",
        lambda size: {_NAME: ("Q: a\nA: b\n\n| a\n" + "|" * size + "\n").encode()},
    )
    yield Case("a long file name", lambda size: {f"cards/{'x' * 240}.md": ("Q: a\nA: b\n\n" * (size // 11)).encode()})
    yield Case("many files", lambda size: {f"cards/{n}.md": f"Q: q{n}\nA: a\n".encode() for n in range(size // 40)})
    yield Case("bytes that are no UTF-8", lambda size: {_NAME: b"a\n" * (size // 2) + b"\xff" * 10})
    yield Case("zeros", lambda size: {_NAME: bytes(size)})
    yield Case("UTF-16", lambda size: {_NAME: _CARD.encode("utf-16") * (size // 24)})
    yield Case("all signs", lambda size: {_NAME: bytes(islice(cycle(range(128)), size))})


def _of_spans() -> Iterator[Case]:
    """What a search for something that spans text might look at again and again."""
    definition = "[a]: b\n\n"
    for what, text in (
        ("escaped brackets below a definition", lambda size: definition + "\\[" * (size // 2)),
        ("brackets below a definition", lambda size: definition + "[a" * (size // 2)),
        ("spaces in lines below a definition", lambda size: definition + (" " * 300 + "\n a") * (size // 303)),
        ("a long number of a cloze", lambda size: "C: {{c" + "1" * size + "::a}}"),
        ("a long number of a cloze in code", lambda size: "C: {{a}} `{{c" + "1" * size + "::a}}`"),
        ("long numbers of clozes", lambda size: "C: " + ("{{c" + "1" * 4000 + "::a}} ") * (size // 4010)),
        ("many numbers of one cloze", lambda size: "C: {{c" + "1," * (size // 2) + "1::a}}"),
        ("a cloze with almost a number", lambda size: "C: {{c" + "1, " * (size // 3) + "1 a}}"),
        (
            "beginnings of comments and one end",
            lambda size: "Q: a\nA: " + "`<!--`\\<!--" * (size // 24) + "-->" + "a" * (size // 2),
        ),
        (
            "markers of conflicts and fences",
            lambda size: "<<<<<<<\n" * (size // 16) + "```\n```\n" * (size // 16) + ">>>>>>>",
        ),
        (
            "different images that are none",
            lambda size: "Q: a\nA: " + "".join(f"![a](b c{number}) " for number in range(size // 14)),
        ),
        ("a line that begins with spaces", lambda size: "Q: a\nA: b\n" + " " * size + "c\nd | e"),
        ("words and many spaces", lambda size: "Q: a\nA: " + ("b" + " " * 300) * (size // 301) + "c"),
        ("lines that begin with spaces", lambda size: "Q: a\nA: b\n" + (" " * 300 + "c | d\n") * (size // 306)),
        ("lines that end in spaces", lambda size: "Q: a\nA: b\n" + ("c" + " " * 300 + "\n") * (size // 302)),
        ("faults in one row", lambda size: "Q: a\nA: b\n\n" + _table(size // 16, 1, "<x>")),
        ("clozes in one row", lambda size: "Q: a\nA: b\n\n" + _table(size // 20, 1, "{{x}}")),
        ("escaped bars in one row", lambda size: "Q: a\nA: b\n\n" + _table(size // 20, 1, "\\|<x>")),
        ("a long autolink", lambda size: "Q: a\nA: <http://a.b/" + "\u00fc" * (size // 2) + ">"),
        ("a long autolink that is encoded", lambda size: "Q: a\nA: <http://a.b/" + "%C3%BC" * (size // 6) + ">"),
        ("a long host", lambda size: "Q: a\nA: <http://" + "\u00fc." * (size // 3) + ">"),
        ("a long link", lambda size: "Q: a\nA: [a](" + "\U0001d157" * (size // 4) + ")"),
        ("a long picture", lambda size: "Q: a\nA: ![a](" + "\u00fc" * (size // 2) + ")"),
        ("equal drafts", lambda size: "---\ndraft: true\n---\n" + "Q: a\nA: b\n\n" * (size // 11)),
        ("fences in quotes", lambda size: "Q: a\nA: b\n" + "> ```\n\n" * (size // 7)),
        (
            "fences of growing length",
            lambda size: "Q: a\nA:\n" + "\n".join("`" * length for length in range(3, int((2 * size) ** 0.5))),
        ),
    ):
        yield Case(what, lambda size, text=text: {_NAME: f"{text(size)}\n\n{_CARD}".encode()})


def _of_tables() -> Iterator[Case]:
    yield Case("a table of one row", lambda size: {_NAME: ("Q: a\nA: b\n\n" + _table(size // 12, 1)).encode()})
    yield Case("a table of one column", lambda size: {_NAME: ("Q: a\nA: b\n\n" + _table(1, size // 6)).encode()})
    yield Case("a square table", _square_table)
    yield Case("a table of short rows", _short_rows)
    yield Case("a table of short rows of notes", _short_note_rows)
    yield Case("a table of notes with equal columns", lambda size: {_NAME: _table(size // 12, 1, "Q").encode()})
    yield Case(
        "a table of notes with unknown columns",
        _half_and_half(
            lambda size: "|Q|" + "foo|" * (size // 4) + "\n|-|" + "-|" * (size // 4) + "\n", lambda size: "|a|b|\n"
        ),
    )
    yield Case("a table of notes", _numbered("| q§ | a§ |\n", "| Q | A |\n|---|---|\n"))
    yield Case("a table of notes with settings", _numbered("| q§ | a | id§ | t§ |\n", "|Q|A|Id|Tags|\n|-|-|-|-|\n"))
    yield Case("a table of notes with faults", _numbered("| q§ | <x> \\| <y> |\n", "| Q | A |\n|---|---|\n"))
    yield Case("a table of too many cells", _numbered("| q§ | a | b | c |\n", "| Q | A |\n|---|---|\n"))
    yield Case(
        "escaped bars and faults in a table",
        lambda size: {_NAME: ("| Q | A |\n|---|---|\n| a | " + "\\| <x> " * (size // 7) + " |\n").encode()},
    )
    yield Case(
        "tables that might begin",
        lambda size: {_NAME: ("Q: a\nA: b\n\n" + "| a | b |\n| --- |\n" * (size // 18)).encode()},
    )
    yield Case("words and bars", lambda size: {_NAME: ("Q: a\nA: b\n" + "word | c\n" * (size // 9)).encode()})


def _of_ledgers() -> Iterator[Case]:
    yield Case("rows of a ledger", _ledger(_ledger_row))
    yield Case("equal rows of a ledger", _ledger(lambda number: _ledger_row(1)))
    yield Case(
        "rivals of one row",
        _ledger(lambda number: _ledger_row(1).replace("q 1", f"q {number}").replace("00001", f"{number:05d}")),
    )
    yield Case("broken rows of a ledger", _ledger(lambda number: _ledger_row(number)[:-10] + "\n"))
    yield Case("headers of a ledger", _ledger(lambda number: '{"flashgen ledger": 1, "namespace": "hostile-a2b3c"}\n'))
    yield Case(
        "namespaces of a ledger", _ledger(lambda number: f'{{"flashgen ledger": 1, "namespace": "n{number}"}}\n')
    )
    yield Case("markers in a ledger", _ledger(lambda number: "<<<<<<< a\n" if number % 2 else "=======\n"))
    yield Case("nested JSON in a ledger", lambda size: {"cards/ledger.jsonl": b"[" * size, _NAME: _CARD.encode()})
    yield Case(
        "nested objects in a ledger",
        lambda size: {"cards/ledger.jsonl": b'{"a":' * (size // 5), _NAME: b"Q: a\nA: b\n"},
    )
    yield Case(
        "a long number in a ledger",
        lambda size: {"cards/ledger.jsonl": b'{"modified": ' + b"9" * size + b"}", _NAME: b"Q: a\nA: b\n"},
    )
    yield Case(
        "cloze numbers in a ledger",
        lambda size: {
            "cards/ledger.jsonl": (
                '{"flashgen ledger": 1, "namespace": "hostile-a2b3c"}\n'
                '{"id": "abcdefgh", "kind": "cloze", "file": "x.md", "deck": "x", "question": "q", '
                '"question_key": "0", '
                '"modified": 1, "created": 1, "clozes": ['
                + ", ".join(f'[{n + 1}, "d{n}", {n + 1}]' for n in range(size // 20))
                + "]}\n"
            ).encode(),
            _NAME: ("C: " + "".join(f"{{{{e{n}}}}} " for n in range(490)) + "\n<!-- id: abcdefgh -->\n").encode(),
        },
    )
    yield Case(
        "nested JSON in the memory", lambda size: {".flashgen_cache/built.jsonl": b"[" * size, _NAME: b"Q: a\nA: b\n"}
    )


def catalogue() -> Iterator[Case]:
    """All cases, some thousands of them."""
    yield from repetitions()
    yield from special()
