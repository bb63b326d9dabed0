"""The name of a rule in, its text of `flashgen/rules/` out, as lines for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from markdown_it.token import Token

from flashgen.diagnostics import RULES, Rule
from flashgen.markdown import dialect
from flashgen.patterns import late
from flashgen.report import COLOURS
from flashgen.shown import Paint
from flashgen.suggestions import nearest

_SENTENCE: Final = late(r"((?:`[^`]*`|[^`])*?)[.:](?:\s|$)")
_INDENT: Final = "    "


def listed(paint: Paint) -> Iterator[str]:
    """All rules by name, each with its severity and what it finds."""
    width = max(map(len, RULES))
    for name in sorted(RULES):
        rule = RULES[name]
        severity = _severity(rule, paint) + " " * (len("warning") - len(rule.severity.value))
        yield f"{name:<{width}}  {severity}  {_gist(name)}"


def explained(rule: Rule, width: int, paint: Paint) -> Iterator[str]:
    """What a rule finds, why, an example and its mend, in lines of at most `width` characters where text can be cut."""
    yield f"{paint(rule.name, 'bold')} ({_severity(rule, paint)})"
    tokens = dialect().parse(_text(rule.name))
    # The name and the severity stand in the title.
    body = next(index for index, token in enumerate(tokens) if token.type == "paragraph_close") + 1
    for token, inline in pairwise([*tokens[body:], tokens[-1]]):
        if token.type == "heading_open":
            yield from ("", paint(inline.content, "bold"))
        elif token.type == "paragraph_open":
            yield from ("", *textwrap.wrap(inline.content, width, break_long_words=False, break_on_hyphens=False))
        elif token.type == "fence":
            yield from ("", *_block(token, paint))


def advice(name: str) -> str:
    """What to do about a name that no rule has."""
    near = nearest(name, RULES)
    return f'did you mean "{near}"?' if near else '"flashgen explain" lists them'


def _gist(name: str) -> str:
    """The beginning of what a rule finds, up to the first stop or colon."""
    tokens = dialect().parse(_text(name))
    found = _paragraph_below(tokens, "What it finds")
    gist = _SENTENCE.match(found)
    return " ".join((gist[1] if gist else found).split())


def _paragraph_below(tokens: Sequence[Token], heading: str) -> str:
    inlines = [token.content for token in tokens if token.type == "inline"]
    return inlines[inlines.index(heading) + 1]


def _block(fence: Token, paint: Paint) -> Iterator[str]:
    """A file of an example, or what is said of the files above it (`tests/test_rules.py` has the words)."""
    language, *words = fence.info.split()
    lines = fence.content.splitlines()
    if language == "text":
        command, *path = words or ["check"]
        command = f"ledger {command}" if command in ("restore", "pin") else command
        yield paint(f"flashgen {' '.join([command, *path])}", "cyan")
    else:
        file = words[-1]
        when = ", as it was at an earlier build" if words[0] == "before" else ""
        if language == "gone":
            yield paint(f"{file} was deleted", "cyan")
        elif language == "link":
            yield paint(f"{file}, a symbolic link to {fence.content.strip()}", "cyan")
            lines = []
        elif language == "binary":
            yield paint(f"{file}, a file of {fence.content.strip()}", "cyan")
            lines = []
        elif language == "bytes":
            yield paint(f"{file}{when}, its bytes with escapes", "cyan")
        elif language == "repeated":
            yield paint(f"{file}{when}; × and a number stand for the line above, so many times more", "cyan")
        else:
            yield paint(f"{file}{when}", "cyan")
    yield from (f"{_INDENT}{line}".rstrip() for line in lines)


def _severity(rule: Rule, paint: Paint) -> str:
    return paint(rule.severity.value, COLOURS[rule.severity])


def _text(name: str) -> str:
    from importlib.resources import files

    return (files("flashgen") / "rules" / f"{name}.md").read_text(encoding="utf-8")
