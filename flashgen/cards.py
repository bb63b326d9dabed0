"""Tokens of a document in, its cards out: where notes begin and end, what their fields hold, what is set for each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from flashgen import almost, comments, diagnostics, keys, names, outside, positions, rawhtml, settings, tables
from flashgen.diagnostics import Diagnostic
from flashgen.model import Card, Claim, Document, Field, Keys, Settings, SimpleNote, Span
from flashgen.notetypes.forms import BY_OPENER, DEFAULT_ASK, QA, Form
from flashgen.patterns import late

if TYPE_CHECKING:
    from markdown_it.token import Token

LONGEST_HEADING: Final = 500
_BARE_PATH: Final = late(r"[^\s<>\[\]|].*\.[A-Za-z0-9]{2,4}")


def gather(
    document: Document, project: Settings, *, path_deck: str, first: int
) -> tuple[tuple[Card, ...], tuple[Diagnostic, ...]]:
    """The cards of one document in order, drafts included; `first` is the order of the first.

    `path_deck` is the deck where neither the project, the file nor the card names one.
    """
    gatherer = _Gatherer(document, settings.merged(project, document.settings), path_deck, first)
    gatherer.walk()
    return tuple(gatherer.cards), tuple(gatherer.faults)


class _Note(Struct):
    """A note while its lines are being read."""

    form: Form
    span: Span
    first: int
    fields: dict[str, tuple[Span, list[Token]]] = {}
    current: list[Token] = []
    almost: list[almost.Almost] = []
    columns: Settings = Settings()


class _Gatherer:
    def __init__(self, document: Document, defaults: Settings, path_deck: str, first: int) -> None:
        self.cards: list[Card] = []
        self.faults: list[Diagnostic] = []
        self._document = document
        self._source = document.source
        self._defaults = defaults
        self._path_deck = path_deck
        self._path_deck_fault = names.deck_fault(path_deck)
        self._order = first
        self._note: _Note | None = None
        self._before: Form | None = None
        self._headings: list[tuple[int, Token]] = []
        self._prose: list[Token] = []
        self._labels = {token.map[0]: token.content for token in document.tokens if token.type == "label" and token.map}
        # Only the lines that end notes are asked for.
        self._labels |= {note.first: QA.opener for note in document.simple}

    def walk(self) -> None:
        """Reads the document from top to bottom, a top-level block at a time."""
        tokens, index = self._document.tokens, 0
        simple = deque(self._document.simple)
        while index < len(tokens):
            end = _block_end(tokens, index)
            line = tokens[index].map
            while simple and line and simple[0].first < line[0]:
                self._simple(simple.popleft())
            self._block(tokens[index:end])
            index = end
        for note in simple:
            self._simple(note)
        self._end_note(len(self._source.lines))
        self._check_prose()
        self._check_outside()

    def _block(self, block: Sequence[Token]) -> None:
        head = block[0]
        line = head.map[0] if head.map else 0
        if head.type == "label":
            self._label(head, line)
        elif head.type == "heading_open":
            self._almost(block, line)
            self._end_note(line)
            self._prose.extend(block)
            self._pictures_in_heading(block[1])
            self._long_heading(block[1], line)
            level = int(head.tag[1:])
            self._headings = [h for h in self._headings if h[0] < level]
            if len(block[1].content) <= LONGEST_HEADING:
                self._headings.append((level, block[1]))
        elif head.type == "hr":
            self._end_note(line)
        elif head.type == "table_open" and self._note is None and (form := tables.form_of_table(block)):
            self._table(block, form)
        elif head.type != "front_matter":
            self._almost(block, line)
            if self._note is not None:
                if head.type == "table_open" and tables.form_of_table(block):
                    self._warn_of_table(block)
                self.faults += tables.lost_cells(self._source, block)
                self._note.current.extend(block)
            else:
                self._almost_in_prose(block, line)
                self._prose.extend(block)

    def _label(self, token: Token, line: int) -> None:
        name = token.content
        span = positions.at(self._source, line)
        if name in BY_OPENER:
            self._end_note(line)
            self._note = _Note(BY_OPENER[name], span, line)
        if self._note is None or name not in self._note.form.labels:
            self._orphan(name, span)
            return
        target = self._note.form.labels[name]
        if target in self._note.fields:
            first = self._note.fields[target][0].line
            self.faults.append(
                diagnostics.REPEATED_LABEL.at(
                    span,
                    f'"{name}:" stands twice in this note, first in line {first}',
                    "join them, or begin a new note",
                )
            )
        self._note.current = []
        self._note.fields.setdefault(target, (span, self._note.current))

    def _orphan(self, name: str, span: Span) -> None:
        if self._note is None:
            message, help = (
                f'this "{name}:" has no question above it',
                'begin the note with "Q:"; a heading or --- ends one',
            )
        else:
            opener = self._note.form.opener
            message = f'a note that begins with "{opener}:" has no "{name}:"'
            help = "its labels are " + ", ".join(f"{label}:" for label in self._note.form.labels)
            self._note.current = []
        self.faults.append(diagnostics.ORPHAN_LABEL.at(span, message, help))

    def _table(self, block: Sequence[Token], form: Form) -> None:
        rows, faults = tables.rows(self._source, block, form)
        self.faults += faults
        for row in rows:
            note = _Note(form, positions.at(self._source, row.line), row.line)
            note.fields = {name: (f.span, list(f.tokens)) for name, f in row.fields.items()}
            note.columns, more = settings.from_columns(row.settings)
            self.faults += more
            self._finish(note, row.line + 1)

    def _warn_of_table(self, block: Sequence[Token]) -> None:
        self.faults.append(
            diagnostics.TABLE_IN_FIELD.at(
                positions.of_block(self._source, block[0]),
                "this table of notes stands inside the note above it and is a part of its text",
                "put a line --- above the table",
            )
        )

    def _pictures_in_heading(self, heading: Token) -> None:
        for child in heading.children or ():
            if child.type == "image" or (child.type == "html_inline" and rawhtml.read(child.content).references):
                self.faults.append(
                    diagnostics.MISSING_MEDIA.at(
                        positions.in_block(self._source, heading, child.meta.get("pos", 0)),
                        "a picture in a heading is not put on the cards below it",
                        "move it into the cards that need it",
                    )
                )

    def _long_heading(self, heading: Token, line: int) -> None:
        if len(heading.content) > LONGEST_HEADING:
            self.faults.append(
                diagnostics.LONG_HEADING.at(
                    positions.at(self._source, line),
                    f"this heading has {len(heading.content)} characters, and stands on each card below it",
                    f"shorten it to at most {LONGEST_HEADING}, and put the rest below it as text",
                )
            )

    def _almost(self, block: Sequence[Token], line: int) -> None:
        if block[0].type not in ("paragraph_open", "heading_open") or not block[0].map:
            return
        note, last = self._note, block[0].map[1]
        first = line + (1 if line in self._labels else 0)
        for found in almost.almost_labels(self._source, first, last, note.form if note else None, self._before):
            if note is not None and found.field:
                note.almost.append(found)
            else:
                self.faults.append(found.warning)
        for number in range(first, last - 1):
            if almost.is_header(self._source.lines[number]) and "|" in self._source.lines[number + 1]:
                self.faults += almost.almost_table(self._source, number, in_note=note is not None)
                break

    def _almost_in_prose(self, block: Sequence[Token], line: int) -> None:
        head = block[0]
        if head.type == "table_open":
            self.faults += almost.almost_table(self._source, line)
        elif head.type in ("bullet_list_open", "ordered_list_open", "blockquote_open"):
            for token in block:
                if token.type == "paragraph_open" and token.map:
                    self.faults += almost.nested_labels(self._source, *token.map)
                elif token.type == "table_open" and token.map:
                    self.faults += almost.nested_table(self._source, token.map[0])

    def _end_note(self, line: int) -> None:
        if self._note is not None:
            note, self._note = self._note, None
            self._before = note.form
            self.faults += [found.warning for found in note.almost if found.field not in note.fields]
            self._finish(note, line)

    def _finish(self, note: _Note, last: int) -> None:
        """Makes the card of a note whose lines end before `last`."""
        fields = {
            name: Field(_as_media(tokens) if name in note.form.media else tuple(tokens), span)
            for name, (span, tokens) in note.fields.items()
        }
        own = self._own_settings(note, fields, last)
        chosen = settings.merged(self._defaults, own)
        if not any(one.tokens for one in fields.values()):
            if not chosen.draft:
                self.faults.append(
                    diagnostics.MISSING_QUESTION.at(
                        note.span, "this note is empty", f'write its question behind "{note.form.opener}:"'
                    )
                )
            return
        self.faults += _idle(note, own)
        last = _last_line(self._source.lines, note.first, last)
        kind = note.form.kind
        if note.form.per_language:
            if chosen.lang is None and not any(one.rule is diagnostics.MISSING_LANG for one in self.faults):
                self.faults.append(
                    diagnostics.MISSING_LANG.at(
                        note.span,
                        "no language is set for this word, nor for others of this file",
                        'write it in the front matter of the file, as in "lang: fr" for French',
                    )
                )
            kind = f"{kind}:{chosen.lang.text if chosen.lang else settings.UNKNOWN_LANGUAGE}"
        span = Span(note.span.file, note.span.line, note.span.column, last)
        known = keys.keys_of(note.form, fields, self._document, note.first, last)
        self._add(note.form, kind, span, known, chosen, fields=fields, id=own.id)

    def _simple(self, note: SimpleNote) -> None:
        self._end_note(note.first)
        self._before = QA
        span = Span(self._source.file, note.first + 1, 1, note.last)
        self._add(QA, QA.kind, span, note.keys, self._defaults, simple=note)

    def _add(
        self,
        form: Form,
        kind: str,
        span: Span,
        known: Keys,
        chosen: Settings,
        *,
        fields: Mapping[str, Field] = MappingProxyType({}),
        id: Claim | None = None,
        simple: SimpleNote | None = None,
    ) -> None:
        """Adds the card of a note for which these settings were chosen; a `simple` one has more tags of its own."""
        tags = (claim.text for claim in chosen.tags)
        self.cards.append(
            Card(
                kind=kind,
                span=span,
                fields=fields,
                deck=self._deck(chosen.deck),
                tags=_unique(tags if simple is None else (*tags, *simple.tags)),
                keys=known,
                order=self._order + len(self.cards),
                id=id,
                source=chosen.source.text if chosen.source else "",
                source_span=chosen.source.span if chosen.source else None,
                reverse=bool(chosen.reverse),
                typed=chosen.typed if chosen.typed is not None else False,
                ask=_asked(chosen) if form.asks else (),
                draft=bool(chosen.draft),
                no_advice=_unique(claim.text for claim in chosen.no_advice),
                lang=chosen.lang.text if chosen.lang else "",
                context=tuple(heading for _, heading in self._headings),
                document=self._document,
                simple=simple,
            )
        )

    def _own_settings(self, note: _Note, fields: dict[str, Field], last: int) -> Settings:
        own = note.columns
        for written in fields.values():
            for comment in comments.card_comments(self._source, written.tokens):
                self.faults += comment.faults
                if comment.block_end == last and last < len(self._source.lines) and self._labels.get(last) in BY_OPENER:
                    self._misplaced(comment, "it stands right above the next note, but belongs to this one")
                own = settings.merged(own, comment.settings)
        return own

    def _check_prose(self) -> None:
        for comment in comments.card_comments(self._source, self._prose):
            self._misplaced(comment, "it stands outside of any note")
        for token in self._prose:
            for child in (token.children or ()) if token.type == "inline" else ():
                if child.type == "cloze_open" and child.meta["numbers"]:
                    self.faults.append(
                        diagnostics.CLOZE_OUTSIDE.at(
                            positions.in_block(self._source, token, child.meta["pos"]),
                            "this cloze stands outside of any note",
                            'begin its paragraph with "C:"',
                        )
                    )

    def _check_outside(self) -> None:
        """What looks like a card in no note; each line is told once."""
        if not self._prose or self._defaults.draft:
            return
        told = {fault.span.line for fault in self.faults}
        self.faults += [one for one in outside.labels(self._source, self._prose) if one.span.line not in told]
        is_cardless = not self.cards and not self.faults
        if is_cardless or outside.has_signs(self._prose):
            from flashgen import elsewhere  # decks have neither, and its patterns take time to make

            self.faults += elsewhere.cards(self._source, self._prose, is_cardless=is_cardless)

    def _misplaced(self, comment: comments.Comment, why: str) -> None:
        self.faults.append(
            diagnostics.MISPLACED_COMMENT.at(
                comment.span, f"this card comment is misplaced: {why}", "move it below the last line of its note"
            )
        )

    def _deck(self, claim: Claim | None) -> str:
        if claim is not None:
            return claim.text
        if self._path_deck_fault is not None:
            self.faults.append(
                diagnostics.BAD_DECK_NAME.at(
                    Span(self._source.file, 1),
                    f"{self._path_deck_fault} (from the file's path)",
                    'write "deck: …" in the front matter',
                )
            )
        return self._path_deck


def _idle(note: _Note, own: Settings) -> Iterator[Diagnostic]:
    """What a card asks for itself and notes of its kind do not have; a file's defaults are for those that have it."""
    if own.ask and not note.form.asks:
        yield diagnostics.UNMET_ASK.at(own.ask[0].span, "only words have cards to ask for", "take it out")
    if own.reverse and note.form is not QA:
        help = 'name the cards of a word: "ask: [recognition, production]"' if note.form.asks else "take it out"
        yield diagnostics.UNMET_ASK.at(note.span, 'only a note with "Q:" has a reverse card', help)


def _block_end(tokens: Sequence[Token], start: int) -> int:
    """The index after the top-level block that begins at `start`."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth <= 0:
            return index + 1
    return len(tokens)


def _last_line(lines: Sequence[str], first: int, last: int) -> int:
    while last > first + 1 and not lines[last - 1].strip():
        last -= 1
    return last


def _as_media(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """A field that is nothing but a path, and comments, as if the path were written `![](path)`."""
    inlines = [token for token in tokens if token.type == "inline"]
    if len(inlines) != 1 or any(child.type == "image" for child in inlines[0].children or ()):
        return tuple(tokens)
    from markdown_it.token import Token  # most sources have no such field

    path = rawhtml.without_comments(inlines[0].content).strip().strip('`"<>')
    if not _BARE_PATH.fullmatch(path):
        return tuple(tokens)
    meta = {"pos": inlines[0].content.find(path), "path": path}
    shown = Token("image", "img", 0, attrs={"src": path, "alt": ""}, children=[], meta=meta)
    comments = [child for child in inlines[0].children or () if child.type == "html_inline"]
    return tuple(token.copy(children=[shown, *comments]) if token is inlines[0] else token for token in tokens)


def _asked(chosen: Settings) -> tuple[str, ...]:
    wanted = tuple(claim.text for claim in chosen.ask or ())
    if chosen.ask is None:
        return DEFAULT_ASK
    return _unique([*DEFAULT_ASK, *wanted]) if chosen.ask_adds else wanted


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
