"""Texts for tests that hold two readings of any text equal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.hostile_text.catalogue import catalogue
from tests.test_notation import CASES

_ROOT: Final = Path(__file__).parents[1]


def written() -> Iterator[str]:
    """All Markdown of the repository, and that of the cases."""
    yield from (case.source for case in CASES)
    for folder in ("cards", "tests", "flashgen"):
        yield from (path.read_text(encoding="utf-8") for path in (_ROOT / folder).rglob("*.md"))


def hostile() -> Iterator[str]:
    """Every seventh text of the hostile catalogue, small."""
    for case in list(catalogue())[::7]:
        for data in case.files(300).values():
            yield data.decode(errors="replace")
