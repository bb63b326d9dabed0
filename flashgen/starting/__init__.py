"""A folder in, a project out that builds at once: a config, a first file of cards, and what git needs to know."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

from msgspec import Struct

from flashgen import config, names, places

_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_RANDOM: Final = 5
_LONGEST_NAME: Final = 60
# The languages that there is a first file in, and its name.
_FIRST_FILES: Final = {"en": "first-cards.md", "fr": "premieres-cartes.md"}
_OTHERWISE: Final = "en"
# Files of these names may be there already, and are never written to then: the lines that they lack are told.
_GIT_FILES: Final = {
    ".gitignore": ("What flashgen keeps for this machine alone.", (".flashgen_cache/", ".flashgen-*")),
    ".gitattributes": (
        "Rows of the ledger are independent: two branches that add cards merge by keeping the lines of both.",
        ("*ledger.jsonl merge=union text eol=lf",),
    ),
}


class Begun(Struct, frozen=True):
    """A new project: the files written, the first file of cards, and the lines that files of the user's own lack."""

    written: tuple[Path, ...]
    first: Path
    lacking: tuple[tuple[Path, str], ...]


def refusal(root: Path) -> str | None:
    """Why no project can begin in a folder, which need not exist; None where it can."""
    above = next((folder for folder in (root, *root.parents) if folder.exists()), root)
    if not above.is_dir():
        return f"{above} is no folder"
    if (file := config.file_of(above)) is not None:
        return f"{root} is a project already, by {file}"
    for ledger in (root / "ledger.jsonl", root / "cards/ledger.jsonl"):
        if os.path.lexists(ledger):
            return f"{ledger} is there already: what it knows belongs to the namespace in its first line"
    cards = root / "cards"
    if os.path.lexists(cards) and (cards.is_symlink() or not cards.is_dir() or any(cards.iterdir())):
        return (
            f'{cards} is there already; write a {places.CONFIG_FILES[0]} with namespace = "{_namespace(root)}" instead'
        )
    return None


def begin(root: Path, lang: str) -> Begun:
    """Writes the files of a new project for words of `lang` (a BCP 47 tag), all or none of them.

    There is no `refusal` of `root`. A file that is there all the same is never overwritten: it, or a folder that cannot
    be written, is an OSError.
    """
    base = lang.partition("-")[0]
    spoken = base if base in _FIRST_FILES else _OTHERWISE
    first = root / "cards" / _FIRST_FILES[spoken]
    files = {
        first: _first_file(spoken, lang if spoken == base else spoken),
    }
    lacking = []
    for name, (why, lines) in _GIT_FILES.items():
        path = root / name
        if not os.path.lexists(path):
            files[path] = "\n".join((f"# {why}", *lines, ""))
        else:
            lacking += [(path, line) for line in _lacking(path, lines)]
    # The last makes it a project.
    files[root / places.CONFIG_FILES[0]] = _config(root, lang)
    _write_all(files)
    return Begun(tuple(files), first, tuple(lacking))


def _namespace(root: Path) -> str:
    name = names.package_file(root.name).removesuffix(".apkg")[:_LONGEST_NAME].strip("-")
    return f"{name}-{''.join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))}"


def _config(root: Path, lang: str) -> str:
    return (
        "# Goes into the GUID of every note, so that Anki knows it again: it never changes.\n"
        f'namespace = "{_namespace(root)}"\n'
        "# The language of your words, where a file says no other.\n"
        f'lang = "{lang}"\n'
    )


def _first_file(spoken: str, lang: str) -> str:
    from importlib.resources import files

    text = (files(__name__) / f"{spoken}.md").read_text(encoding="utf-8")
    return text.replace(f"\nlang: {spoken}\n", f"\nlang: {lang}\n", 1)


def _lacking(path: Path, lines: tuple[str, ...]) -> list[str]:
    """Those of the lines that a file of the user's own does not have."""
    try:
        there = {line.split()[0] for line in path.read_text("utf-8", "replace").splitlines() if line.strip()}
    except OSError:
        there = set()
    return [line for line in lines if line.split()[0] not in there]


def _write_all(files: dict[Path, str]) -> None:
    made: list[Path] = []
    try:
        for path, text in files.items():
            for folder in reversed([path.parent, *path.parent.parents]):
                if not folder.exists():
                    folder.mkdir()
                    made.append(folder)
            _write(path, text, made)
    except BaseException:
        for path in reversed(made):
            # The fault that led here is the one to tell.
            with contextlib.suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _write(path: Path, text: str, made: list[Path]) -> None:
    try:
        with open(path, "xb") as file:
            made.append(path)
            file.write(text.encode())
    except OSError as fault:
        # A full disk does not say which file it has no room for.
        raise OSError(fault.errno, fault.strerror, str(path)) from fault
