"""`flashgen build`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from flashgen.commands.projects import (
    NOTHING,
    checked,
    compiled_of,
    faults_of,
    last_outcome,
    no_cards,
    with_targets,
)
from flashgen.console import FAULTY, Ended, fail, misuse, paint_for, print_faults, print_results, tell
from flashgen.shown import shown_path

if TYPE_CHECKING:
    from flashgen.ahead import Ahead
    from flashgen.cache.last import Outcome
    from flashgen.pipeline import Built, Compiled
    from flashgen.report import Counts


def build(
    path: Path = Path(),
    output: Path | None = None,
    deck: str | None = None,
    *,
    locked: bool = False,
    refresh: bool = False,
    open_: bool = False,
    watch: bool = False,
    ahead: Ahead | None = None,
) -> Compiled | None:
    """Checks, compiles, and writes the packages and the ledger; the options are those of the command line.

    Code may be coloured `ahead`. What was compiled is handed on, since it takes long to clear away.
    """
    if watch:
        from flashgen.commands.repeating import repeat

        if refresh or open_:
            misuse("--watch builds at every save: leave out --refresh and --open")
        repeat(path, lambda: _build(path, output, deck, locked=locked, briefly=True)[1].sources.shown)
        return None
    is_whole = output is None and deck is None and not refresh
    last = last_outcome(path) if is_whole else None
    compiled = None
    if last is not None:
        print_faults(faults_of(last, "text", paint_for(sys.stderr)))
        for target, lines in last.packages:
            print_results([paint_for(sys.stdout)(shown_path(Path(), str(target)), "bold")])
            print_results(lines)
        print_results([NOTHING])
        _tell_of_abandoned(last.abandoned)
        targets = [target for target, _ in last.packages]
    else:
        targets, compiled = _build(path, output, deck, locked=locked, refresh=refresh, is_whole=is_whole, ahead=ahead)
    if open_:
        import typer

        for target in targets:
            if typer.launch(str(target)) != 0:
                fail(f"the system has no program to open {target}")
    return compiled


def _build(
    path: Path,
    output: Path | None,
    deck: str | None,
    *,
    locked: bool,
    refresh: bool = False,
    is_whole: bool = False,
    briefly: bool = False,
    ahead: Ahead | None = None,
) -> tuple[list[Path], Compiled]:
    """Builds, and gives the packages and what they were compiled of."""
    from flashgen import abandoned, pipeline, report, waiting

    with pipeline.alone(path, tell):
        compiled = compiled_of(path, refresh=refresh, ahead=ahead)
        root = compiled.project.root
        found = compiled.diagnostics if compiled.has_errors else compiled.chosen_diagnostics
        print_faults(report.faults(found, root, "text", paint_for(sys.stderr)))
        if compiled.has_errors:
            fail(f"{report.count(found)}; nothing was written")
        if locked and not compiled.ledger_is_current:
            print_faults(report.changes(compiled.identified.changes, root, "text", paint_for(sys.stderr)))
            fail("the ledger would change; build without --locked and commit it; nothing was written")
        decks = pipeline.decks(compiled, deck)
        if not decks:
            misuse(_nothing_to_package(compiled, deck))
        counts = [tuple(report.counts([one])) for one in decks]
        packages = with_targets(compiled, decks, deck, output)
        with waiting.bar(sys.stderr) as say:
            say("packaging")
            built = pipeline.build(compiled, packages, locked=locked)
        # What is in another folder than the project's own is not for flashgen to tell.
        is_told = output is None and not built.faults
        left = abandoned.packages(compiled, [target for target, _ in packages]) if is_told else ()
        if is_whole and not built.faults:
            pipeline.keep_outcome(compiled, built, _outcome(compiled, built, counts, left))
    if built.faults:
        print_faults(report.faults(built.faults, root, "text", paint_for(sys.stderr)))
        raise Ended(FAULTY)
    if built.forgotten is not None:
        tell(f"{built.forgotten} cannot be written: a build after going back in git may be older than what Anki has")

    paint = paint_for(sys.stdout)
    print_results(report.changes(compiled.chosen_changes, root, "text", paint))
    targets = [shown_path(Path(), str(target)) for target, _ in built.packages]
    if briefly:
        print_results([f"{report.totals(compiled.chosen_changes)}: {', '.join(targets)}"])
    else:
        for target, one in zip(targets, counts, strict=True):
            print_results([paint(target, "bold")])
            print_results(report.contents(one))
        print_results([report.totals(compiled.chosen_changes)])
    if not compiled.ledger:
        ledger = shown_path(Path(), str(compiled.project.ledger))
        print_results([f"{ledger} is new: it keeps the reviews of cards that you edit; keep it with them"])
    if refresh:
        print_results(
            ["every note of the project has a new time: on import the sources replace what was edited in Anki"]
        )
    # The ledger takes them in as well, so that no later build could tell of them.
    if compiled.other_changes:
        print_results(
            [f"Elsewhere in the project, not in what was packaged now: {report.totals(compiled.other_changes)}"]
        )
        print_results(report.changes(compiled.other_changes, root, "text", paint))
    print_results(report.left_to_the_user(compiled.identified.changes))
    _tell_of_abandoned(left)
    return [target for target, _ in built.packages], compiled


def _outcome(compiled: Compiled, built: Built, counts: Sequence[Sequence[Counts]], left: tuple[Path, ...]) -> Outcome:
    """What commands will tell of a project as a build leaves it.

    `counts` are those of the decks of each package; `left` are packages of decks that are no more.
    """
    from flashgen import report
    from flashgen.cache.last import Outcome

    found = compiled.diagnostics
    return Outcome(
        root=compiled.project.root,
        faults=found,
        packages=tuple(
            (target, tuple(report.contents(one))) for (target, _), one in zip(built.packages, counts, strict=True)
        ),
        contents=tuple(report.contents(chain.from_iterable(counts))),
        checked=checked(compiled.files, found),
        left=tuple(report.left_before(compiled.identified.ledger.rows)),
        abandoned=left,
    )


def _tell_of_abandoned(packages: Iterable[Path]) -> None:
    for package in packages:
        tell(
            f"{shown_path(Path(), str(package))} is of no deck of this project any more; delete it: "
            "imported again, it would bring back its deck, and notes that you deleted in Anki"
        )


def _nothing_to_package(compiled: Compiled, deck: str | None) -> str:
    if deck is not None:
        known = ", ".join(f'"{name}"' for name in dict.fromkeys(note.deck for note in compiled.notes()))
        return f'there is no deck "{deck}" here; the decks are {known}'
    if any(map(compiled.chooses, compiled.files)):
        return "all cards here are drafts"
    return no_cards(compiled)
