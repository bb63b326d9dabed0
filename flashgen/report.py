"""What was found and done, as text for people and as data for machines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from flashgen.diagnostics import Diagnostic, Severity
from flashgen.model import Change, ChangeKind, Deck, Note, Row, Span
from flashgen.notetypes import for_kind
from flashgen.shown import Paint, number, path_from, plain, shown_path, visible

_Ids = dict[str, list[str]]
Counts: TypeAlias = tuple[str, int, int]
"""A deck, and how many notes and cards it has."""

_SHOWN: Final = 20
_IDS_IN_A_SEARCH: Final = 200
_QUESTION: Final = 60
_DELETE: Final = "Notes > Delete"
COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}
_SIGNS: Final = {
    ChangeKind.ADDED: ("+", "green"),
    ChangeKind.EDITED: ("~", "yellow"),
    ChangeKind.MOVED: (">", "cyan"),
    ChangeKind.RETYPED: ("!", "yellow"),
    ChangeKind.EMPTIED: ("-", "red"),
    ChangeKind.REMOVED: ("-", "red"),
    ChangeKind.RESTORED: ("+", "green"),
    ChangeKind.DRAFTED: ("·", "cyan"),
}


def faults(found: Iterable[Diagnostic], root: Path, form: str, paint: Paint = plain) -> Iterator[str]:
    """The lines that tell of faults, in the form `text`, `json` (one document) or `github`."""
    if form == "json":
        yield _json([as_data(one, path_from(root, one.span.file)) for one in found])
        return
    shown: dict[str, str] = {}
    for one in found:
        span, severity = one.span, one.rule.severity.value
        if form == "github":
            file = path_from(root, span.file)
            title = f"title={_github_property(one.rule.name)}"
            place = f"file={_github_property(file)},line={span.line},col={span.column}"
            # GitHub knows no severity below a notice.
            command = "notice" if one.rule.severity is Severity.ADVICE else severity
            yield f"::{command} {place},{title}::{_github(f'{one.message}; {one.help}')}"
        else:
            if span.file not in shown:
                shown[span.file] = shown_path(root, span.file)
            place = f"{shown[span.file]}:{span.line}:{span.column}:"
            yield f"{place} {paint(f'{severity}[{one.rule.name}]', COLOURS[one.rule.severity])} {visible(one.message)}"
            yield f"  help: {visible(one.help)}"


def as_data(one: Diagnostic, file: str) -> dict[str, object]:
    """A fault as data; `file` is its file as the reader of the data knows it."""
    return {
        "rule": one.rule.name,
        "severity": one.rule.severity.value,
        "file": file,
        "line": one.span.line,
        "column": one.span.column,
        "message": one.message,
        "help": one.help,
    }


def count(found: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`, or `no faults`; and `3 pieces of advice`, which are no faults."""
    errors, warnings, advice = (sum(one.rule.severity is severity for one in found) for severity in Severity)
    parts = [number(errors, "error")] * bool(errors) + [number(warnings, "warning")] * bool(warnings)
    told = [f"{advice} piece{'s' * (advice != 1)} of advice"] * bool(advice)
    return ", ".join((parts or ["no faults"]) + told)


def on_advice(found: Sequence[Diagnostic]) -> Iterator[str]:
    """How to be rid of advice, where there is some."""
    if advice := [one.rule.name for one in found if one.rule.severity is Severity.ADVICE]:
        yield (
            f"A card that is good as it is says so: <!-- no-advice: {advice[0]} -->; "
            f'for all cards the config does: no-advice = ["{advice[0]}"]'
        )


def changes(found: Sequence[Change], root: Path, form: str, paint: Paint = plain) -> Iterator[str]:
    """The lines that tell what became of the notes, in the form `text` or `github`; `status` has its own for `json`."""
    for kind in ChangeKind:
        of_kind = [one for one in found if one.kind is kind]
        shown = [one for place, one in enumerate(of_kind) if form == "github" or place < _SHOWN or _is_inexact(one)]
        sign, colour = _SIGNS[kind]
        for one in shown:
            text = what(one)
            if form == "github":
                file = _github_property(path_from(root, one.span.file))
                yield f"::notice file={file},line={one.span.line}::{_github(f'{text}: {one.question}')}"
            else:
                yield f"{paint(sign, colour)} {_line(one.span, root)} {visible(text)}: {_short(one.question)}"
        if len(shown) < len(of_kind):
            yield f"{paint(sign, colour)} … and {len(of_kind) - len(shown)} more {kind.value}"


def totals(found: Sequence[Change]) -> str:
    """`3 added, 1 edited`, or `nothing changed`."""
    counts = {kind: sum(one.kind is kind for one in found) for kind in ChangeKind}
    return ", ".join(f"{times} {kind.value}" for kind, times in counts.items() if times) or "nothing changed"


def counts(decks: Iterable[Deck]) -> Iterator[Counts]:
    """How many notes and cards each deck of packages has."""
    return ((name, len(notes), _cards(notes)) for deck in decks for name, notes in _by_deck(deck.notes))


def contents(found: Iterable[Counts]) -> Iterator[str]:
    """The lines that tell how many notes and cards each deck has."""
    counted = [(visible(name), notes, cards) for name, notes, cards in found]
    shown = counted if len(counted) <= _SHOWN else counted[: _SHOWN - 1]
    if rest := counted[len(shown) :]:
        shown = [*shown, (f"… and {len(rest)} more decks", sum(n for _, n, _ in rest), sum(c for _, _, c in rest))]
    width = max((len(name) for name, _, _ in shown), default=0)
    for name, notes, cards in shown:
        yield f"  {name:<{width}}  {number(notes, 'note'):>10}  {number(cards, 'card'):>10}"


def left_to_the_user(found: Sequence[Change]) -> Iterator[str]:
    """What Anki does not do on import, in the words of its menus, each with the search that finds the notes."""
    moved: dict[str, _Ids] = {}
    removed: _Ids = {}
    emptied: _Ids = {}
    for one in found:
        if one.kind is ChangeKind.MOVED and one.part == "deck":
            moved.setdefault(one.deck, {}).setdefault(one.note_kind, []).append(one.id)
        elif one.kind is ChangeKind.REMOVED:
            removed.setdefault(one.note_kind, []).append(one.id)
        elif one.kind is ChangeKind.EMPTIED:
            emptied.setdefault(one.note_kind, []).append(one.id)
    if moved or removed or emptied:
        yield "To do in Anki after the import, which neither deletes nor moves what is there:"
    if removed:
        yield f"  delete {_notes(removed)} that left the sources:"
        yield from _in_browse(removed, _DELETE, "    ")
        yield "    Was one only reworded? Do not delete it: write its id into the new card, as in"
        yield f"    <!-- id: {next(iter(removed.values()))[0]} -->, and build again; its reviews stay with it."
    for deck, ids in moved.items():
        yield f'  move {_notes(ids)} to the deck "{visible(deck)}":'
        yield from _in_browse(ids, "Cards > Change Deck", "    ")
    if emptied:
        yield f"  delete the empty cards of {_notes(emptied)}:"
        yield "    Tools > Empty Cards, Delete; to see first whose they are, search in Browse:"
        yield from (f"      {search}" for search in searches(emptied))


def left_before(rows: Iterable[Row]) -> Iterator[str]:
    """How to delete all notes that have left the sources since the first build, for whoever missed a report."""
    gone = (row for row in rows if row.removed)
    return to_delete("All notes that ever left the sources; to delete those that Anki still has:", gone)


def to_delete(what: str, rows: Iterable[Row]) -> Iterator[str]:
    """How the notes of these rows are deleted in Anki, if there are any; `what` is the line above."""
    ids: _Ids = {}
    for row in rows:
        ids.setdefault(row.kind, []).append(row.id)
    if ids:
        yield what
        yield from _in_browse(ids, _DELETE, "  ")


def searches(ids: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Searches for Anki's Browser that find exactly these notes, given by kind: one, if they are not too many."""
    known = [(kind, id) for kind, of_kind in ids.items() for id in sorted(of_kind)]
    for start in range(0, len(known), _IDS_IN_A_SEARCH):
        by_kind: dict[str, list[str]] = {}
        for kind, id in known[start : start + _IDS_IN_A_SEARCH]:
            by_kind.setdefault(kind, []).append(id)
        parts = [f'"note:{for_kind(kind).name}" "Id:re:^({"|".join(some)})$"' for kind, some in by_kind.items()]
        yield parts[0] if len(parts) == 1 else " OR ".join(f"({part})" for part in parts)


def _in_browse(ids: Mapping[str, Sequence[str]], then: str, margin: str) -> Iterator[str]:
    """What to do in Anki's Browser to have a command of its menus done to these notes."""
    found = list(searches(ids))
    these = "this search" if len(found) == 1 else "each of these searches"
    yield f"{margin}in Browse paste {these}, press Enter; Edit > Select All, {then}"
    yield from (f"{margin}  {search}" for search in found)


def _notes(ids: Mapping[str, Sequence[str]]) -> str:
    return number(sum(map(len, ids.values())), "note")


def status(found: Sequence[Change], decks: Sequence[Deck], root: Path) -> str:
    """What a build would do, as a JSON document."""
    return _json(
        {
            "decks": [{"deck": name, "notes": notes, "cards": cards} for name, notes, cards in counts(decks)],
            "totals": {kind.value: sum(one.kind is kind for one in found) for kind in ChangeKind},
            "changes": [
                {
                    "change": one.kind.value,
                    "file": path_from(root, one.span.file),
                    "line": one.span.line if one.kind is not ChangeKind.REMOVED else None,
                    "id": one.id,
                    "kind": one.note_kind,
                    "question": one.question,
                    "deck": one.deck,
                    "part": one.part or None,
                    "was": one.was or None,
                    "likeness": one.likeness,
                }
                for one in found
            ],
        }
    )


def _is_inexact(one: Change) -> bool:
    """Whether a card is taken for an edited one by likeness, which its author must always be told."""
    return one.kind is ChangeKind.EDITED and one.part != "content"


def what(one: Change) -> str:
    """What became of a note, as in `question edited (82 %), history kept`."""
    kind = one.kind
    if _is_inexact(one):
        # A whole percent of likeness is never claimed for what differs.
        return f"{one.part} edited ({one.likeness} %), history kept"
    if kind is ChangeKind.EDITED:
        return "edited, history kept"
    if kind is ChangeKind.MOVED:
        target = one.deck if one.part == "deck" else one.span.file
        return f'moved from "{one.was}" to "{target}", history kept'
    if kind is ChangeKind.RETYPED:
        return f"a new note of another kind ({one.was} to {one.note_kind})"
    if kind is ChangeKind.REMOVED:
        # By which a card that was reworded beyond all likeness gets its reviews back.
        return f"removed, id {one.id}"
    if kind is ChangeKind.EMPTIED:
        return f"has {number(len(one.cards), 'card')} less"
    return {
        ChangeKind.ADDED: "added",
        ChangeKind.RESTORED: "restored, history kept",
        ChangeKind.DRAFTED: "is a draft",
    }[kind]


def _line(span: Span, root: Path) -> str:
    file = shown_path(root, span.file)
    return f"{file}:{span.line}"


def _by_deck(notes: Iterable[Note]) -> Iterator[tuple[str, list[Note]]]:
    by_deck: dict[str, list[Note]] = {}
    for note in notes:
        by_deck.setdefault(note.deck, []).append(note)
    yield from by_deck.items()


def _cards(notes: Iterable[Note]) -> int:
    return sum(len(note.cards) for note in notes)


def _short(text: str) -> str:
    return visible(text if len(text) <= _QUESTION else text[: _QUESTION - 1] + "…")


def _json(document: object) -> str:
    # In ASCII it is right on every terminal and in every encoding, whatever stands in names and texts.
    return json.dumps(document, indent=2)


def _github(text: str) -> str:
    text = re.sub("[^\r\n]+", lambda found: visible(found[0]), text)
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_property(text: str) -> str:
    return _github(text).replace(":", "%3A").replace(",", "%2C")
