"""No edit of the sets gives a card the history of another, and few lose one without a question.

`python -m tests.pairing` prints the figures and every edit that is not paired right.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.pairing.cases import edits
from tests.pairing.measure import outcome

_HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("folder", "right", "new"),
    [("development", 120, 7), ("measured", 242, 5), ("fresh", 272, 9)],
)
def test_edits_are_paired_right_or_asked_about(folder: str, right: int, new: int) -> None:
    found: dict[str, list[str]] = {}
    for edit in edits(_HERE / folder):
        found.setdefault(outcome(edit), []).append(edit.name)
    counts = Counter({name: len(names) for name, names in found.items()})
    assert found.get("wrong", []) == []
    assert counts["right"] >= right
    assert counts["new"] <= new
