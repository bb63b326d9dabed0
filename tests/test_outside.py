"""What looks like cards outside of notes: every word that is known for a label or a column; prose that is left alone.

The manners of other tools, one by one, are in `flashgen/rules/card-outside.md` and `almost-label.md`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flashgen import cards, diagnostics, foreign, parse
from flashgen.diagnostics import Diagnostic
from flashgen.model import Settings

_ROOT = Path(__file__).parents[1]
_PROSE = [
    *(_ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "cards/README.md")),
    *sorted((_ROOT / "tests/notation").glob("*.md")),
    *sorted((_ROOT / "flashgen/rules").glob("*.md")),
]
_GUESSES = (diagnostics.ALMOST_LABEL, diagnostics.CARD_OUTSIDE)


def _told(text: str, path: Path) -> tuple[Diagnostic, ...]:
    path.write_text(text, encoding="utf-8")
    document, _ = parse.read(path.name, path)
    assert document is not None
    _, faults = cards.gather(document, Settings(), path_deck="Deck", first=0)
    return faults


@pytest.mark.parametrize("path", _PROSE, ids=lambda path: path.name)
def test_no_prose_of_this_repository_is_taken_for_cards(path: Path, tmp_path: Path) -> None:
    told = _told(path.read_text(encoding="utf-8"), tmp_path / "prose.md")
    assert [one for one in told if one.rule in _GUESSES] == []


def _table(*headers: str) -> str:
    return f"| {' | '.join(headers)} |\n|{'---|' * len(headers)}\n| a | b |\n"


def test_each_word_for_a_column_is_told_with_the_column_that_it_means(tmp_path: Path) -> None:
    tables = [("Question", name, "Q", "A") for name in foreign.ANSWERS]
    tables += [(name, "Answer", "Q", "A") for name in foreign.QUESTIONS]
    tables += [("Vokabel", name, "Word", label) for name, label in foreign.OF_WORDS.items() if label != "Word"]
    tables += [(name, "Bedeutung", "Word", "Meaning") for name in foreign.WORDS - {"word"}]
    for first, second, *labels in tables:
        (told,) = _told(_table(first.title(), second.upper()), tmp_path / "words.md")
        assert told.rule is diagnostics.ALMOST_LABEL
        for label, name in zip(labels, (first, second), strict=True):
            assert f'"{label}"' in told.help or label.casefold() == name, told.help


def test_each_pair_of_words_for_labels_is_told_with_the_labels_that_they_mean(tmp_path: Path) -> None:
    answers = [*foreign.MEANINGS, *foreign.DEFINITIONS]
    pairs = [("Mot", answer) for answer in answers] + [(word, "Sens") for word in foreign.WORDS - {"word"}]
    for first, second in pairs:
        (told,) = _told(f"{first.title()}: la lumière\n{second.title()}: light\n", tmp_path / "words.md")
        meant = "Definition" if second in foreign.DEFINITIONS else "Meaning"
        assert told.rule is diagnostics.ALMOST_LABEL
        assert f'"Word:" and "{meant}:"' in told.help


@pytest.mark.parametrize("headers", [("Week", "Chapter"), ("File", "Meaning"), ("World", "Image"), ("French", "Cards")])
def test_a_table_of_other_things_is_left_alone(headers: tuple[str, str], tmp_path: Path) -> None:
    assert _told(_table(*headers), tmp_path / "plan.md") == ()


def test_a_file_of_drafts_to_come_may_hold_anything(tmp_path: Path) -> None:
    assert _told("---\ndraft: true\n---\n\nWhat is light?\n\nA wave.\n", tmp_path / "later.md") == ()
