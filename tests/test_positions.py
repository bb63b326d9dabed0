"""A fault is where its author sees it: lines and columns of the file as written, counted from 1."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from flashgen import cards, check, parse, render
from flashgen.model import Settings

_FRONT_MATTER = "---\ndeck: Physics\ntags: [a, b]\n---\n\n"


def _places(text: str | bytes, rule: str) -> list[tuple[int, int]]:
    """Where `rule` finds a fault in a file, by line and column."""
    data = text if isinstance(text, bytes) else text.encode()
    document, found = parse.read("x.md", _file(data))
    faults = list(found)
    if document is not None:
        gathered, more = cards.gather(document, Settings(), path_deck="x", first=0)
        faults += more
        renderer = render.CardRenderer(lambda _, path: path, lambda _: "", lambda _: False)
        for card in gathered:
            faults += check.card(card)
            faults += renderer.render(card)[1]
    return [(fault.span.line, fault.span.column) for fault in faults if fault.rule.name == rule]


def _file(data: bytes) -> Path:
    path = _folder / "x.md"
    path.write_bytes(data)
    return path


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path) -> None:
    global _folder
    _folder = tmp_path


_folder = Path()
