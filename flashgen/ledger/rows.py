"""The ledger as a file: text → rows, rows → text, and several rows of one note → one."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import is_
from typing import IO, Final

import msgspec
from msgspec.structs import astuple, replace

from flashgen.diagnostics import LEDGER_CONFLICT, LEDGER_CORRUPT, LEDGER_MERGED, Diagnostic
from flashgen.ledger import names
from flashgen.model import ClozeNumber, Ledger, Row, Span, in_order
from flashgen.patterns import late

FORMAT: Final = 1
_AT_ONCE: Final = 1_000  # rows
_FORMAT_KEY: Final = "flashgen ledger"

_TEXTS: Final = (
    "id",
    "kind",
    "file",
    "deck",
    "question",
    "question_key",
    "answer",
    "answer_key",
    "marks",
    "frame",
    "others",
    "after",
    "source",
    "stored",
    "guid",
)
_TIMES: Final = ("modified", "created")
_FLAGS: Final = ("removed", "draft")
_NEEDED: Final = frozenset({"id", "kind", "file", "deck", "question", "question_key", *_TIMES})
_ORDER: Final = Row.__struct_fields__
# A row as an object of JSON, without what it has nothing to say of; times are written even where they are 0.
_LINE: Final = msgspec.defstruct(
    "_Line",
    [
        (one.name, one.type) if one.required else (one.name, one.type, -1 if one.name in _NEEDED else one.default)
        for one in msgspec.structs.fields(Row)
    ],
    omit_defaults=True,
)
_ENCODED: Final = msgspec.json.Encoder().encode
_SURROGATE: Final = late("[\ud800-\udfff]")
_KIND: Final = late(r"qa|cloze|vocabulary:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_MARKER: Final = late(r"(?:<<<<<<<|\|\|\|\|\|\|\||>>>>>>>)(?: .*)?|=======")

_RESTORE: Final = (
    'restore the ledger from git, or by "flashgen ledger restore" from a package: without its rows Anki takes edited '
    "cards for new ones"
)


def read(text: str, file: str) -> tuple[Ledger | None, tuple[Diagnostic, ...]]:
    """The ledger that `text` holds, and what is wrong with it; None where it holds none, or cannot be trusted.

    Several rows of one note become one, and the markers of a merge conflict are read through, as a warning says.
    """
    namespaces: dict[str, int] = {}
    rows: list[Row] = []
    faults: list[Diagnostic] = []
    merged = False
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        line = line.strip(" \t\r")
        if not line:
            continue
        if _MARKER.fullmatch(line):
            if not merged:
                faults.append(_merged(Span(file, number)))
            merged = True
            continue
        parsed = _parse(line, Span(file, number))
        if isinstance(parsed, Diagnostic):
            faults.append(parsed)
        elif isinstance(parsed, Row):
            rows.append(parsed)
        else:
            namespaces.setdefault(parsed, number)
    if len(namespaces) > 1:
        faults.append(_two_namespaces(namespaces, file))
    elif not namespaces and (rows or merged):
        faults.append(LEDGER_CORRUPT.at(Span(file, 1), "the ledger has no header, which names its namespace", _RESTORE))
    if not namespaces or any(fault.is_error for fault in faults):
        return None, tuple(faults)
    return Ledger(next(iter(namespaces)), merge(rows), _rivals(rows)), tuple(faults)


def is_newer(text: str) -> bool:
    """Whether the text of a ledger's file has the header of a format that only later releases know."""
    for line in text.split("\n"):
        try:
            parsed: object = json.loads(line)
        except (ValueError, RecursionError):
            continue
        form = parsed.get(_FORMAT_KEY) if isinstance(parsed, dict) else None
        if type(form) is int and form > FORMAT:
            return True
    return False


def serialize(ledger: Ledger) -> str:
    """The text of the ledger's file: a header, then a row a line, sorted; the same for the same rows."""
    file = io.BytesIO()
    write(ledger, file)
    return file.getvalue().decode()


def write(ledger: Ledger, file: IO[bytes], before: Ledger | None = None, content: bytes = b"") -> None:
    """Writes the bytes of the ledger's file. Raises OSError as `file` does.

    `before` is a ledger of which this is the `content`: the lines of rows that are still the same objects are taken
    from there. Then the rows of both must be in their order.
    """
    if before is None:
        header = json.dumps({_FORMAT_KEY: FORMAT, "namespace": ledger.namespace}, ensure_ascii=False)
        file.write(header.encode() + b"\n")
        _write_lines(in_order(ledger.rows), file, {})
        return
    rows = ledger.rows
    # What a build changes begins and ends somewhere among the others.
    first = _alike(rows, before.rows)
    if first == len(rows) == len(before.rows):
        file.write(content)
        return
    last = _alike(rows[first:][::-1], before.rows[first:][::-1])
    begin, end = _behind(content, first + 1), _before(content, last)
    file.write(memoryview(content)[:begin])
    lines = content[begin:end].split(b"\n")
    was = before.rows[first : len(before.rows) - last]
    _write_lines(rows[first : len(rows) - last], file, dict(zip(map(id, was), lines[:-1], strict=True)))
    file.write(memoryview(content)[end:])


def _write_lines(rows: Sequence[Row], file: IO[bytes], known: Mapping[int, bytes]) -> None:
    # Neither line by line, which takes its time, nor all at once, which takes as much memory again.
    for first in range(0, len(rows), _AT_ONCE):
        lines = [known.get(id(row)) or _line(row) for row in rows[first : first + _AT_ONCE]]
        file.write(b"\n".join((*lines, b"")))


def _alike(rows: Sequence[Row], others: Sequence[Row]) -> int:
    """How many rows at the beginning of both are the same objects."""
    same = [*map(is_, rows, others), False]
    return same.index(False)


def _behind(content: bytes, lines: int) -> int:
    """The place behind so many lines at the beginning."""
    place = 0
    for _ in range(lines):
        place = content.index(b"\n", place) + 1
    return place


def _before(content: bytes, lines: int) -> int:
    """The place before so many lines at the end."""
    place = len(content)
    for _ in range(lines):
        place = content.rindex(b"\n", 0, place - 1) + 1
    return place


def is_current(text: str, after: Ledger) -> bool:
    """Whether the ledger's file with this `text` says what `after` does, be it unsorted, as a merge leaves it."""
    if text == serialize(after):
        return True
    found, faults = read(text, "")
    return found is not None and not faults and replace(found, rivals=()) == replace(after, rivals=())


def merge(rows: Iterable[Row]) -> tuple[Row, ...]:
    """One row for each (id, kind), sorted, whatever the order of `rows` and however often one stands among them."""
    return tuple(_join(group) for group in _by_name(rows))


def take_over(folder: Ledger, single: Ledger, under: str = "") -> Ledger:
    """The ledger of a folder with the rows that the ledger of a single file in it has, their GUIDs written out.

    `under` is the path from the folder's root to the file's own folder. A row the folder knows stays as the folder has
    it, unless the file was built alone since and the note is the same.
    """
    prefix = f"{under.strip('/')}/" if under.strip("/") else ""
    known = {(row.id, row.kind): row for row in folder.rows}
    taken: dict[tuple[str, str], Row] = {}
    for row in single.rows:
        guid = guid_of(single, row)
        there = known.get((row.id, row.kind))
        if there is None or (guid_of(folder, there) == guid and there.modified < row.modified):
            follows = names.guid(folder.namespace, row.kind, row.id) == guid
            taken[row.id, row.kind] = replace(row, file=prefix + row.file, guid="" if follows else guid)
    rivals = (replace(row, file=prefix + row.file) for row in single.rivals if (row.id, row.kind) in taken)
    return Ledger(folder.namespace, merge((*folder.rows, *taken.values())), (*folder.rivals, *rivals))


def guid_of(ledger: Ledger, row: Row) -> str:
    """The GUID of a row's note."""
    return row.guid or names.guid(ledger.namespace, row.kind, row.id)


def _by_name(rows: Iterable[Row]) -> Iterator[list[Row]]:
    by_name: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_name[row.id, row.kind].append(row)
    return (by_name[name] for name in sorted(by_name))


def _rivals(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The latest row of each text that a note has in `rows`, but for the text of the row they merge to."""
    found: list[Row] = []
    for group in _by_name(rows):
        if len(group) > 1:
            winner = _join(group)
            known = {(winner.question_key, winner.answer_key)}
            for row in sorted(group, key=lambda row: (row.modified, not row.removed, _line(row)), reverse=True):
                if (row.question_key, row.answer_key) not in known:
                    known.add((row.question_key, row.answer_key))
                    found.append(row)
    return tuple(found)


def _join(rows: list[Row]) -> Row:
    # Each part is a join of its own, so that merging in any order and more than once gives the same row.
    if len(rows) == 1:
        return rows[0]
    latest = max(row.modified for row in rows)
    rivals = [row for row in rows if row.modified == latest]
    winner = max(
        rivals, key=lambda row: (not row.removed, _line(replace(row, stored="", clozes=(), created=0, guid="")))
    )
    # Two machines stored different texts in the same second: as neither digest is kept, the next build moves
    # `modified` past both, and every Anki takes what it builds.
    stored = winner.stored if len({row.stored for row in rivals}) == 1 else ""
    return replace(
        winner,
        stored=stored,
        created=min(row.created for row in rows),
        clozes=_unite(number for row in rows for number in row.clozes),
        guid=max(row.guid for row in rows),
    )


def _unite(numbers: Iterable[ClozeNumber]) -> tuple[ClozeNumber, ...]:
    places: dict[tuple[int, str], int] = {}
    for entry in numbers:
        name = (entry.number, entry.text)
        places[name] = max(entry.place, places.get(name, 0))
    return tuple(ClozeNumber(number, text, places[number, text]) for number, text in sorted(places))


def _line(row: Row) -> bytes:
    # Without an indent all is one line, with spaces between its parts as `json.dumps` has them.
    return msgspec.json.format(_ENCODED(_LINE(*astuple(row))), indent=0)


def _parse(line: str, span: Span) -> Row | str | Diagnostic:
    try:
        entries: object = json.loads(line)
        line.encode()
    except json.JSONDecodeError as error:
        place = replace(span, column=error.colno)
        return LEDGER_CORRUPT.at(place, f"this line of the ledger is not JSON: {error.msg}", _RESTORE)
    except (ValueError, RecursionError):
        return LEDGER_CORRUPT.at(span, "this line of the ledger cannot be read", _RESTORE)
    if not isinstance(entries, dict):
        return LEDGER_CORRUPT.at(span, "this line of the ledger is not a JSON object", _RESTORE)
    if _FORMAT_KEY in entries:
        return _header(entries, span)
    fault = _fault(entries)
    return _row(entries) if fault is None else LEDGER_CORRUPT.at(span, fault, _RESTORE)


def _header(entries: Mapping[str, object], span: Span) -> str | Diagnostic:
    form, namespace = entries[_FORMAT_KEY], entries.get("namespace")
    if type(form) is int and form > FORMAT:
        message = f"the ledger has format {form}, and this flashgen knows formats up to {FORMAT}"
        return LEDGER_CORRUPT.at(span, message, "update flashgen: a newer one wrote this ledger")
    if type(form) is not int or form < 1:
        return LEDGER_CORRUPT.at(span, "the ledger's header names no format", _RESTORE)
    if not isinstance(namespace, str) or not namespace or not _is_text(namespace):
        return LEDGER_CORRUPT.at(span, "the ledger's header names no namespace", _RESTORE)
    return namespace


def _fault(entries: Mapping[str, object]) -> str | None:
    for key in sorted(_NEEDED - entries.keys()):
        return f'this row of the ledger has no "{key}"'
    for key, value in entries.items():
        if key not in _ORDER:
            return f'this row of the ledger has an unknown key "{key}"'
        if not _fits(key, value):
            return f'this row of the ledger has a wrong "{key}"'
    return None


def _fits(key: str, value: object) -> bool:
    if key in _TEXTS:
        return _is_text(value) and (key != "id" or names.is_id(str(value))) and (key != "kind" or _is_kind(str(value)))
    if key in _TIMES:
        return type(value) is int and 0 <= value < 2**32
    if key in _FLAGS:
        return type(value) is bool
    if not isinstance(value, list):
        return False
    if key == "cards":
        return all(type(ordinal) is int and ordinal >= 0 for ordinal in value)
    return all(_is_text(tag) for tag in value) if key == "tags" else all(_is_cloze_number(entry) for entry in value)


def _is_text(value: object) -> bool:
    # A lone surrogate can stand in JSON, and in no file.
    return isinstance(value, str) and (value.isascii() or _SURROGATE.search(value) is None)


def _is_kind(text: str) -> bool:
    return _KIND.fullmatch(text) is not None


def _is_cloze_number(entry: object) -> bool:
    if not isinstance(entry, list) or len(entry) != 3:
        return False
    number, text, place = entry
    return type(number) is int and number > 0 and _is_text(text) and type(place) is int and place >= 0


def _row(entries: Mapping[str, object]) -> Row:
    texts = {key: str(entries[key]) for key in _TEXTS if key in entries}
    modified, created, clozes, cards, tags = (
        entries.get(key) for key in ("modified", "created", "clozes", "cards", "tags")
    )
    return Row(
        **texts,
        modified=modified if isinstance(modified, int) else 0,
        created=created if isinstance(created, int) else 0,
        clozes=tuple(sorted(ClozeNumber(*entry) for entry in clozes)) if isinstance(clozes, list) else (),
        cards=tuple(sorted(cards)) if isinstance(cards, list) else (),
        tags=tuple(tags) if isinstance(tags, list) else (),
        removed=entries.get("removed") is True,
        draft=entries.get("draft") is True,
    )


def _merged(span: Span) -> Diagnostic:
    message = "the ledger holds the markers of a merge conflict, and was read through them"
    return LEDGER_MERGED.at(
        span, message, "resolve the card files; then the next build writes it whole and keeps the rows of both sides"
    )


def _two_namespaces(namespaces: Mapping[str, int], file: str) -> Diagnostic:
    (first, _), (second, line) = list(namespaces.items())[:2]
    return LEDGER_CONFLICT.at(
        Span(file, line),
        f'the ledger has two namespaces, "{first}" and "{second}"',
        "keep one header, that of the decks people have already imported, and delete the other line",
    )
