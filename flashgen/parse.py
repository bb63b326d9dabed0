"""Bytes of a source file in, its text, front matter and tokens out; parsed once, by the one dialect."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from flashgen import diagnostics, positions, reading, settings, simple, stacking
from flashgen.diagnostics import Diagnostic
from flashgen.markdown import code, dialect
from flashgen.markdown.nesting import DEEPEST, DEEPEST_INLINE
from flashgen.model import Claim, Document, Settings, Source, Span
from flashgen.patterns import late

if TYPE_CHECKING:
    from markdown_it.token import Token

LARGEST: Final = 10 * 1024 * 1024
"""How many bytes a source may have: some 45 000 cards, which take half a minute and half a gigabyte."""
_CONTROL: Final = late(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNESCAPED_COMMENT: Final = late(r"(?<!\\)<!--")
_CONFLICT_BEGINS: Final = late(r"<{7}(?: .*)?")
_CONFLICT_ENDS: Final = late(r"^>{7}(?: .*)?$", re.MULTILINE)
_LINE_END: Final = late(r"\r\n?")
_FRONT_MATTER: Final = late(r"-{3,}[ \t]*(?:\n|$)")
_MISPLACED_FRONT_MATTER: Final = late(
    rf"\s*(?:(?:-{{3,}}|\+{{3,}}|```ya?ml)[ \t]*\n\s*)?(?:{'|'.join(settings.FRONT_MATTER_KEYS)})[ \t]*[:=]"
)
# Blocks of other types have a fault where their meta says so.
_FALLIBLE: Final = frozenset({"too_deep", "inline"})
_HIDES_LANGUAGE: Final = (diagnostics.MALFORMED_FRONT_MATTER, diagnostics.UNKNOWN_KEY)


def read(
    file: str, path: Path, data: bytes | None = None, *, knows: Callable[[str], bool] | None = None
) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """The document of `path`, called `file` in messages; None where its text cannot be had at all.

    `data` are the bytes to read, None for those of the file. Simple notes have tokens like all others, unless `knows`
    says of a language whether code in it can be coloured.
    """
    try:
        data = reading.content(path, LARGEST) if data is None else _limited(data, path)
    except OSError as fault:
        return None, (_unreadable(file, fault),)
    source, faults = decode(file, path, data)
    if source is None:
        return None, faults
    document, more = parse(source, knows)
    return document, faults + more


def _limited(data: bytes, path: Path) -> bytes:
    """The bytes, within the limit of a file."""
    if len(data) > LARGEST:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return data


def _unreadable(file: str, fault: OSError) -> Diagnostic:
    if reading.is_too_large(fault):
        return diagnostics.TOO_LARGE.at(
            Span(file, 1),
            f"this file has more than {LARGEST // 1024 // 1024} MB",
            "spread its cards over several files, or put a _ before its name if it holds none",
        )
    what = "it is gone" if isinstance(fault, FileNotFoundError) else fault.strerror or str(fault)
    return diagnostics.UNREADABLE_FILE.at(
        Span(file, 1), f"this file cannot be read: {what}", "check that it exists and that you may read it"
    )


def decode(file: str, path: Path, data: bytes) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """The text of a source file: UTF-8, with or without a byte order mark, any line ends, no control characters."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        return None, (_not_utf8(file, data, fault),)
    raw = _LINE_END.sub("\n", text.removeprefix("\ufeff"))
    if stacked := _stacked_marks(file, raw):
        return None, stacked
    text = unicodedata.normalize("NFC", raw)
    digest = hashlib.sha256(data).hexdigest()
    lines = tuple(text.split("\n"))
    source = Source(file, path, text, lines, tuple(raw.split("\n")) if raw != text else None, digest)
    faults = tuple(
        diagnostics.CONTROL_CHARACTER.at(
            positions.at(source, number, match.start()),
            f"the control character U+{ord(match[0]):04X} stands here",
            "delete it; most editors can show invisible characters",
        )
        for number, line in enumerate(lines if _CONTROL.search(text) else ())
        for match in _CONTROL.finditer(line)
    )
    return (None if faults else source), faults


def _stacked_marks(file: str, text: str) -> tuple[Diagnostic, ...]:
    """The first run of combining marks that is longer than any script has: normalizing sorts each in quadratic time."""
    for start, _ in stacking.stacks(text):
        line_start = text.rfind("\n", 0, start) + 1
        return (_stacked(Span(file, text.count("\n", 0, start) + 1, start - line_start + 1)),)
    return ()


def _stacked(span: Span) -> Diagnostic:
    message = f"more than {stacking.MOST_MARKS} combining marks stand on one letter here"
    return diagnostics.STACKED_MARKS.at(span, message, "delete them; no writing has so many")


def parse(source: Source, knows: Callable[[str], bool] | None = None) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document of a text: its front matter as settings, and its block tokens; `knows` is that of `read`."""
    found = simple.find(source.text, source.lines, knows) if knows is not None else simple.Found((), None, source.text)
    env: dict[str, object] = {code.WHOLE: code.Whole(len(source.text), found.code_cost)}
    tokens = dialect().parse(found.rest, env) if found.rest else []
    front = next((token.content for token in tokens[:1] if token.type == "front_matter"), found.front_matter)
    document_settings, faults = Settings(), tuple[Diagnostic, ...]()
    if front is not None:
        document_settings, faults = settings.from_front_matter(front, source)
    elif _FRONT_MATTER.match(source.text):
        faults = (
            diagnostics.MALFORMED_FRONT_MATTER.at(
                positions.at(source, 0), "the front matter is never closed", 'end it with a line "---"'
            ),
        )
    elif _MISPLACED_FRONT_MATTER.match(source.text):
        line = len(source.text[: len(source.text) - len(source.text.lstrip())].split("\n")) - 1
        faults = (
            diagnostics.MALFORMED_FRONT_MATTER.at(
                positions.at(source, line),
                "this looks like front matter but is text",
                'begin the first line of the file with "---", and write "---" in a line of its own below the keys',
            ),
        )
    if found.notes and (document_settings.typed or any(token.type == "too_deep" for token in tokens)):
        # What is to be typed is the text of tokens, and a block that is too deep takes in all that follows it.
        return parse(source)
    if document_settings.lang is None and any(fault.rule in _HIDES_LANGUAGE for fault in faults):
        # What is told once here need not be told for every word again.
        unknown = Claim(settings.UNKNOWN_LANGUAGE, faults[0].span)
        document_settings = replace(document_settings, lang=unknown)
    more = (*_conflicts(source, tokens), *_block_faults(source, tokens))
    return Document(source, document_settings, tokens, env, found.notes), faults + more


def _conflicts(source: Source, tokens: Sequence[Token]) -> Iterator[Diagnostic]:
    """What git left of a merge, outside code: both sides of it would be text of cards."""
    if ">>>>>>>" not in source.text or _CONFLICT_ENDS.search(source.text) is None:
        return
    code = {line for token in tokens if token.type == "fence" and token.map for line in range(*token.map)}
    for number, line in enumerate(source.lines):
        if _CONFLICT_BEGINS.fullmatch(line) and number not in code:
            yield diagnostics.MERGE_CONFLICT.at(
                positions.at(source, number),
                "a merge has left both sides of a conflict here",
                'keep what is right of both, and delete the lines with "<<<<<<<", "=======" and ">>>>>>>"',
            )


def _block_faults(source: Source, tokens: list[Token]) -> list[Diagnostic]:
    names = {"$$": "display formula", "<!--": "comment"}
    found = []
    for token in tokens:
        if not token.meta and token.type not in _FALLIBLE:
            continue
        if token.type == "too_deep":
            found.append(
                diagnostics.DEEP_NESTING.at(
                    positions.of_block(source, token),
                    "lists and quotes stand in one another too deeply here",
                    f"take some of them apart: at most {DEEPEST // 2} lists or {DEEPEST} quotes",
                )
            )
        if "too_deep" in token.meta:
            found.append(
                diagnostics.DEEP_NESTING.at(
                    positions.in_block(source, token, 0),
                    "brackets or clozes stand in one another too deeply in this paragraph",
                    f"take some of them apart: at most {DEEPEST_INLINE}; brackets that are text are written \\[",
                )
            )
        if token.type == "inline" and "&" in token.content:
            texts = (child.content for child in token.children or () if child.type == "text")
            found += [_stacked(positions.in_block(source, token, 0)) for text in texts if any(stacking.stacks(text))]
        opener = token.meta.get("unclosed")
        if isinstance(opener, str):
            name = names.get(opener, "code fence" if token.type == "fence" else "block of HTML")
            closer = {"<!--": "-->"}.get(opener, opener.replace("<", "</") + ">" if opener[0] == "<" else opener)
            place = positions.of_block(source, token)
            if token.type == "html_block":
                first = token.content.lstrip().startswith(opener)
                place = positions.in_block(
                    source, token, (token.content.find if first else token.content.rfind)(opener)
                )
            found.append(
                diagnostics.UNCLOSED_BLOCK.at(
                    place,
                    f"this {name} is never closed and takes in all that follows",
                    f'end it with "{closer}"',
                )
            )
        elif token.type == "inline" and "<!--" in token.content and _begins_comment(token.content):
            found += [
                diagnostics.UNCLOSED_BLOCK.at(
                    positions.in_block(source, token, max(token.content.rfind("<!--"), 0)),
                    "this comment is never closed",
                    'end it with "-->"',
                )
                for child in token.children or ()
                if child.type == "text" and "<!--" in child.content
            ]
    return found


def _begins_comment(text: str) -> bool:
    """Whether a comment that never ends begins in a paragraph, and no backslash or reference makes it text."""
    return _UNESCAPED_COMMENT.search(text, max(text.rfind("-->") - 3, 0)) is not None


def _not_utf8(file: str, data: bytes, fault: UnicodeDecodeError) -> Diagnostic:
    before = _LINE_END.sub("\n", data[: fault.start].decode("utf-8").removeprefix("\ufeff"))
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return diagnostics.NOT_UTF8.at(
        Span(file, line, column),
        f"this file is not UTF-8: the byte 0x{data[fault.start]:02X} stands here",
        "save it as UTF-8 in your editor",
    )
