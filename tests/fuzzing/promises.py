"""What must hold of any project whatever stands in its files; each broken promise is an AssertionError."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from flashgen import ledger, pipeline, rawhtml, report
from flashgen.diagnostics import Diagnostic
from flashgen.model import ChangeKind, Note
from flashgen.notetypes import clozes
from flashgen.pipeline import Compiled
from tests.packaging import package

CLOCK: Final = 1_800_000_000
_SECONDS: Final = 2
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_END: Final = re.compile(r"\r\n?|\n")
_ASLEEP: Final = re.compile(r"\[(?:anki:|/?latex\]|/?\$\$?\])", re.IGNORECASE)
_SOUND: Final = re.compile(r"\[sound:([^\]]*)\]", re.IGNORECASE)
_CLOZE: Final = re.compile(r"\{\{c[0-9,]+::")
_SCRIPT: Final = re.compile(r"(?:javascript|vbscript|data):", re.IGNORECASE)


def keeps_all(folder: Path, files: Mapping[str, bytes], *, packaged: bool = False) -> Compiled:
    """Compiles the project in `folder`, whose files are these, and asserts every promise."""
    begun = time.process_time()
    compiled = pipeline.compile(folder, clock=CLOCK)
    seconds = time.process_time() - begun
    assert seconds < _SECONDS, f"took {seconds:.1f} seconds"
    places_are_right(compiled.diagnostics, files)
    for line in report.faults(compiled.diagnostics, folder, "text"):
        assert not _CONTROL.search(line.replace("\n", "")), f"the report holds a control character: {line!r}"
    if compiled.has_errors:
        assert_same(compiled, pipeline.compile(folder, clock=CLOCK))
        return compiled
    for note in compiled.identified.notes:
        note_is_right(note)
    if packaged:
        for deck in pipeline.decks(compiled):
            package(deck, [compiled.media[name] for note in deck.notes for name in note.media], now=CLOCK)
    _builds_again(folder, compiled)
    return compiled


def assert_same(one: Compiled, other: Compiled) -> None:
    """The same files give the same result."""
    assert one.diagnostics == other.diagnostics, "another reading gives other faults"
    assert one.identified == other.identified, "another reading gives other notes"


def places_are_right(found: Iterable[Diagnostic], files: Mapping[str, bytes]) -> None:
    """Each fault has a place that its file has, a message and a help."""
    lines: dict[str, list[str]] = {}
    for one in found:
        assert one.message.strip(), f"{one.rule.name} has no message"
        assert one.help.strip(), f"{one.rule.name} has no help"
        assert one.span.line >= 1, f"{one.rule.name} has the line {one.span.line}"
        assert one.span.column >= 1, f"{one.rule.name} has the column {one.span.column}"
        if one.span.file in files and one.span.file not in lines:
            text = files[one.span.file].decode("utf-8", "replace").removeprefix("\ufeff")
            is_source = one.span.file.endswith(".md")
            lines[one.span.file] = _LINE_END.split(text) if is_source else text.split("\n")
        if one.span.file in lines:
            of_file = lines[one.span.file]
            assert one.span.line <= len(of_file), f"{one.rule.name} has a line beyond the end: {one.span}"
            length = len(of_file[one.span.line - 1])
            assert one.span.column <= length + 1, f"{one.rule.name} has a column beyond the line: {one.span}"


def note_is_right(note: Note) -> None:
    """A note has cards, and fields that Anki takes as they are, in which nothing wakes that its author did not mean."""
    assert note.cards, "a note has no cards"
    for field, text in zip(note.notetype.fields, note.fields, strict=True):
        where = f"{field.name} of {note.kind}"
        assert not _CONTROL.search(text), f"{where} holds a control character: {text!r}"
        assert unicodedata.is_normalized("NFC", text), f"{where} is not NFC: {text!r}"
        assert not _ASLEEP.search(text), f"{where} holds markup of Anki: {text!r}"
        assert all(name in note.media for name in _SOUND.findall(text)), f"{where} plays what is no file: {text!r}"
        if note.notetype.cloze and field.name != "Text":
            assert not _CLOZE.search(text), f"{where} holds a cloze: {text!r}"
        _html_is_safe(where, text)
    if note.notetype.cloze:
        assert note.cards == clozes.ordinals(clozes.numbers(note.fields[0])), "a cloze has other cards than numbers"
    for name in note.media:
        assert any(name in text for text in note.fields), f"{name} stands in no field"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _html_is_safe(where: str, html: str) -> None:
    if "<" not in html:
        return
    reader = _Tags()
    reader.feed(html)
    reader.close()
    for tag, attributes in reader.found:
        assert tag in rawhtml.TAGS, f"{where} holds <{tag}>: {html!r}"
        for name, value in attributes.items():
            assert not name.startswith("on"), f"{where} holds {name}: {html!r}"
            if name in ("href", "src", "poster") and value:
                bare = re.sub(r"[\x00-\x20]", "", value)
                assert not _SCRIPT.match(bare), f"{where} holds the address {value!r}: {html!r}"


def _builds_again(folder: Path, compiled: Compiled) -> None:
    """With the ledger that was just written nothing is added, edited or removed, and the ledger stays what it is."""
    path = compiled.project.ledger
    before = path.read_bytes() if path.exists() else None
    text = compiled.ledger_after.decode()
    known, faults = ledger.read(text, "ledger.jsonl")
    assert known is not None, "the ledger that was written cannot be read"
    assert not faults, f"the ledger that was written has faults: {faults}"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        again = pipeline.compile(folder, clock=CLOCK + 86_400)
        assert not again.has_errors, f"another build has faults: {again.diagnostics}"
        changes = [one for one in again.identified.changes if one.kind is not ChangeKind.DRAFTED]
        assert not changes, f"another build of the same has changes: {changes}"
        assert again.identified.notes == compiled.identified.notes, "another build of the same has other notes"
        assert again.ledger_after.decode() == text, "another build of the same has another ledger"
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def html_is_cleaned_once(text: str) -> None:
    """What the sanitizer gives it leaves alone, and nothing forbidden is in it.

    No source has control characters, and of byte order marks at its beginning the sanitizer takes one off each time.
    """
    text = _CONTROL.sub("", text).replace("\ufeff", "")
    cleaned = rawhtml.clean(text)
    assert rawhtml.clean(cleaned) == cleaned, f"cleaned again it is another: {cleaned!r}"
    _html_is_safe("the HTML", cleaned)
    reading = rawhtml.read(text)
    for fault in reading.faults:
        assert 0 <= fault.offset <= len(text), f"a fault stands at {fault.offset} of {len(text)}"


def ledger_is_read_once(text: str) -> None:
    """A ledger that is read can be written, and then is read as the same."""
    found, faults = ledger.read(text, "ledger.jsonl")
    places_are_right(faults, {"ledger.jsonl": text.encode("utf-8", "surrogatepass")})
    if found is None:
        assert any(fault.is_error for fault in faults) or not text.removeprefix("\ufeff").strip(), "nothing is said"
        return
    again, more = ledger.read(ledger.serialize(found), "ledger.jsonl")
    assert not more, f"what was written has faults: {more}"
    assert again is not None, "what was written cannot be read"
    assert again.rows == found.rows, "what was written is read as something else"
    assert ledger.merge((*found.rows, *found.rows)) == found.rows, "merged with itself it is another"
    for line in ledger.serialize(found).splitlines():
        json.loads(line)
