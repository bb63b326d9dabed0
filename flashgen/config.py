"""The project around a path: its root, its config, and where its sources, packages and ledger are."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from flashgen import bounds, diagnostics, mapping, reading, settings
from flashgen.diagnostics import Diagnostic
from flashgen.model import Claim, Settings, Span
from flashgen.patterns import late
from flashgen.places import CACHE, CONFIG_FILES, absolute, configs
from flashgen.suggestions import did_you_mean

OWN_KEYS: Final = ("namespace", "description", "unsafe-html")
_MEND: Final = "mend it in the config"
_LARGEST: Final = 1024 * 1024
_MENTIONS_US: Final = b"tool.flashgen"
_DEEPEST_KEY: Final = 50
# The parser takes quadratic time for each; a part begins where no other ends, so that no place is looked at twice.
_DEEP_KEY: Final = late(rf"""(?<![\w.-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{_DEEPEST_KEY}}}""")
_NAMESPACE: Final = late(r"[^\s\x00-\x1f\x7f]{1,100}")


class Project(Struct, frozen=True):
    """What is compiled together and shares one ledger.

    `sources` is the folder of the Markdown files, or the one file that stands alone. Outputs go to `decks`. `namespace`
    is what the config says, `default_namespace` what a ledger without one begins with. `descriptions` are the texts of
    top-level decks; the one under "" is for all others.
    """

    root: Path
    sources: Path
    decks: Path
    ledger: Path
    memory: Path
    default_namespace: str
    namespace: Claim | None = None
    settings: Settings = field(default_factory=Settings)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    unsafe_html: bool = False

    @property
    def is_single_file(self) -> bool:
        return self.sources.is_file()


def find(path: Path) -> tuple[Project, tuple[Diagnostic, ...]]:
    """The project that holds `path`; outside of one, the folder or the file is a project of its own.

    `path` must exist.
    """
    path = absolute(path)
    for file in configs(path if path.is_dir() else path.parent):
        table, text, faults = _table(file)
        if table is not None or faults:
            return _configured(file.parent, file.name, table or {}, text, faults)
    return (_folder(path) if path.is_dir() else alone(path)), ()


def file_of(folder: Path) -> Path | None:
    """The config that makes a project of a folder that exists or of one above it, be it readable or not."""
    return next((file for file in configs(absolute(folder)) if _is_ours(file)), None)


def is_project(folder: Path) -> bool:
    """Whether a folder has a config of its own."""
    return any(_is_ours(folder / name) for name in CONFIG_FILES)


def _is_ours(file: Path) -> bool:
    table, _, faults = _table(file)
    return table is not None or bool(faults)


def _folder(root: Path, name: str | None = None) -> Project:
    cards = root / "cards"
    sources = cards if cards.is_dir() else root
    return Project(
        root=root,
        sources=sources,
        decks=root / "decks",
        ledger=sources / "ledger.jsonl",
        memory=root / CACHE / "built.jsonl",
        default_namespace=_spelt(name or root.resolve().name),
    )


def alone(file: Path) -> Project:
    """The project that a file is by itself, in no other."""
    return Project(
        root=file.parent,
        sources=file,
        decks=file.parent,
        ledger=file.with_name(f"{file.stem}.ledger.jsonl"),
        memory=file.parent / CACHE / f"{file.stem}.built.jsonl",
        default_namespace=_spelt(f"{file.parent.resolve().name}/{file.stem}"),
    )


def _spelt(name: str) -> str:
    """A folder's name as a namespace: white space would not survive being pasted, and not every name is text.

    macOS takes names apart into letters and accents; the namespace is the same on every system.
    """
    name = unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))
    return re.sub(r"[\s\x00-\x1f\x7f]+", "-", name).strip("-")[:100] or "flashgen"


def _table(file: Path) -> tuple[Mapping[str, object] | None, str, tuple[Diagnostic, ...]]:
    """The table of flashgen in a config file, and the file's text; no table where it is not for flashgen."""
    if bounds.leads_out(file, file.parent):
        return None, "", (_unreadable(file.name, "a link leads from it out of the project"),)
    try:
        data = reading.content(file, _LARGEST)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None, "", ()
    except OSError as fault:
        # It may be ours, and without it the project would be another one.
        what = (
            f"it has more than {_LARGEST // 1024} KB" if reading.is_too_large(fault) else fault.strerror or str(fault)
        )
        return None, "", (_unreadable(file.name, what),)
    import tomllib  # many projects have no config

    try:
        text = data.decode("utf-8")
        if _DEEP_KEY.search(text):
            raise tomllib.TOMLDecodeError(f"a key of more than {_DEEPEST_KEY} parts stands in it")
        document = tomllib.loads(text)
    except RecursionError:
        return None, "", (_unreadable(file.name, "lists and tables stand in one another too deeply"),)
    except ValueError as fault:
        # The broken pyproject.toml of something else, in some folder above, is none of our business.
        ours = file.name == "flashgen.toml" or _MENTIONS_US in data
        return None, "", (_unreadable(file.name, str(fault)),) if ours else ()
    if file.name == "flashgen.toml":
        return document, text, ()
    tool = document.get("tool")
    table = tool.get("flashgen") if isinstance(tool, dict) else None
    if isinstance(table, dict):
        project = document.get("project")
        named = project.get("name") if isinstance(project, dict) else None
        return ({"": named, **table} if isinstance(named, str) else table), text, ()
    return None, "", ()


def _unreadable(name: str, fault: str) -> Diagnostic:
    found = re.search(r"\(at line (\d+), column (\d+)\)", fault)
    span = Span(name, int(found[1]), int(found[2])) if found else Span(name, 1)
    what = re.sub(r" \(at .*\)$", "", fault)
    return diagnostics.MALFORMED_CONFIG.at(
        span, f"this config cannot be read: {what}", "mend it as TOML, where texts stand in quotes"
    )


def _configured(
    root: Path, file: str, table: Mapping[str, object], text: str, faults: tuple[Diagnostic, ...]
) -> tuple[Project, tuple[Diagnostic, ...]]:
    own_name = table.get("")
    project = _folder(root, own_name if isinstance(own_name, str) else None)
    places = _Places(file, text)
    found = list(faults)
    entries = []
    namespace, descriptions, unsafe_html = None, dict[str, str](), False
    for key, value in table.items():
        span = places.of(key)
        if key == "namespace":
            if isinstance(value, str) and _NAMESPACE.fullmatch(value):
                namespace = Claim(value, span)
            else:
                found.append(_wrong(span, key, "a text without spaces, of at most 100 characters"))
        elif key == "unsafe-html":
            if isinstance(value, bool):
                unsafe_html = value
            else:
                found.append(_wrong(span, key, "true or false"))
        elif key == "description":
            described = {"": value} if isinstance(value, str) else value
            if isinstance(described, dict) and all(isinstance(one, str) for one in described.values()):
                descriptions = described
            else:
                found.append(_wrong(span, key, "a text, or a table of one for each top-level deck"))
        elif key in settings.FRONT_MATTER_KEYS:
            entries.append(_entry(key, value, span))
        elif key:
            known = (*OWN_KEYS, *settings.FRONT_MATTER_KEYS)
            help = did_you_mean(key, known)
            found.append(diagnostics.UNKNOWN_KEY.at(span, f'"{key}" is no key of the config', help))
    defaults, more = settings.interpret(entries, settings.FRONT_MATTER_KEYS, "config", diagnostics.MALFORMED_CONFIG)
    # The help for front matter is YAML, unless it says what a word was meant to be.
    more = tuple(
        replace(one, help=_MEND) if one.rule is diagnostics.WRONG_TYPE and one.help.startswith("write ") else one
        for one in more
    )
    project = replace(
        project, namespace=namespace, settings=defaults, descriptions=descriptions, unsafe_html=unsafe_html
    )
    return project, (*found, *more)


def _wrong(span: Span, key: str, what: str) -> Diagnostic:
    return diagnostics.WRONG_TYPE.at(span, f'"{key}" must be {what}', _MEND)


def _entry(key: str, value: object, span: Span) -> mapping.Entry:
    """A value of TOML as front matter would have written it."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return mapping.Entry(key, span, tuple(Claim(item, span) for item in value), is_list=True, is_text=False)
    if isinstance(value, bool):
        return mapping.Entry(key, span, (Claim("true" if value else "false", span),))
    if isinstance(value, str):
        return mapping.Entry(key, span, (Claim(value, span),), is_quoted=True)
    return mapping.Entry(key, span, (), is_text=False)


class _Places:
    """Where keys stand in a TOML file; the parser does not say."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = dict(self._keys(text)) if text else {}

    def of(self, key: str) -> Span:
        return Span(self._file, self._lines.get(key, 1))

    def _keys(self, text: str) -> Iterator[tuple[str, int]]:
        inside = self._file == "flashgen.toml"
        for number, line in enumerate(text.splitlines(), 1):
            if header := re.match(r"\s*\[\s*(?:tool\s*\.\s*flashgen\s*)?\.?\s*([\w-]*)", line):
                inside = self._file == "flashgen.toml" or "flashgen" in line
                if inside and header[1]:
                    yield header[1], number
            elif inside and (key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*[.=]", line)):
                yield key[1], number
