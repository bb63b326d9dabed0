"""What flashgen owes a card: what a ledger knows, and which note each card must therefore be.

Every way out of a promise stands here, or beside the check it excuses, with its reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from flashgen.ledger import names
from tests.years.writing import Written

NAMESPACE = "test-a2b3c"

Text = tuple[str, str, str]
Stored = tuple[tuple[str, ...], tuple[str, ...]]

_SAME_WORDS = 0.6
_SAME_LETTERS = 0.8
_MOST_WORDS = 0.75
_LONG_ANSWER = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """What a ledger knows of a note. Of several `texts` each is that of one branch.

    `uids` are the cards that the note has been. `numbers` are those of its deletions, `worded` the latest text of each
    number that it ever gave, of a merge those of both branches. `stored` is None of a draft that was never packaged.
    `is_merged` holds until the next build.
    """

    guid: str
    kind: str
    uids: frozenset[int]
    texts: frozenset[Text]
    file: str
    deck: str
    modified: int
    stored: Stored | None = None
    cards: tuple[int, ...] = ()
    numbers: Mapping[int, int] = field(default_factory=dict)
    worded: frozenset[tuple[int, str]] = frozenset()
    removed: bool = False
    draft: bool = False
    is_merged: bool = False


Ledger = Mapping[str, Entry]


def guid_of_id(kind: str, id: str) -> str:
    """The GUID of the note with this id."""
    return names.guid(NAMESPACE, kind, id)


def united(one: Ledger, other: Ledger) -> dict[str, Entry]:
    """What the rows of both ledgers say together."""
    return {guid: _joined([each[guid] for each in (one, other) if guid in each]) for guid in {**one, **other}}


def standing(ledger: Ledger, text: str, merged: str) -> dict[str, Entry]:
    """What a ledger with this text knows by those rows of it that stand in a merged text."""
    lines = set(merged.splitlines())
    kept = {_guid_of_line(line) for line in text.splitlines() if line in lines and '"kind"' in line}
    return {guid: entry for guid, entry in ledger.items() if guid in kept}


def _guid_of_line(line: str) -> str:
    row = json.loads(line)
    return str(row.get("guid") or guid_of_id(row["kind"], row["id"]))


def recognizable(before: Text, after: Text) -> bool:
    """Whether a person who sees both texts takes the second for the first, edited."""
    if before[0] != after[0]:
        return False
    if before[1] == after[1]:
        return True
    if before[2] == after[2] != "":
        return len(before[2]) >= _LONG_ANSWER or _alike(before[1], after[1], _SAME_WORDS)
    return _alike(before[1], after[1], _MOST_WORDS) and _alike(before[2], after[2], _SAME_WORDS)


def owed(card: Written, file: str, ledger: Ledger, others: Iterable[Written]) -> frozenset[str]:
    """The GUIDs of which the card must have one, by what the ledger knows; none where nothing is promised.

    `others` are all other cards of the sources.
    """
    if card.pin:
        # What its author decided holds whatever becomes of text and ledger.
        return frozenset({guid_of_id(card.kind, card.pin)})
    mine = [entry for entry in ledger.values() if card.uid in entry.uids and entry.kind == card.kind]
    strange = [entry for entry in ledger.values() if card.uid not in entry.uids and entry.kind == card.kind]
    others = [other for other in others if other.kind == card.kind]
    exact = [entry for entry in mine if card.text in entry.texts]
    if exact:
        # Two notes that once had one text: which of them a card with this text is, no text can tell.
        return _guids(() if any(card.text in entry.texts for entry in strange) else exact)
    question = card.text[:2]
    same = [entry for entry in mine if any(text[:2] == question for text in entry.texts)]
    if same:
        # Of several cards or notes with one question the answers decide, and this one has an answer of no note.
        shared = any(text[:2] == question for entry in strange for text in entry.texts)
        return _guids(() if shared or any(other.text[:2] == question for other in others) else same)
    living = [entry for entry in mine if not entry.removed]
    # Another card stands with the very question the note had: the question decides before the answer.
    taken = [entry for entry in living if any(_has_question_of(other, entry) for other in others)]
    # A card that left and came back edited is a new card: of what was deleted only the text itself is looked for.
    return _guids(
        entry for entry in living if entry not in taken and any(recognizable(text, card.text) for text in entry.texts)
    )


def _has_question_of(card: Written, entry: Entry) -> bool:
    return any(card.text[:2] == text[:2] for text in entry.texts)


def _guids(entries: Iterable[Entry]) -> frozenset[str]:
    return frozenset(entry.guid for entry in entries)


def _joined(entries: list[Entry]) -> Entry:
    if len(entries) == 1 or entries[0] == entries[1]:
        return entries[0]
    latest = max(entries, key=lambda entry: (entry.modified, not entry.removed))
    return replace(
        latest,
        uids=frozenset().union(*(entry.uids for entry in entries)),
        texts=frozenset().union(*(entry.texts for entry in entries)),
        numbers={deletion: number for entry in entries for deletion, number in entry.numbers.items()},
        worded=frozenset().union(*(entry.worded for entry in entries)),
        is_merged=True,
    )


def _alike(one: str, other: str, least: float) -> bool:
    ones, others = Counter(one.casefold().split()), Counter(other.casefold().split())
    shared = (ones & others).total() / max(ones.total(), others.total(), 1)
    return shared >= least or SequenceMatcher(None, one, other, autojunk=False).ratio() >= max(least, _SAME_LETTERS)
