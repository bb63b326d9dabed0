"""What a card looks like to the ledger: a card → a row that has no identity yet."""

from __future__ import annotations

from typing import Final

from flashgen.ledger.likeness import excerpt, marks
from flashgen.ledger.names import digest
from flashgen.model import Card, ClozeNumber, Deletion, Row

_GAP: Final = "\x1d"


def face_of(card: Card) -> Row:
    """The row of a card as its text has it: without id, times and GUID, its deletions not numbered yet."""
    keys = card.keys
    # A cloze whose sentence was turned round has the same answers.
    answer = "\n".join(sorted(deletion.text for deletion in keys.deletions)) or keys.answer
    return Row(
        id="",
        kind=card.kind,
        file=card.span.file,
        deck=card.deck,
        question=excerpt(keys.question),
        question_key=digest(keys.question),
        answer=excerpt(answer),
        answer_key=digest(answer),
        marks=digest(*marks(keys.question)),
        frame=_frame(keys.question, keys.deletions),
        others=keys.others,
        source=keys.source,
        clozes=tuple(
            ClozeNumber(0, excerpt(deletion.text), place) for place, deletion in enumerate(keys.deletions, start=1)
        ),
        tags=card.tags,
        draft=card.draft,
    )


def _frame(text: str, deletions: tuple[Deletion, ...]) -> str:
    """The digest of a cloze's text with its deletions closed, empty where they cannot be found in it in order."""
    kept: list[str] = []
    end = 0
    for deletion in deletions:
        start = text.find(deletion.text, end)
        if start < 0 or not deletion.text:
            return ""
        kept.append(text[end:start])
        end = start + len(deletion.text)
    kept.append(text[end:])
    return digest(_GAP.join(kept)) if deletions and "".join(kept).strip() else ""
