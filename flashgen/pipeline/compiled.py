"""A project as it is compiled, before anything is written."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO

from msgspec import Struct

from flashgen import journal, ledger
from flashgen.config import Project
from flashgen.diagnostics import Diagnostic
from flashgen.ledger import memory
from flashgen.model import Card, Change, Identified, Ledger, Media, Note, Row, Span, Standing
from flashgen.pipeline.gathering import Sources


class Compiled(Struct, frozen=True):
    """A project, read, checked and identified; nothing is written yet.

    `chosen` is what the caller's path chose of the sources (a file or a folder, "" for all), relative to the project's
    root. `ledger` is what the ledger's file held, b"" where there was none, `ledger_before` what that said.
    """

    sources: Sources
    ledger: bytes
    ledger_before: Ledger
    identified: Identified
    remembered: memory.Memory
    diagnostics: tuple[Diagnostic, ...]

    @property
    def project(self) -> Project:
        return self.sources.project

    @property
    def chosen(self) -> str:
        return self.sources.chosen

    @property
    def media(self) -> Mapping[str, Media]:
        return self.sources.media

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards as written, of a `whole` all; none where they were let go."""
        return self.sources.cards

    @property
    def standing(self) -> tuple[Standing, ...]:
        """All cards with what has become of them, in no order."""
        return (*self.identified.standing, *self.sources.standing)

    @property
    def spans(self) -> Mapping[int, Span]:
        """Where each card stands, by its order."""
        return {one.order: one.span for one in self.standing}

    @property
    def files(self) -> list[str]:
        """The source of each card, in no order."""
        return [one.span.file for one in self.standing]

    @property
    def has_errors(self) -> bool:
        return any(found.is_error for found in self.diagnostics)

    @property
    def chosen_diagnostics(self) -> tuple[Diagnostic, ...]:
        """Those of the chosen sources, and those that are in no source."""
        if not self.chosen:
            return self.diagnostics
        sources = set(self.files)
        return tuple(
            found
            for found in self.diagnostics
            if self.chooses(found.span.file) or (found.span.file not in sources and not found.span.file.endswith(".md"))
        )

    @property
    def chosen_changes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.identified.changes if self.chooses(change.span.file))

    @property
    def other_changes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.identified.changes if not self.chooses(change.span.file))

    @property
    def rows_left_before(self) -> tuple[Row, ...]:
        """The rows of notes that left the sources before this run, and are not back."""
        gone = {(row.id, row.kind) for row in self.identified.ledger.rows if row.removed}
        return tuple(row for row in self.ledger_before.rows if row.removed and (row.id, row.kind) in gone)

    @property
    def ledger_digest(self) -> str:
        """The journal's digest of what the ledger's file held."""
        kept = self.sources.kept
        return kept.basis.ledger_digest if kept is not None else journal.digest(self.ledger)

    @property
    def ledger_after(self) -> bytes:
        """The content of the ledger's file as a build would write it."""
        file = io.BytesIO()
        self.write_ledger(file)
        return file.getvalue()

    def write_ledger(self, file: IO[bytes]) -> None:
        """Writes the content of the ledger's file as a build would write it. Raises OSError as `file` does."""
        before = self.ledger_before if self.sources.kept is not None else None
        ledger.write(self.identified.ledger, file, before, self.ledger)

    @property
    def ledger_is_current(self) -> bool:
        """Whether the ledger's file knows all that a build would write to it, in whatever order."""
        return ledger.is_current(self.ledger.decode(), self.identified.ledger)

    def notes(self, deck: str | None = None) -> tuple[Note, ...]:
        """The notes of the chosen sources, of one deck and those below it if one is named."""
        if deck is None and not self.chosen:
            return self.identified.notes
        spans = self.spans
        return tuple(
            note
            for note in self.identified.notes
            if self.chooses(spans[note.order].file)
            and (deck is None or note.deck == deck or note.deck.startswith(f"{deck}::"))
        )

    def chooses(self, file: str) -> bool:
        """Whether a source is one of those that the caller's path chose."""
        return not self.chosen or file == self.chosen or file.startswith(f"{self.chosen}/")
