"""What several commands ask of a project."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flashgen.console import clock, misuse
from flashgen.shown import Paint, number

if TYPE_CHECKING:
    from flashgen.ahead import Ahead
    from flashgen.cache.last import Outcome
    from flashgen.diagnostics import Diagnostic
    from flashgen.model import Deck
    from flashgen.pipeline import Compiled

NOTHING: Final = "nothing changed"


def compiled_of(path: Path, *, refresh: bool = False, whole: bool = False, ahead: Ahead | None = None) -> Compiled:
    """The project around `path`, compiled as `pipeline.compile` does it, with a bar where that takes long."""
    from flashgen import pipeline, waiting

    with waiting.bar(sys.stderr) as say:
        return pipeline.compile(path, clock=clock(), refresh=refresh, whole=whole, ahead=ahead, say=say)


def last_outcome(path: Path) -> Outcome | None:
    """What the last build found, where nothing has changed since; it is to be had without importing the rest."""
    clock()  # a time that is none is misuse in any case
    from flashgen.cache import last

    found = last.recall(path)
    if found is None:
        from flashgen import msgspec_alone  # noqa: F401 before anything else imports it
    return found


def checked(files: Sequence[str], found: Sequence[Diagnostic]) -> str:
    """The last line of a check: what was looked at, and the count of faults. `files` has one for each note."""
    from flashgen import report

    return f"{number(len(files), 'note')} in {number(len(set(files)), 'file')}: {report.count(found)}"


def faults_of(last: Outcome, form: str, paint: Paint) -> Iterable[str]:
    """The lines that tell of the faults of the last build."""
    if form == "text" and not last.faults:
        return ()
    from flashgen import report

    return report.faults(last.faults, last.root, form, paint)


def holds_sources(compiled: Compiled) -> bool:
    """Whether the path of the command line chooses anything of the project."""
    return not compiled.chosen or any(compiled.chooses(one.file) for one in compiled.sources.files)


def no_cards(compiled: Compiled) -> str:
    """What is wrong with a path that chooses nothing."""
    return f'"{compiled.chosen}" holds no cards of the project; its sources are in {compiled.project.sources}'


def with_targets(
    compiled: Compiled, decks: Sequence[Deck], deck: str | None = None, output: Path | None = None
) -> list[tuple[Path, Deck]]:
    """The decks, each with the path of its package; `deck` and `output` are those of the command line."""
    return [(_target(compiled, one, deck, output, alone=len(decks) == 1), one) for one in decks]


def _target(compiled: Compiled, one: Deck, deck: str | None, output: Path | None, *, alone: bool) -> Path:
    """Where a deck's package goes.

    A package of a part has a name of its own: it must not take the place of the whole one.
    """
    from flashgen import names

    if output is not None and output.suffix.casefold() == ".colpkg":
        misuse("a .colpkg holds a whole collection, and replaces everything in Anki; write a .apkg")
    if output is not None and output.suffix.casefold() in (".apkg", ".zip"):
        if not alone:
            misuse("there are several decks: give --output a folder, or choose one with --deck")
        if names.is_backup(output.name):
            misuse(f'Anki takes a file called "{output.name}" for a backup of everything; choose another name')
        return output
    parts = (deck or one.name).split("::")
    if compiled.chosen:
        chosen = (compiled.project.root / compiled.chosen).relative_to(compiled.project.sources)
        parts += chosen.with_suffix("").parts
    # No dot stands in the name of a whole package.
    stem = ".".join(names.package_file(part).removesuffix(".apkg") for part in parts)
    return (output or compiled.project.decks) / f"{stem}.apkg"
