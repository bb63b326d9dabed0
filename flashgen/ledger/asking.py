"""What only the author can decide, as a fault: a doubt → both places, and the comment to paste for either decision."""

from __future__ import annotations

from collections.abc import Mapping

from flashgen.diagnostics import AMBIGUOUS_EDIT, Diagnostic
from flashgen.ledger.matching import Doubt, Match
from flashgen.model import Card

_QUOTED = 60
_IN_A_TABLE = "in a table, write the id alone, in a column Id"


def ambiguous(cards: Mapping[int, Card], found: Match, doubt: Doubt, new_ids: Mapping[int, str]) -> Diagnostic:
    """The fault of a card that may be an edited one, or a new one in the place of one that was deleted."""
    card, row = cards[doubt.card], found.rows[doubt.row]
    old = f'"{_quoted(row.question)}" of {row.file}'
    message = f"this may be the edited card {old} ({int(doubt.likeness)} % alike), or a new one"
    keep, new = f"<!-- id: {row.id} -->", f"<!-- id: {new_ids[doubt.card]} -->"
    if doubt.rival is None:
        help = f"write {keep} into it to keep the history, or {new} to make it a new card"
    else:
        other = cards[doubt.rival].span
        message += f"; so may the card at {other.file}:{other.line}"
        help = f"write {keep} into the one of the two that keeps the history; the other becomes a new card"
    return AMBIGUOUS_EDIT.at(card.span, message, f"{help}; {_IN_A_TABLE}")


def _quoted(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1].rstrip() + "…"
