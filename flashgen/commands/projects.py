"""What several commands ask of a project."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flashgen.console import clock
from flashgen.shown import Paint, number

if TYPE_CHECKING:
    from flashgen.cache.last import Outcome
    from flashgen.diagnostics import Diagnostic
    from flashgen.pipeline import Compiled

NOTHING: Final = "nothing changed"


def compiled_of(path: Path, *, refresh: bool = False, whole: bool = False) -> Compiled:
    """The project around `path`, compiled as `pipeline.compile` does it, with a bar where that takes long."""
    from flashgen import pipeline, waiting

    with waiting.bar(sys.stderr) as say:
        return pipeline.compile(path, clock=clock(), refresh=refresh, whole=whole, say=say)


def last_outcome(path: Path) -> Outcome | None:
    """What the last build found, where nothing has changed since; it is to be had without importing the rest."""
    clock()  # a time that is none is misuse in any case
    from flashgen.cache import last

    return last.recall(path)


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
