"""The media that cards refer to: found on disk, checked, and given the names they will have in Anki."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from flashgen import diagnostics, positions, rawhtml, reading
from flashgen.diagnostics import Diagnostic
from flashgen.markdown import embeds
from flashgen.model import Card, Media, Source, Span
from flashgen.patterns import late
from flashgen.suggestions import nearest

if TYPE_CHECKING:
    from markdown_it.token import Token

PLAYED: Final = frozenset(
    "mp3 m4a aac wav flac ogg oga opus spx mp4 m4v mov webm mkv avi mpg mpeg ogv 3gp wma aiff aif".split()
)
SHOWN: Final = frozenset("png jpg jpeg jfif gif svg webp avif apng bmp ico tif tiff heic heif jxl".split())
# Played and shown by desktop, AnkiDroid, AnkiMobile and AnkiWeb alike.
_EVERYWHERE: Final = frozenset("png jpg jpeg gif svg webp mp3 m4a aac wav mp4 m4v".split())
# A sound's player takes a list of addresses for one, whatever the file is called; no sound begins with a line of text.
_HEAD: Final = 16
_LISTS: Final = (b"#EXTM3U", b"[playlist]", b"[reference]", b"# mpv EDL", b"RTSPtext", b"ffconcat", b"<")
_TEXT: Final = late(rb"[\t\n\r -~]{12,}")
LARGE: Final = 5 * 1024 * 1024
LARGEST: Final = 100 * 1024 * 1024
"""How many bytes a media file may have: Anki synchronizes none that has more."""
_NAME_BYTES: Final = 120  # Anki cuts longer names
_SHOWS: Final = late(r"!\[|\[sound:|<")
_REMOTE: Final = late(r"(?:https?:)?//", re.IGNORECASE)
_SCHEME: Final = late(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_DRIVE: Final = late(r"[a-z]:[\\/]", re.IGNORECASE)
_NO_IMAGE: Final = late(r"!\[[^\[\]\n]*\]\(([^<>\n]{1,300}?\.\w{2,5}|[^()<>\n]+)\)")


class Reference(Struct, frozen=True):
    """A place in a source that shows a media file: its path as written, and how it was written."""

    path: str
    span: Span
    file: str
    directory: Path
    image: bool
    alt: str | None


class Library:
    """The media of a project, found as its cards are read: by source file and path as written, the file that Anki gets.

    All must lie inside `root` once links are resolved. `known` are files, by their paths, that need not be read where
    their state is what it was.
    """

    def __init__(self, root: Path, known: Mapping[Path, Media] | None = None) -> None:
        self._disk = _Disk(root, known or {})
        self._files: dict[tuple[str, str], Media | None] = {}
        self._files_of: defaultdict[str, list[str]] = defaultdict(list)

    def of(self, file: str) -> tuple[Media, ...]:
        """The media that a source shows, each file once; several of the same content have one name in Anki."""
        shown = (self._files[file, path] for path in self._files_of.get(file, ()))
        return tuple({found.path: found for found in shown if found is not None}.values())

    def name(self, file: str, path: str) -> str:
        """The name in Anki of what `file` calls `path`; a remote path, and one that was not found, stays itself."""
        found = self._files.get((file, path))
        return found.name if found is not None else path

    def locate(self, card: Card) -> Iterator[Diagnostic]:
        """Finds the media of a card; drafts need not have theirs yet."""
        if card.draft or card.document is None:
            return
        source = card.document.source
        for field in card.fields.values():
            for reference in references(source, field.tokens):
                yield from _manners(reference)
                yield from self._find(reference)
            yield from _no_images(source, field.tokens)

    def _find(self, reference: Reference) -> Iterator[Diagnostic]:
        key = (reference.file, reference.path)
        if _REMOTE.match(reference.path) or key in self._files:
            return
        self._files_of[reference.file].append(reference.path)
        found = self._disk.find(reference)
        if isinstance(found, Media):
            self._files[key] = found
            yield from _advice(reference, found)
        else:
            self._files[key] = None
            yield found


def references(source: Source, tokens: Iterable[Token]) -> Iterator[Reference]:
    """All media that block tokens refer to, by Markdown, embed or HTML, in order."""
    directory = source.path.parent
    for token in tokens:
        if token.type == "html_block":
            for found in rawhtml.read(token.content).references:
                span = positions.in_block(source, token, found.offset)
                yield Reference(found.path, span, source.file, directory, found.tag == "img", found.alt)
        for child in (token.children or ()) if token.type == "inline" and _may_show(token) else ():
            if child.type == "image":
                span = positions.in_block(source, token, child.meta.get("pos", 0))
                path = embeds.path_of(child)
                yield Reference(path, span, source.file, directory, not is_played(path), child.content)
            elif child.type == "html_inline":
                for found in rawhtml.read(child.content).references:
                    span = positions.in_block(source, token, child.meta.get("pos", 0))
                    yield Reference(found.path, span, source.file, directory, found.tag == "img", found.alt)


def _may_show(token: Token) -> bool:
    # Most paragraphs show nothing. A field of media may be nothing but a bare path.
    return _SHOWS.search(token.content) is not None or any(
        child.type == "image" for child in (token.children or ())[:1]
    )


def is_played(path: str) -> bool:
    """Whether Anki plays the file (audio, video) where it shows others."""
    return _extension(path) in PLAYED


def is_media(path: str) -> bool:
    """Whether the file is a picture, a sound or a video by its name."""
    return _extension(path) in SHOWN | PLAYED


def _extension(path: str) -> str:
    return path.rpartition(".")[2].casefold() if "." in path else ""


def _manners(reference: Reference) -> Iterator[Diagnostic]:
    if _REMOTE.match(reference.path):
        yield diagnostics.REMOTE_MEDIA.at(
            reference.span,
            "this media file is on the web: the card needs a network, and shows nothing when the file moves",
            "save it beside the cards and name it here",
        )
    if reference.image and not (reference.alt or "").strip():
        yield diagnostics.MISSING_ALT.at(
            reference.span, "this picture has no text for those who cannot see it", "write ![what it shows](path)"
        )


def _advice(reference: Reference, found: Media) -> Iterator[Diagnostic]:
    extension = _extension(found.name)
    if extension not in _EVERYWHERE:
        yield diagnostics.UNPLAYABLE_MEDIA.at(
            reference.span,
            f'some Anki clients cannot show or play "{"." + extension if extension else reference.path}"',
            "convert it to png, jpg, svg, webp, mp3 or mp4",
        )
    if found.size > LARGE:
        yield diagnostics.LARGE_MEDIA.at(
            reference.span,
            f"this file has {found.size / 1024 / 1024:.1f} MB, which every device must synchronize",
            "make it smaller than 5 MB",
        )


def _no_images(source: Source, tokens: Iterable[Token]) -> Iterator[Diagnostic]:
    for token in tokens:
        if token.type == "inline" and "](" in token.content:
            texts = "\n".join(child.content for child in token.children or () if child.type == "text")
            is_text: dict[str, bool] = {}
            for match in _NO_IMAGE.finditer(token.content):
                # Code and what is escaped do not stand like this in a text.
                escaped = token.content.endswith("\\", 0, match.start())
                path = match[1].strip()
                if match[0] not in is_text:
                    is_text[match[0]] = match[0] in texts
                if path and not escaped and is_text[match[0]]:
                    help = "save the file beside the cards and name it here"
                    if not _SCHEME.match(path):
                        help = f"write the path in angle brackets: (<{path}>)"
                    yield diagnostics.MISSING_MEDIA.at(
                        positions.in_block(source, token, match.start()),
                        f'"{path}" is no path of an image for Markdown',
                        help,
                    )


class _Listing(Struct, frozen=True):
    """The names in a folder as they are, and by what they are in NFC and without regard to case."""

    exact: frozenset[str]
    normal: Mapping[str, str]
    folded: Mapping[str, str]


class _Disk:
    """The project's folders as they are on disk, each read once, with the exact case of all names."""

    def __init__(self, root: Path, known: Mapping[Path, Media]) -> None:
        self._known = known
        self._root = Path(os.path.realpath(root))
        self._written_root = Path(os.path.abspath(root))
        self._names: dict[Path, _Listing] = {}
        self._media: dict[Path, Media | OSError] = {}
        self._texts: set[Path] = set()

    def find(self, reference: Reference) -> Media | Diagnostic:
        written = reference.path
        if not written.strip():
            return diagnostics.MISSING_MEDIA.at(
                reference.span, "no file is named here", "write the path of the file in the round brackets"
            )
        if _DRIVE.match(written) or written.startswith(("/", "~", "\\")):
            return self._outside(reference)
        if _SCHEME.match(written):
            return diagnostics.MISSING_MEDIA.at(
                reference.span,
                f'"{written.partition(":")[0]}:" is no address that a card can show',
                "save the file beside the cards and name it here",
            )
        if "\\" in written:
            # Windows would find what the other systems do not.
            return self._missing(reference, Path(os.path.normpath(reference.directory / written)))
        path = Path(os.path.normpath(reference.directory / written))
        if not self._inside(path, self._written_root):
            return self._outside(reference)
        actual = self._actual(path)
        if actual is None:
            return self._missing(reference, path)
        if isinstance(actual, str):
            actual = Path(os.path.relpath(self._written_root / actual, reference.directory)).as_posix()
            return diagnostics.MEDIA_CASE.at(
                reference.span,
                f'"{written}" is called "{actual}" on disk; other systems tell the two apart',
                f'write "{actual}", or rename the file',
            )
        if not self._inside(Path(os.path.realpath(actual)), self._root):
            return self._outside(reference)
        return self._read(reference, actual)

    def _read(self, reference: Reference, path: Path) -> Media | Diagnostic:
        if not is_media(path.name):
            return diagnostics.NOT_MEDIA.at(
                reference.span,
                f'"{reference.path}" is no picture, sound or video by its name',
                "name a file that ends in .png, .jpg, .svg, .webp, .mp3 or .mp4, or rename it to what it is",
            )
        if path not in self._media:
            try:
                self._media[path] = self._looked_up(path) or _media(path)
                if is_played(path.name) and _is_text(path):
                    self._texts.add(path)
            except OSError as fault:
                self._media[path] = fault
        found = self._media[path]
        if path in self._texts:
            return diagnostics.NOT_MEDIA.at(
                reference.span, f'"{reference.path}" is text and no sound or video', "name the file of the sound itself"
            )
        if isinstance(found, Media):
            return found
        if reading.is_too_large(found):
            return diagnostics.TOO_LARGE.at(
                reference.span,
                f'"{reference.path}" has more than {LARGEST // 1024 // 1024} MB, and Anki would not synchronize it',
                "make it smaller",
            )
        return diagnostics.MISSING_MEDIA.at(
            reference.span,
            f'"{reference.path}" cannot be read: {found.strerror or found}',
            "name a file that can be read",
        )

    def _looked_up(self, path: Path) -> Media | None:
        known = self._known.get(path)
        return known if known is not None and known.state == reading.state(path) is not None else None

    def _inside(self, path: Path, root: Path) -> bool:
        return path == root or root in path.parents

    def _outside(self, reference: Reference) -> Diagnostic:
        return diagnostics.MEDIA_OUTSIDE_PROJECT.at(
            reference.span,
            f'"{reference.path}" lies outside of the project',
            "copy the file into the project and name it by a path from this Markdown file",
        )

    def _actual(self, path: Path) -> Path | str | None:
        """The path on disk; a text where only the case differs; None where there is none."""
        current, differs = self._written_root, False
        for part in path.relative_to(self._written_root).parts:
            listing = self._listing(current)
            exact = part if part in listing.exact else listing.normal.get(unicodedata.normalize("NFC", part))
            if exact is None:
                exact = listing.folded.get(part.casefold())
                differs = True
            if exact is None:
                return None
            current = current / exact
        return os.path.relpath(current, self._written_root) if differs else current

    def _listing(self, directory: Path) -> _Listing:
        if directory not in self._names:
            try:
                entries = os.listdir(directory)
            except OSError:
                entries = []
            self._names[directory] = _Listing(
                frozenset(entries),
                {unicodedata.normalize("NFC", name): name for name in entries},
                {name.casefold(): name for name in reversed(entries)},
            )
        return self._names[directory]

    def _missing(self, reference: Reference, path: Path) -> Diagnostic:
        near = nearest(path.name, self._listing(path.parent).exact)
        help = f'did you mean "{near}"?' if near else "paths are read from the folder of this Markdown file"
        if "\\" in reference.path:
            help = 'write "/" between folders'
        return diagnostics.MISSING_MEDIA.at(reference.span, f'there is no file "{reference.path}"', help)


def _media(path: Path) -> Media:
    state = reading.lasting_state(path)
    digest, size = reading.digest(path, LARGEST)
    return Media(_name(path, digest), path, size, digest, state)


def _is_text(path: Path) -> bool:
    """Whether what is called a sound or a video begins as a list of addresses does, or as any other text."""
    with path.open("rb") as file:
        head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(_LISTS) or _TEXT.fullmatch(head) is not None


def _name(path: Path, digest: str) -> str:
    """`stem-<hash8>.ext` in plain ASCII, at most 120 bytes: safe on every system and changed with every byte."""
    decomposed = unicodedata.normalize("NFKD", path.stem)
    stem = re.sub(r"[^A-Za-z0-9]+", "-", decomposed.encode("ascii", "ignore").decode()).strip("-") or "media"
    suffix = re.sub(r"[^a-z0-9]", "", path.suffix.casefold())
    tail = f"-{digest[:8]}" + (f".{suffix}" if suffix else "")
    return stem[: _NAME_BYTES - len(tail)] + tail
