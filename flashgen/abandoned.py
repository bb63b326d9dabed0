"""Packages that stay behind when their deck has left the sources: flashgen made them, and makes them no more.

Whoever imports all packages of the folder would have notes back that were deleted in Anki. None is deleted here, and
none is named that may hold more than the ledger knows: of another project or another branch, or an export of Anki.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from flashgen import bounds, ledger, names
from flashgen.cache import last
from flashgen.model import Ledger
from flashgen.pipeline import Compiled


def packages(compiled: Compiled, written: Iterable[Path]) -> tuple[Path, ...]:
    """The packages in the project's folder for them, whole ones and parts, that are of none of its top-level decks.

    `written` are those of this build. A deck of drafts is a deck.
    """
    project, known = compiled.project, compiled.identified.ledger
    others = [project.decks / name for name, _ in last.packages(project.decks, written)]
    if not others:
        return ()
    stems = {_stem(top) for top in {_top(row.deck) for row in known.rows if not row.removed}}
    return tuple(path for path in others if _first(path) not in stems and _is_of_these_rows(path, project.root, known))


def _is_of_these_rows(path: Path, root: Path, known: Ledger) -> bool:
    """Whether flashgen has written it, by its form, by its name, and by the GUIDs of all its notes."""
    from flashgen import package, restoring  # few projects ever have one

    if bounds.leads_out(path, root) or not package.is_ours(path):
        return False
    try:
        notes = restoring.notes_of(restoring.database_of(path), sorted({row.kind for row in known.rows}))
    except restoring.UnreadableError:
        return False
    guids = {ledger.guid_of(known, row) for row in known.rows}
    return bool(notes) and all(note.guid in guids and _stem(_top(note.deck)) == _first(path) for note in notes)


def _first(path: Path) -> str:
    """What stands for the deck in a package's name: all, or in that of a part what is before the first dot."""
    return unicodedata.normalize("NFC", path.name).partition(".")[0]


def _stem(top: str) -> str:
    return _first(Path(names.package_file(top)))


def _top(deck: str) -> str:
    return deck.partition("::")[0]
