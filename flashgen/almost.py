"""What looks like a label or a table of notes but is none: warnings, for it swallows a field or a whole card."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from flashgen import diagnostics, foreign, positions
from flashgen.diagnostics import Diagnostic
from flashgen.model import Source
from flashgen.notetypes.forms import BY_OPENER, FORMS, Form
from flashgen.patterns import late
from flashgen.suggestions import nearest

# Where a note lacks its answer, letters mean one, too; one that asks alone may be somebody who speaks.
_WORDS: Final = {
    **{word: label for word, label in foreign.ASKED.items() if len(word) > 1 or label == "A"},
    **dict.fromkeys("rоo", "A"),
    "cloze": "C",
    "extra": "E",
    "hint": "H",
}
_SETTINGS: Final = frozenset({"tags", "deck", "reverse", "typed", "draft", "ask"})
_GRAMMAR: Final = late(r"plur|sing|syn|ant[oó]n|pron|conj|[eé]tym|etim|note|trad|transl|gramm", re.IGNORECASE)
_MARKS: Final = r"[*_]{1,3}"
# What is pasted from pages brings marks of direction, of a break, of the order of bytes.
_INVISIBLE: Final = "\u200b-\u200f\u2060\ufeff"
_SPELT: Final = late(
    rf"(?P<indent>[ \t\u00a0{_INVISIBLE}]*)(?P<open>{_MARKS})?(?P<word>[^\W\d_]{{1,12}})"
    rf"(?P<number>[ \u00a0]?\d{{1,3}})?(?P<close>{_MARKS})?"
    rf"(?P<gap>[ \t\u00a0\u202f{_INVISIBLE}]*)(?P<colon>[:.：﹕∶])(?P<after>{_MARKS})?(?P<rest>.*)",
)
_SPACES: Final = " \t\u00a0\u202f"
# Letters of other alphabets that look like those of labels on the screen.
_TWINS: Final = str.maketrans("АСЕНΑΕΗ", "ACEHAEH")
_BEFORE_NESTED: Final = " \t>*+-0123456789.)"
_AROUND_NAMES: Final = " \t*_`:\u00a0\u202f"
# "World" is not "Word" misspelt.
_SHORT: Final = 5
_LONG_COLUMNS: Final = ("question", "answer", "meaning", "definition", "translation", "example")
_HEADER: Final = late(r"\s*+(?:\|\s*+)?[*_`]*(?P<word>[^\W\d_]{1,12})[*_`]*:?\s*\|.*")


class Almost(Struct, frozen=True):
    """A warning; where `field` is named, only for a note that has no such field in the end."""

    warning: Diagnostic
    field: str = ""


def almost_labels(source: Source, first: int, last: int, form: Form | None, before: Form | None) -> Iterator[Almost]:
    """What looks like a label in the lines `[first, last)` of one paragraph or heading, counted from 0.

    `form` is that of the open note, `before` that of the note above, where a heading or a break has ended it.
    """
    for number in range(first, min(last, len(source.lines))):
        line = source.lines[number]
        text = line.lstrip("# ") if line.startswith("#") else line
        if match := _SPELT.fullmatch(text):
            found = list(_spelt(source, number, len(line) - len(text), match, form, before))
            yield from found or _foreign(source, number, match, form)


def is_spelt(line: str) -> bool:
    """Whether a line is spelt like one with a label, of whatever word: only such are told by `almost_labels`."""
    return _SPELT.fullmatch(line) is not None


def nested_labels(source: Source, first: int, last: int) -> Iterator[Diagnostic]:
    """The labels in the lines of a list or quote outside of any note, which are text there."""
    for number in range(first, min(last, len(source.lines))):
        line = source.lines[number]
        text = line.lstrip(_BEFORE_NESTED)
        match = _SPELT.fullmatch(text)
        if text is not line and match and match["word"] in BY_OPENER and match["colon"] != "." and not match["number"]:
            label = match["word"]
            if not match["rest"] or match["rest"][0] in _SPACES:
                yield diagnostics.ALMOST_LABEL.at(
                    positions.at(source, number, len(line) - len(text)),
                    f'"{label}:" is text in a list or quote, and begins no card there',
                    f'write "{label}: " at the left margin, or "{label}\\:" if it is meant as text',
                )


def almost_table(source: Source, line: int, *, in_note: bool = False) -> Iterator[Diagnostic]:
    """What looks like the header of a table of notes, but is text, or a table of another kind; counted from 0.

    Text `in_note` is not searched for words: an answer may show a table of them.
    """
    text = source.lines[line]
    cells = _headers(text)
    names = [cell.casefold() for cell in cells]
    opener = next((form.opener for form in FORMS if form.columns and _names_notes(names, form)), None)
    if opener is not None:
        help = f'begin its first line with "| {opener} |", and let the line of dashes below have as many columns'
    elif (meant := meant_columns(names)) and (not in_note or "Q" in meant.values()):
        written = dict(zip(names, cells, strict=True))
        others = [(label, written[name]) for name, label in meant.items() if label.casefold() != name]
        columns = " and ".join(f'"{label}" for "{cell}"' for label, cell in others)
        help = f'write {columns}; "{next(iter(meant.values()))}" stands first'
    else:
        return
    yield diagnostics.ALMOST_LABEL.at(
        positions.at(source, line, len(text) - len(text.lstrip())), "this looks like a table of notes but is text", help
    )


def meant_columns(names: Sequence[str]) -> dict[str, str]:
    """The columns that the headers of a table in small letters stand for, the opener's first; none for other tables.

    It is a table of notes where one header means an opener, and another one something else of its notes.
    """
    if len(names) == 2 and names[0] != names[1] and foreign.LANGUAGES.issuperset(names):
        return dict(zip(names, ("Word", "Meaning"), strict=True))
    for opener, known in (("Q", foreign.ASKED), ("Word", foreign.OF_WORDS)):
        meant: dict[str, str] = {}
        for name in names:
            label = _column(name, known)
            if label and label not in meant.values():
                meant[name] = label
        if opener in meant.values() and len(meant) > 1:
            return dict(sorted(meant.items(), key=lambda pair: pair[1] != opener))
    return {}


def _column(name: str, known: Mapping[str, str]) -> str:
    """The column that a header means, also in the plural, and misspelt where it is a long word."""
    label = known.get(name, "") or known.get(name.removesuffix("s"), "")
    if not label and len(name) > _SHORT:
        label = known.get(nearest(name, _LONG_COLUMNS) or "", "")
    return label


def nested_table(source: Source, line: int) -> Iterator[Diagnostic]:
    """What is a table of notes, or looks like one, in a list or quote outside of any note; counted from 0."""
    written = source.lines[line]
    text = written.lstrip(_BEFORE_NESTED)
    names = [cell.casefold() for cell in _headers(text)]
    if any(form.columns and form.opener.casefold() == names[0] for form in FORMS) or meant_columns(names):
        yield diagnostics.ALMOST_LABEL.at(
            positions.at(source, line, len(written) - len(text)),
            "this looks like a table of notes but stands in a list or quote, and makes no cards there",
            "move it to the left margin",
        )


def _headers(text: str) -> list[str]:
    return [cell.strip(_AROUND_NAMES) for cell in text.strip().strip("|").split("|")]


def _names_notes(names: Sequence[str], form: Form) -> bool:
    """Whether a header names the question and another field: `Word` alone may be the column of any table."""
    return form.opener.casefold() in names and sum(name in form.columns for name in names) > 1


def is_header(line: str) -> bool:
    """Whether a line of text could be the first one of a table."""
    return _HEADER.fullmatch(line) is not None


def _spelt(
    source: Source, number: int, offset: int, match: re.Match[str], form: Form | None, before: Form | None
) -> Iterator[Almost]:
    heading = offset > 0
    label, why = _meant(match, form, before, heading=heading)
    if not label:
        return
    written = match[0][match.end("indent") : match.end("after") if match["after"] else match.end("colon")]
    # Only a mark of ASCII can be escaped.
    as_text = f', or "{match["word"]}{match["number"] or ""}\\{match["colon"]}" if it is meant as text'
    help = f'write "{label}: " at the left margin'
    if written == f"{label}:" and not why and not match["indent"]:
        why, help = ", as no note is open here", "write it below the question of its note"
    warning = diagnostics.ALMOST_LABEL.at(
        positions.at(source, number, offset + match.end("indent")),
        f'"{written}" looks like the label "{label}:" but is text{why}',
        f"{help}{as_text if match['colon'].isascii() else ''}",
    )
    # "Answer: 42" may be a part of an answer; a word's note holds no such lines.
    is_prose = form is not None and label not in BY_OPENER and not form.per_language
    yield Almost(warning, form.labels.get(label, "") if form is not None and is_prose else "")


def _foreign(source: Source, number: int, match: re.Match[str], form: Form | None) -> Iterator[Almost]:
    """A line of a note that looks like one more field, which notes of this kind do not have."""
    word, plain = match["word"], not (match["indent"] or match["open"] or match["number"])
    if form is None or not plain or match["colon"] != ":" or not match["rest"].startswith(" "):
        return
    if word.casefold() in _SETTINGS:
        help = f"write it into a comment: <!-- {word.casefold()}: … -->"
    elif form.per_language and word[0].isupper() and _GRAMMAR.match(word):
        # "Marie: …" in an example is somebody who speaks.
        help = f'the labels are {", ".join(f"{label}:" for label in form.labels)}; as text, write "{word}\\:"'
    else:
        return
    known = word in form.labels or word in BY_OPENER or word == "A"
    if not known:
        message = f'"{word}:" is no label, so that this line is text of the field above'
        yield Almost(diagnostics.ALMOST_LABEL.at(positions.at(source, number), message, help))


def _meant(match: re.Match[str], form: Form | None, before: Form | None, *, heading: bool) -> tuple[str, str]:
    """The label that was probably meant, and why it is none; empty texts where none was."""
    word = unicodedata.normalize("NFKC", match["word"])
    colon, rest = match["colon"], match["rest"]
    spaced = not rest or rest[0] in _SPACES
    known = {*BY_OPENER, "A", *(form.labels if form else ("E", "H")), *(before.labels if before and not form else ())}
    exact = word in known
    decorated = bool(match["open"] or match["close"] or match["after"] or match["indent"] or heading)
    if colon == ".":
        # "A. Smith" is a name; whether the note has its answer elsewhere is seen at its end.
        wanted = word == "A" if form is not None and "A" in form.labels else word == "Q" and form is None
        if form is None and match["number"] and word.casefold() in foreign.QUESTIONS:
            word, wanted = "Q", True
        return (word if wanted and spaced and rest.strip() and not decorated else ""), ""
    if match["number"]:
        return (_numbered(match, word, form, decorated=decorated), ", as it has a number") if spaced else ("", "")
    if exact and (form is None or word in {*BY_OPENER, "A", *form.labels}):
        return _exact(match, word, spaced=spaced, heading=heading, decorated=decorated, form=form)
    if word.translate(_TWINS) in known and spaced and not decorated:
        return word.translate(_TWINS), ", as its letter is of another alphabet"
    if not spaced and colon.isascii():
        return "", ""
    return _near(word, rest, form), ""


def _numbered(match: re.Match[str], word: str, form: Form | None, *, decorated: bool) -> str:
    if form is None and not match["indent"] and word.casefold() in (*foreign.QUESTIONS, "q"):
        return "Q"
    if decorated or not match["number"].isdecimal():
        return ""
    return word if word == "Q" or (word == "A" and form is not None and "A" in form.labels) else ""


def _exact(
    match: re.Match[str], word: str, *, spaced: bool, heading: bool, decorated: bool, form: Form | None
) -> tuple[str, str]:
    rest = match["rest"]
    if heading:
        return word, ", as it stands in a heading"
    if not match["colon"].isascii() or word != match["word"]:
        return word, ", as it is written in wide characters"
    for part, place in ((match["indent"], "it"), (match["gap"], "the colon")):
        if any(sign not in _SPACES for sign in part):
            return word, f", as an invisible character stands before {place}"
    if decorated:
        return word, ", as it is indented" if match["indent"] else ", as it is emphasized"
    if not spaced:
        is_text = len(word) > 1 or rest.startswith(("/", "\\", ":", "-", ")"))
        return ("", "") if is_text else (word, ", as no space follows the colon")
    if len(match["gap"]) > 1 or match["gap"] == "\t":
        return word, ", as more than one space stands before the colon"
    # What stands here as it should is a label wherever it may be one.
    return (word, "") if form is None and word not in BY_OPENER and word != "A" else ("", "")


def _near(word: str, rest: str, form: Form | None) -> str:
    folded = word.casefold()
    labels = tuple(form.labels) if form else ()
    near = next((label for label in ("Q", "A", "C", "Word", *labels) if label.casefold() == folded), "")
    if not near:
        near = _WORDS.get(folded, "")
    if not near and form is not None and form.per_language and word[0].isupper() and folded not in foreign.WORDS:
        near = foreign.OF_WORDS.get(folded, "")
    if not near and form is not None and form.per_language and len(word) > 3:
        near = nearest(word, [label for label in labels if len(label) > 3]) or ""
    if near not in BY_OPENER and (form is None or near not in form.labels):
        return ""
    # "c: the speed of light" and "h: Planck's constant" are legends.
    return "" if folded in ("e", "h") or (folded == "c" and "{{" not in rest) else near
