"""The text of a source in, its simple notes out, and the text without them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from flashgen.markdown import code
from flashgen.model import SimpleNote
from flashgen.patterns import late
from flashgen.simple.notes import COMMENT, NoteReader

# Front matter is the parser's; no more is looked at than where it ends.
_DASHES: Final = "---"
_ENDS_FRONT_MATTER: Final = ("---", "...")
# What may be the address of a link, which code in a simple note could mention.
_DEFINES: Final = late(r"(?m)^[ \t>*+\-\d.)]*\[[^\n]*\]:")
# What may run on over blank lines, and take in the notes below.
_RUNS_ON: Final = late(r"```|~~~|\$\$|<")


class Found(Struct, frozen=True):
    """The simple notes of a text, in order, and its front matter, None where it has none or nobody looked for it.

    `rest` is the text with blank lines in the place of its simple notes, "" where nothing but front matter is left.
    `code_cost` is what their code takes of the limit of the file (see `markdown.code`).
    """

    notes: tuple[SimpleNote, ...]
    front_matter: str | None
    rest: str
    code_cost: int = 0


def find(text: str, lines: Sequence[str], knows: Callable[[str], bool]) -> Found:
    """The simple notes of a text with these `lines`; `knows` says whether code of a language can be coloured.

    A note is looked for where no block can be open but that of a note: what may run on over blank lines ends the
    search. Of that, lists that are nested too deeply are only known to the parser.
    """
    start = _after_front_matter(lines)
    # Where a merge has left a conflict, both of its sides are read whole.
    if start is None or "<<<<<<<" in text or ("]:" in text and _DEFINES.search(text)):
        return Found((), None, text)
    reader = NoteReader(lines, knows, code.most(len(text)))
    notes: list[SimpleNote] = []
    rest = list(lines)
    number, is_top = start, True
    while number < len(lines):
        line = lines[number]
        if is_top and line.startswith("Q: ") and (note := reader.read(number)) is not None:
            notes.append(note)
            rest[number : note.last] = [""] * (note.last - number)
            number = note.last
            continue
        if _RUNS_ON.search(line) is not None and COMMENT.fullmatch(line) is None:
            break
        is_top = not line
        number += 1
    is_done = not any(rest[start:])
    front_matter = "\n".join(lines[1 : start - 1]) if start else None
    return Found(tuple(notes), front_matter, "" if is_done else "\n".join(rest), reader.code_cost)


def _after_front_matter(lines: Sequence[str]) -> int | None:
    """The line after the front matter, 0 where there is none; None where it takes the parser to know."""
    if not lines[0].startswith(_DASHES):
        return 0
    if lines[0] != _DASHES:
        return None
    for number in range(1, len(lines)):
        if lines[number].lstrip(" \t").startswith(_ENDS_FRONT_MATTER):
            return number + 1 if lines[number] == _DASHES else None
    return None
