"""Notes, media and faults as the cache has them: what JSON can hold, in the order in which it stands there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from flashgen import notetypes, reading
from flashgen.cache import state
from flashgen.diagnostics import RULES, Diagnostic
from flashgen.model import Media, Row, Span, Standing


class CardEntry(Struct, frozen=True, array_like=True):
    """A card that will stand. `guid`, `text` and `media` are those of its note, and empty where it has none."""

    row: Row
    line: int
    column: int
    last_line: int
    question: str
    answer: str
    guid: str = ""
    text: str = ""
    media: tuple[str, ...] = ()

    def standing(self, file: str, order: int) -> Standing:
        """The card, in the place that it has now."""
        span = Span(file, self.line, self.column, self.last_line)
        note = notetypes.note_of(self.row, self.guid, self.text, order=order, media=self.media) if self.guid else None
        return Standing(order, span, self.question, self.answer, self.row, note)


class FaultEntry(Struct, frozen=True, array_like=True):
    """A fault."""

    rule: str
    file: str
    line: int
    column: int
    last_line: int
    message: str
    help: str

    def diagnostic(self) -> Diagnostic:
        """The fault itself."""
        return Diagnostic(
            RULES[self.rule], Span(self.file, self.line, self.column, self.last_line), self.message, self.help
        )


class MediaEntry(Struct, frozen=True, array_like=True):
    """A media file."""

    name: str
    path: str
    size: int
    digest: str
    state: tuple[int, int, int, int, int] | None

    def media(self) -> Media:
        """The file, with a state that stands for its content now, where it has that and is old enough for one."""
        path, seen = Path(self.path), self.state
        if seen is None or seen != reading.state(path):
            seen = state.settled(path, self.size, self.digest)
        return Media(self.name, path, self.size, self.digest, seen)


class PageEntry(Struct, frozen=True):
    """What became of one source."""

    name: str
    faults: tuple[FaultEntry, ...]
    colours: Mapping[str, str]
    cards: tuple[CardEntry, ...]


class SourceEntry(Struct, frozen=True):
    """What a source was: the digest of its bytes, the name of its page, the paths of its media."""

    bytes: str
    page: str
    media: tuple[str, ...]


class Index(Struct, frozen=True):
    """What became of a project; `rows` are those that no source's page has."""

    basis: str
    namespace: str
    rows: tuple[Row, ...]
    media: tuple[MediaEntry, ...]
    sources: Mapping[str, SourceEntry]


def of_card(card: Standing) -> CardEntry:
    """The entry of a card."""
    span, note = card.span, card.note
    of_note = (note.guid, note.text, note.media) if note is not None else ()
    return CardEntry(card.row, span.line, span.column, span.last_line, card.question, card.answer, *of_note)


def of_fault(fault: Diagnostic) -> FaultEntry:
    """The entry of a fault."""
    span = fault.span
    return FaultEntry(fault.rule.name, span.file, span.line, span.column, span.last_line, fault.message, fault.help)


def of_media(media: Media) -> MediaEntry:
    """The entry of a media file."""
    return MediaEntry(media.name, str(media.path), media.size, media.digest, media.state)
