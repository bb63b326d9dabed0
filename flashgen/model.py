"""The nouns that all stages share: values, frozen, without behaviour beyond their own shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    # Most that share these nouns never see a token, and what gives it takes long to import.
    from markdown_it.token import Token


class Span(Struct, frozen=True, order=True):
    """A place in a file.

    `file` is relative to the project's root, with forward slashes. `line` and `column` count from 1, columns in
    characters of the file as it was written. `last_line` is the last line that belongs to the thing, 0 where only
    its beginning matters.
    """

    file: str
    line: int
    column: int = 1
    last_line: int = 0


class Source(Struct, frozen=True):
    """A source file as text: NFC, lines ended by `\\n`, no byte order mark.

    `raw_lines` holds the lines as written, for columns, where normalizing changed any. `digest` is the SHA-256 of the
    file's bytes in hex.
    """

    file: str
    path: Path
    text: str
    lines: tuple[str, ...]
    raw_lines: tuple[str, ...] | None = None
    digest: str = ""


class Claim(Struct, frozen=True):
    """A text that the author wrote, with its place: an id, a tag, a deck."""

    text: str
    span: Span


class Settings(Struct, frozen=True):
    """What front matter, the project's config or a card comment may set; None where it says nothing.

    `typed` is True for "the answer", False for "not", or the very text to be typed.
    `ask` names vocabulary cards; with `ask_adds` they are added to what stands above, else they replace it.
    `no_advice` names the advice that is not wanted.
    """

    deck: Claim | None = None
    tags: tuple[Claim, ...] = ()
    lang: Claim | None = None
    source: Claim | None = None
    reverse: bool | None = None
    typed: bool | str | None = None
    ask: tuple[Claim, ...] | None = None
    ask_adds: bool = False
    draft: bool | None = None
    no_advice: tuple[Claim, ...] = ()
    id: Claim | None = None


class Field(Struct, frozen=True):
    """What the author wrote in one field: block tokens as the dialect gives them, and where its label stands."""

    tokens: Sequence[Token]
    span: Span


class Deletion(Struct, frozen=True):
    """A cloze deletion: the key of its text, and the numbers its author gave it (none in the short form)."""

    text: str
    numbers: tuple[int, ...] = ()


class Keys(Struct, frozen=True):
    """What a card is recognized by from build to build.

    `question` and `answer` are folded text. `deletions` are those of a cloze, in order of appearance; the placeholder
    of the n-th in rendered HTML is `cloze_placeholder(n)`. `source` is the hex digest of the card's Markdown.
    """

    question: str
    answer: str
    deletions: tuple[Deletion, ...]
    source: str
    others: str = ""


class Code(Struct, frozen=True):
    """Code to be coloured, in HTML that is done but for it. `language` is "" for none."""

    text: str
    language: str


class SimpleNote(Struct, frozen=True):
    """A question's note that was read without the parser, in the lines `[first, last)`, counted from 0.

    `fields` are the HTML of its fields by their names, in parts. It sets nothing but `tags`.
    """

    first: int
    last: int
    fields: Mapping[str, tuple[str | Code, ...]]
    keys: Keys
    tags: tuple[str, ...] = ()


class Document(Struct, frozen=True):
    """A source file, parsed once: its own settings, its block tokens, and its `simple` notes, which have none."""

    source: Source
    settings: Settings
    tokens: Sequence[Token]
    env: Mapping[str, object]
    simple: tuple[SimpleNote, ...] = ()


class Card(Struct, frozen=True):
    """A card as written: one note to be, before it has an identity and HTML.

    `kind` is `qa`, `cloze` or `vocabulary:<lang>`. `order` counts the cards of the whole project in source order.
    `context` are the headings above it, as inline tokens, outermost first. `ask` are the vocabulary cards wanted.
    `source` is Markdown, and `source_span` the place where it is set. `no_advice` names the advice not wanted on it.
    A note that is `simple` has its fields there.
    """

    kind: str
    span: Span
    fields: Mapping[str, Field]
    deck: str
    tags: tuple[str, ...]
    keys: Keys
    order: int
    id: Claim | None = None
    source: str = ""
    source_span: Span | None = None
    reverse: bool = False
    typed: bool | str = False
    ask: tuple[str, ...] = ()
    draft: bool = False
    no_advice: tuple[str, ...] = ()
    lang: str = ""
    context: tuple[Token, ...] = ()
    document: Document | None = None
    simple: SimpleNote | None = None


def cloze_placeholder(index: int) -> str:
    """What stands in rendered HTML for the number of the `index`-th deletion until the ledger has given it one.

    Control characters cannot stand in a source, so no text of an author can look like it.
    """
    return f"\x01{index}\x01"


class Media(Struct, frozen=True):
    """A media file to be packaged: the name it has in Anki, where its bytes are, how many, and their SHA-256 in hex.

    `state` is that of the file (see `reading`) where it stands for these bytes.
    """

    name: str
    path: Path
    size: int
    digest: str
    state: tuple[int, int, int, int, int] | None = None


class Rendered(Struct, frozen=True):
    """The HTML of a card's fields by field name, with cloze placeholders; `Id` is not in it yet."""

    fields: Mapping[str, str]
    media: tuple[str, ...] = ()


class FieldType(Struct, frozen=True):
    """A field of a note type. `id` never changes; the editor of Anki starts with it folded where `collapsed`."""

    name: str
    id: int
    collapsed: bool = False
    exclude_from_search: bool = False
    plain_text: bool = False
    description: str = ""


class Template(Struct, frozen=True):
    """A card template of a note type, in Anki's template language. `id` never changes."""

    name: str
    id: int
    front: str
    back: str


class NoteType(Struct, frozen=True):
    """A note type as Anki stores it. `modified` (seconds) is the time of its text, a constant."""

    name: str
    id: int
    cloze: bool
    fields: tuple[FieldType, ...]
    templates: tuple[Template, ...]
    css: str
    modified: int
    sort_field: int = 0


BETWEEN_FIELDS: Final = "\x1f"
"""What parts the fields of a note where they are one text, in Anki's database too. No field can hold it."""


class Note(Struct, frozen=True):
    """A note as Anki will store it.

    `text` is that of its fields, in the order of the note type: one text takes half the time of many to be kept in a
    cache, and less memory. `cards` are the ordinals of the cards it has, sorted. `modified` and
    `created` are seconds since 1970. `order` is the position of its cards among the new ones.
    """

    guid: str
    id: str
    kind: str
    notetype: NoteType
    text: str
    tags: tuple[str, ...]
    deck: str
    cards: tuple[int, ...]
    modified: int
    created: int
    order: int
    media: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The HTML of its fields, in the order of the note type."""
        return tuple(self.text.split(BETWEEN_FIELDS))


class StoredNote(Struct, frozen=True):
    """A note of one of flashgen's note types as a package or a collection holds it.

    `id` is the text of its field `Id`. `fields` are the HTML of the others by name, `tags` without those that Anki sets
    by itself, `cards` the ordinals that it has there. `modified` and `created` are seconds since 1970. `reviews` counts
    those of all its cards.
    """

    guid: str
    id: str
    kind: str
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    deck: str
    cards: tuple[int, ...]
    modified: int
    created: int
    reviews: int = 0


class Deck(Struct, frozen=True):
    """A top-level deck: what one package holds. The names of its notes' decks begin with `name`."""

    name: str
    notes: tuple[Note, ...]
    description: str = ""


class Deflated(Struct, frozen=True):
    """A deflated stream in pieces with their names; `size` and `crc` (CRC-32) are those of the bytes it inflates to."""

    size: int
    crc: int
    pieces: tuple[tuple[str, bytes | memoryview], ...]


class ClozeNumber(Struct, frozen=True, order=True, array_like=True):
    """A cloze number and the text it was given to.

    `place` counts the deletions of the text from 1 in order of appearance; 0 means that the text is gone, and that its
    number stays taken.
    """

    number: int
    text: str
    place: int


class Row(Struct, frozen=True, array_like=True):
    """What the ledger knows of a note.

    `question` and `answer` are the beginnings of the keys, for people and for likeness. `question_key`, `answer_key`,
    `marks` (the numbers and code words of the question), `frame` (a cloze without its deletions), `others` (all other
    fields), `source` and `stored` (what Anki holds: fields and tags) are hex digests, empty where there is nothing to
    digest. `modified` and `created` are seconds since 1970. `cards` are the ordinals of its cards when it was last
    packaged. `after` is the id of the note before it in its file, empty for the first. `guid` is set only where it does
    not follow from the ledger's namespace.
    """

    id: str
    kind: str
    file: str
    deck: str
    question: str
    question_key: str
    answer: str = ""
    answer_key: str = ""
    marks: str = ""
    frame: str = ""
    others: str = ""
    after: str = ""
    source: str = ""
    stored: str = ""
    modified: int = 0
    created: int = 0
    clozes: tuple[ClozeNumber, ...] = ()
    cards: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    removed: bool = False
    draft: bool = False
    guid: str = ""


name_of: Final[Callable[[Row], tuple[str, str]]] = attrgetter("id", "kind")
"""What tells a row from all others."""


def in_order(rows: Iterable[Row]) -> list[Row]:
    """The rows as a ledger has them: sorted by `name_of`, by each part of it alone, which takes a third of the time."""
    found = sorted(rows, key=attrgetter("kind"))
    found.sort(key=attrgetter("id"))
    return found


class Ledger(Struct, frozen=True):
    """All notes a project ever had: one row for each (id, kind), sorted by them.

    `rivals` are what other branches had of some of these notes, where a merge left several rows of one and the texts
    differ, the latest first. They are never written.
    """

    namespace: str
    rows: tuple[Row, ...] = ()
    rivals: tuple[Row, ...] = ()


class Pairing(Struct, frozen=True):
    """A card with its identity.

    `was` is its row in the ledger, None for a new note; `now` is what the row becomes, where only `stored`, `modified`
    and `created` are still those of `was`. `edited` says which keys changed: `question`, `answer`, both (`question and
    answer`), or none of them (empty). `likeness` is that of the edited part, in percent. `numbers` are the cloze
    numbers of each deletion. `retyped` is the row of another kind that this new note was made from.
    """

    card: Card
    was: Row | None
    now: Row
    guid: str
    edited: str = ""
    likeness: int = 100
    numbers: tuple[tuple[int, ...], ...] = ()
    retyped: Row | None = None


class Standing(Struct, frozen=True):
    """A card that needs no reading, since its source and its row are as the last build left them.

    `order` and `span` are those of the card, `question` and `answer` digests of its keys; `note` is what it is to Anki,
    None for a draft.
    """

    order: int
    span: Span
    question: str
    answer: str
    row: Row
    note: Note | None


class ChangeKind(Enum):
    """What became of a note since the last build."""

    ADDED = "added"
    EDITED = "edited"
    MOVED = "moved"
    RETYPED = "retyped"
    EMPTIED = "emptied"
    REMOVED = "removed"
    RESTORED = "restored"
    DRAFTED = "drafted"


class Change(Struct, frozen=True):
    """One thing that became of one note; a note that was moved and edited has two.

    `part` says what was edited (`question`, `answer`, `question and answer`, or `content` where only other fields, tags
    or formatting changed) or where it was moved (`deck` or `file`); `was` is the deck, file or kind it had. `likeness`
    is that of the edited part, in percent. An emptied note has fewer cards than it had (`cards` are those it lost),
    which Anki keeps with nothing on them. A removed note has no line in the sources: its `span` begins its old file.
    """

    kind: ChangeKind
    id: str
    note_kind: str
    span: Span
    question: str
    deck: str
    part: str = ""
    was: str = ""
    likeness: int = 100
    cards: tuple[int, ...] = ()


class Remembered(Struct, frozen=True):
    """What this machine last packaged of a note: the digest of what Anki stores, and its `modified` in seconds."""

    id: str
    kind: str
    digest: str
    modified: int


class Identified(Struct, frozen=True):
    """Notes in source order, the ledger to be written with their package, and what changed since the last one.

    `standing` are the cards that were paired, as a next build may take them over.
    """

    notes: tuple[Note, ...]
    ledger: Ledger
    changes: tuple[Change, ...]
    standing: tuple[Standing, ...] = ()
