"""What the pairing makes of an edit: right, asked, new (history lost) or wrong (the history of another card)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flashgen import diagnostics, pipeline
from flashgen.pipeline import Compiled
from tests.pairing.cases import Edit

OUTCOMES = ("right", "asked", "new", "wrong")


def outcome(edit: Edit) -> str:
    """One of `OUTCOMES`; `wrong` too where any other card of the decks has another identity than before."""
    rows, ids_before = _first_build(tuple(edit.decks.items()))
    decks, place = edit.applied()
    compiled = _compile(decks, rows)
    ids = _ids(compiled)
    old, new = _id_at(ids_before, *edit.old_place()), _id_at(ids, *place)
    asked = [one for one in compiled.diagnostics if one.rule is diagnostics.AMBIGUOUS_EDIT]
    assert not [one for one in compiled.diagnostics if one.is_error and one not in asked], compiled.diagnostics
    if set(ids_before.values()) - {old} != set(ids.values()) - {old, new}:
        return "wrong"
    if asked:
        return "asked"
    if edit.is_same:
        return "right" if new == old else "new"
    return "wrong" if new == old else "right"


@cache
def _first_build(decks: tuple[tuple[str, str], ...]) -> tuple[str, Mapping[tuple[str, int, int], str]]:
    compiled = _compile(dict(decks), "")
    assert not compiled.has_errors, compiled.diagnostics
    return compiled.ledger_after.decode(), _ids(compiled)


def _compile(decks: Mapping[str, str], rows: str) -> Compiled:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "flashgen.toml").write_text('namespace = "edits"\n', encoding="utf-8")
        for name, text in decks.items():
            (root / "cards" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "cards" / name).write_text(text, encoding="utf-8")
        if rows:
            (root / "cards" / "ledger.jsonl").write_text(rows, encoding="utf-8")
        return pipeline.compile(root, clock=2_000_000_000 if rows else 1_900_000_000, whole=True)


def _ids(compiled: Compiled) -> dict[tuple[str, int, int], str]:
    ids = {note.order: note.id for note in compiled.identified.notes}
    return {
        (card.span.file.removeprefix("cards/"), card.span.line, card.span.last_line): ids[card.order]
        for card in compiled.cards
        if card.order in ids
    }


def _id_at(ids: Mapping[tuple[str, int, int], str], file: str, line: int) -> str:
    """The id of the card that begins nearest below a line."""
    return ids[min((place for place in ids if place[0] == file and place[1] >= line), key=lambda place: place[1])]
