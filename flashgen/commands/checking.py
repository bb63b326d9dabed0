"""`flashgen check` and `flashgen status`, which write nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flashgen.commands.projects import (
    NOTHING,
    checked,
    compiled_of,
    faults_of,
    holds_sources,
    last_outcome,
    no_cards,
    with_targets,
)
from flashgen.console import FAULTY, Ended, clock, fail, misuse, paint_for, print_faults, print_results

if TYPE_CHECKING:
    from flashgen.ahead import Ahead
    from flashgen.diagnostics import Diagnostic
    from flashgen.pipeline import Compiled

_INPUT: Final = Path("-")


class Form(StrEnum):
    """How faults and changes are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def check(
    path: Path = Path(),
    form: Form = Form.TEXT,
    *,
    style: bool = False,
    watch: bool = False,
    stdin_filename: Path | None = None,
    ahead: Ahead | None = None,
) -> Compiled | None:
    """Tells every fault; the options are those of the command line. Code may be coloured `ahead`.

    What was compiled is handed on, since it takes long to clear away.
    """
    if (path == _INPUT) != (stdin_filename is not None):
        misuse('to check a text that is not saved, write "flashgen check - --stdin-filename FILE"')
    if stdin_filename is not None:
        if watch or style:
            misuse("standard input is checked once, for its faults: leave out --watch and --style")
        _check_input(stdin_filename, form)
        return None
    if watch:
        from flashgen.commands.repeating import repeat

        repeat(path, lambda: _check(path, form, style=style)[0].sources.shown)
        return None
    last = last_outcome(path) if not style else None
    if last is not None:
        print_results(faults_of(last, form.value, paint_for(sys.stdout)))
        if form is Form.TEXT:
            print_results([last.checked])
        return None
    compiled, found = _check(path, form, style=style, ahead=ahead)
    if any(one.is_error for one in found):
        raise Ended(FAULTY)
    return compiled


def _check_input(file: Path, form: Form) -> None:
    """Tells the faults that a file would have with what standard input says."""
    from flashgen import pipeline, report

    root, found = pipeline.faults_of_text(file, sys.stdin.buffer.read(), clock=clock())
    print_results(report.faults(found, root, form.value, paint_for(sys.stdout)))
    if form is Form.TEXT:
        print_results([report.count(found)])
    if any(one.is_error for one in found):
        raise Ended(FAULTY)


def _check(path: Path, form: Form, *, style: bool, ahead: Ahead | None = None) -> tuple[Compiled, Sequence[Diagnostic]]:
    """Checks, and gives what was read and what was found."""
    from flashgen import diagnostics, pipeline, report

    compiled = compiled_of(path, whole=style, ahead=ahead)
    found = diagnostics.in_order([*compiled.chosen_diagnostics, *_lost(compiled)])
    if style:
        advice = [one for one in pipeline.advise(compiled.sources) if compiled.chooses(one.span.file)]
        found = diagnostics.in_order([*found, *advice])
    if not found and not holds_sources(compiled):
        misuse(no_cards(compiled))
    print_results(report.faults(found, compiled.project.root, form.value, paint_for(sys.stdout)))
    if form is Form.TEXT:
        files = [file for file in compiled.files if compiled.chooses(file)]
        print_results([checked(files, found)])
        print_results(report.on_advice(found))
    return compiled, found


def status(path: Path = Path(), form: Form = Form.TEXT, *, ahead: Ahead | None = None) -> Compiled | None:
    """Tells what a build would do; the options are those of the command line. Code may be coloured `ahead`.

    What was compiled is handed on, since it takes long to clear away.
    """
    last = last_outcome(path) if form is not Form.JSON else None
    if last is not None:
        if form is Form.TEXT:
            print_results(last.contents)
            print_results((NOTHING, *last.left))
        return None
    from flashgen import diagnostics, pipeline, report

    compiled = compiled_of(path, ahead=ahead)
    root = compiled.project.root
    lost = _lost(compiled)
    if compiled.has_errors or lost:
        found = diagnostics.in_order([*compiled.diagnostics, *lost])
        print_faults(report.faults(found, root, form.value, paint_for(sys.stderr)))
        if form is Form.TEXT:
            fail(f"{report.count(found)}; nothing can be built")
        raise Ended(FAULTY)
    if not holds_sources(compiled):
        misuse(no_cards(compiled))
    decks = pipeline.decks(compiled)
    if form is Form.JSON:
        print_results([report.status(compiled.chosen_changes, decks, root)])
        return compiled
    print_results(report.changes(compiled.chosen_changes, root, form.value, paint_for(sys.stdout)))
    if form is Form.TEXT:
        print_results(report.contents(report.counts(decks)))
        print_results([report.totals(compiled.chosen_changes)])
        print_results(report.left_to_the_user(compiled.identified.changes))
        print_results(report.left_before(compiled.rows_left_before))
    return compiled


def _lost(compiled: Compiled) -> tuple[Diagnostic, ...]:
    """The fault of packages that a build would not write over, which is in no source."""
    from flashgen import pipeline

    if compiled.has_errors or compiled.ledger_before.rows:
        return ()
    return pipeline.lost(compiled, [target for target, _ in with_targets(compiled, pipeline.decks(compiled))])
