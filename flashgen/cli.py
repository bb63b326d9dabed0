"""The command line: arguments in, text and an exit status out. 0 done, 1 faults found, 2 misuse."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn, TextIO

import typer

from flashgen import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flashgen.model import Deck
    from flashgen.output import Written
    from flashgen.pipeline import Compiled
    from flashgen.report import Paint

app = typer.Typer(
    name="flashgen",
    help="Compile hand-written Markdown into Anki decks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

of_ledger = typer.Typer(
    help="Restore a lost ledger, write its ids into the sources, forget what left them.", no_args_is_help=True
)
app.add_typer(of_ledger, name="ledger")


def run() -> None:
    """The program `flashgen`."""
    # Tokens hold no cycles, and looking for some among millions of them takes a third of the time of a build.
    gc.disable()
    # As an exception it lets files and processes be cleaned up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    try:
        app(prog_name="flashgen")
    except OSError as fault:
        _end_mute(fault)


def _end_mute(fault: OSError) -> NoReturn:
    """Ends where the output cannot be written, on a full disk say: all else that can fail is a diagnostic."""
    with contextlib.suppress(OSError):
        print(
            f"flashgen: what was to be said cannot be written: {fault.strerror or fault}", file=sys.stderr, flush=True
        )
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        # What Python still holds back for them would be one more fault at the exit.
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
    sys.exit(1)


_TERMINATED: Final = 128 + signal.SIGTERM
# Anki hands the time of a note on in 32 bits.
_END_OF_TIME: Final = 2**32


class Form(StrEnum):
    """How faults and changes are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def _placed(path: Path | None) -> Path | None:
    """The path, if it can be told where it is."""
    try:
        if path is not None:
            path.absolute()
    except FileNotFoundError:
        _misuse("the folder where you are is gone; change into another one")
    return path


_Path = Annotated[
    Path,
    typer.Argument(
        exists=True,
        callback=_placed,
        help="A Markdown file, a folder of them, or a project.",
        show_default="here",
    ),
]
_Form = Annotated[Form, typer.Option("--format", help="For people, for machines, or for GitHub's annotations.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"flashgen {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Compile hand-written Markdown into Anki decks."""
    for stream in (sys.stdout, sys.stderr):
        # Not every terminal has the letters of every deck, and a report must not fail for one.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@app.command()
def build(
    path: _Path = Path(),
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", callback=_placed, help="The .apkg file, or the folder for several."),
    ] = None,
    deck: Annotated[str | None, typer.Option(help="Package this deck and those below it only.")] = None,
    locked: Annotated[bool, typer.Option("--locked", help="Fail where the ledger would change.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Let the sources win over everything in Anki.")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Hand the package to Anki.")] = False,
) -> None:
    """Check, compile, and write the packages and the ledger."""
    from flashgen import pipeline, report

    with pipeline.alone(path, _tell):
        compiled = _compiled(path, refresh=refresh)
        root = compiled.project.root
        found = compiled.diagnostics if compiled.has_errors else compiled.chosen_diagnostics
        _print_faults(report.faults(found, root, "text", _paint(sys.stderr)))
        if compiled.has_errors:
            _fail(f"{report.count(found)}; nothing was written")
        if locked and not compiled.ledger_is_current:
            for line in report.changes(compiled.identified.changes, root, "text", _paint(sys.stderr)):
                typer.echo(line, err=True)
            _fail("the ledger would change; build without --locked and commit it; nothing was written")
        decks = pipeline.decks(compiled, deck)
        if not decks:
            _misuse(_nothing_to_package(compiled, deck))
        packages = [(_target(compiled, one, deck, output, alone=len(decks) == 1), one) for one in decks]
        built = pipeline.build(compiled, packages, locked=locked)
    if built.faults:
        _print_faults(report.faults(built.faults, root, "text", _paint(sys.stderr)))
        raise typer.Exit(1)
    if built.forgotten is not None:
        _tell(f"{built.forgotten} cannot be written: a build after going back in git may be older than what Anki has")

    paint = _paint(sys.stdout)
    _print_results(report.changes(compiled.chosen_changes, root, "text", paint))
    for target, one in built.packages:
        typer.echo(paint(report.shown_path(Path(), str(target)), "bold"))
        _print_results(report.contents([one]))
    typer.echo(report.totals(compiled.chosen_changes))
    if not compiled.ledger:
        ledger = report.shown_path(Path(), str(compiled.project.ledger))
        typer.echo(f"{ledger} is new: it keeps the reviews of cards that you edit; keep it with them")
    if refresh:
        typer.echo("every note of the project has a new time: on import the sources replace what was edited in Anki")
    # The ledger takes them in as well, so that no later build could tell of them.
    if compiled.other_changes:
        typer.echo(f"Elsewhere in the project, not in what was packaged now: {report.totals(compiled.other_changes)}")
        _print_results(report.changes(compiled.other_changes, root, "text", paint))
    _print_results(report.left_to_the_user(compiled.identified.changes))
    if open_:
        for target, _ in built.packages:
            if typer.launch(str(target)) != 0:
                _fail(f"the system has no program to open {target}")


@app.command()
def check(
    path: _Path = Path(),
    form: _Form = Form.TEXT,
    style: Annotated[bool, typer.Option("--style", help="Advise on the quality of the cards too.")] = False,
) -> None:
    """Tell every fault; write nothing."""
    from flashgen import diagnostics, pipeline, report

    sources = pipeline.read(path)
    compiled = pipeline.identify(sources, clock=_clock())
    found = compiled.chosen_diagnostics
    if style:
        advice = [one for one in pipeline.advise(sources) if compiled.chooses(one.span.file)]
        found = diagnostics.in_order([*found, *advice])
    _print_results(report.faults(found, compiled.project.root, form.value, _paint(sys.stdout)))
    if form is Form.TEXT:
        files = {card.span.file for card in compiled.cards if compiled.chooses(card.span.file)}
        notes = sum(compiled.chooses(card.span.file) for card in compiled.cards)
        typer.echo(f"{report.number(notes, 'note')} in {report.number(len(files), 'file')}: {report.count(found)}")
        _print_results(report.on_advice(found))
    if any(one.is_error for one in found):
        raise typer.Exit(1)


@app.command()
def status(path: _Path = Path(), form: _Form = Form.TEXT) -> None:
    """Tell what a build would do: added, edited, moved, retyped, removed."""
    from flashgen import pipeline, report

    compiled = _compiled(path)
    root = compiled.project.root
    if compiled.has_errors:
        _print_faults(report.faults(compiled.diagnostics, root, form.value, _paint(sys.stderr)))
        if form is Form.TEXT:
            _fail(f"{report.count(compiled.diagnostics)}; nothing can be built")
        raise typer.Exit(1)
    decks = pipeline.decks(compiled)
    if form is Form.JSON:
        typer.echo(report.status(compiled.chosen_changes, decks, root))
        return
    _print_results(report.changes(compiled.chosen_changes, root, form.value, _paint(sys.stdout)))
    if form is Form.TEXT:
        _print_results(report.contents(decks))
        typer.echo(report.totals(compiled.chosen_changes))
        _print_results(report.left_to_the_user(compiled.identified.changes))
        _print_results(report.left_before(compiled.rows_left_before))


@of_ledger.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, help="A package (.apkg), or an exported collection (.colpkg).")],
    path: _Path = Path(),
    force: Annotated[
        bool, typer.Option("--force", help="Put the file in the place of the ledger that is there.")
    ] = False,
) -> None:
    """Make a lost, broken or old ledger again, from a package that was built or an export of Anki."""
    from flashgen import pipeline, report
    from flashgen.recovery import restore, telling

    with pipeline.alone(path, _tell):
        done, faults = restore.restore(file, path, clock=_clock(), force=force)
        shown = faults if done is None else done.faults
        _print_faults(report.faults(shown, _root(path), "text", _paint(sys.stderr)))
        if done is None:
            _fail(f"{report.count(faults)}; nothing was written")
        _insist(restore.write(done))
    _print_results(telling.restored(done, file, _paint(sys.stdout)))
    if not done.is_certain:
        raise typer.Exit(1)


@of_ledger.command()
def pin(
    files: Annotated[
        list[Path] | None, typer.Argument(exists=True, help="Sources, or folders of them.", show_default="here")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also into files with changes that git does not hold.")
    ] = False,
) -> None:
    """Write the ids of the cards into their sources, so that they can do without the ledger."""
    from flashgen import pipeline
    from flashgen.recovery import pin

    for paths in pin.by_project(files or [Path()]):
        with pipeline.alone(paths[0], _tell):
            _pin(paths, force=force)


def _pin(paths: Sequence[Path], *, force: bool) -> None:
    from flashgen import report
    from flashgen.recovery import pin, telling

    root = _root(paths[0])
    pins, faults = pin.pin(paths, clock=_clock(), force=force)
    if pins is None:
        if not faults:
            _misuse("there is no ledger here yet, which has the ids; build first")
        _print_faults(report.faults(faults, root, "text", _paint(sys.stderr)))
        _fail(f"{report.count(faults)}; nothing was written")
    if pins.refused:
        places = ", ".join(f"{report.shown_path(root, span.file)}:{span.line}" for span in pins.refused)
        _fail(f"with an id written into it a card would not be the same: {places}; nothing was written")
    _insist(pin.write(pins))
    _print_results(telling.pinned(pins))


@of_ledger.command()
def prune(path: _Path = Path()) -> None:
    """Forget the notes that have left the sources."""
    from flashgen import pipeline, report
    from flashgen.recovery import prune, telling

    with pipeline.alone(path, _tell):
        pruned, faults = prune.prune(path, clock=_clock())
        if pruned is None:
            _print_faults(report.faults(faults, _root(path), "text", _paint(sys.stderr)))
            _fail(f"{report.count(faults)}; nothing was written")
        _insist(prune.write(pruned))
    _print_results(telling.forgotten(pruned.rows))


def _insist(written: Written) -> None:
    """Ends the run where not all was written."""
    if written.stopped is not None and written.fault is not None:
        why = written.fault.strerror or written.fault
        _fail(f"{written.stopped} cannot be written: {why}; {written.consequence}")


def _root(path: Path) -> Path:
    from flashgen import config

    return config.find(path)[0].root


def _compiled(path: Path, *, refresh: bool = False) -> Compiled:
    from flashgen import pipeline

    return pipeline.compile(path, clock=_clock(), refresh=refresh)


def _clock() -> int:
    """The time of this run in seconds since 1970: SOURCE_DATE_EPOCH where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return int(time.time())
    if not (epoch.isascii() and epoch.isdigit() and len(epoch) <= 10 and int(epoch) < _END_OF_TIME):
        _misuse(f"SOURCE_DATE_EPOCH is {epoch!r}, which is no number of seconds")
    return int(epoch)


def _target(compiled: Compiled, one: Deck, deck: str | None, output: Path | None, *, alone: bool) -> Path:
    """Where a deck's package goes.

    A package of a part has a name of its own: it must not take the place of the whole one.
    """
    from flashgen import names

    if output is not None and output.suffix.casefold() == ".colpkg":
        _misuse("a .colpkg holds a whole collection, and replaces everything in Anki; write a .apkg")
    if output is not None and output.suffix.casefold() in (".apkg", ".zip"):
        if not alone:
            _misuse("there are several decks: give --output a folder, or choose one with --deck")
        if names.is_backup(output.name):
            _misuse(f'Anki takes a file called "{output.name}" for a backup of everything; choose another name')
        return output
    parts = (deck or one.name).split("::")
    if compiled.chosen:
        chosen = (compiled.project.root / compiled.chosen).relative_to(compiled.project.sources)
        parts += chosen.with_suffix("").parts
    # No dot stands in the name of a whole package.
    stem = ".".join(names.package_file(part).removesuffix(".apkg") for part in parts)
    return (output or compiled.project.decks) / f"{stem}.apkg"


def _nothing_to_package(compiled: Compiled, deck: str | None) -> str:
    if deck is not None:
        known = ", ".join(f'"{name}"' for name in dict.fromkeys(note.deck for note in compiled.notes()))
        return f'there is no deck "{deck}" here; the decks are {known}'
    if any(compiled.chooses(card.span.file) for card in compiled.cards):
        return "all cards here are drafts"
    return f'"{compiled.chosen}" holds no cards of the project; its sources are in {compiled.project.sources}'


def _print_faults(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line, err=True)


def _print_results(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _paint(stream: TextIO | None) -> Paint:
    """Colours for a terminal, none for anything else, be it closed."""
    from flashgen import report

    if os.environ.get("NO_COLOR") or stream is None or not stream.isatty():
        return report.plain
    return lambda text, colour: typer.style(text, bold=True) if colour == "bold" else typer.style(text, fg=colour)


def _tell(line: str) -> None:
    from flashgen.report import visible

    typer.echo(visible(line), err=True)


def _fail(message: str) -> NoReturn:
    _tell(message)
    raise typer.Exit(1)


def _misuse(message: str) -> NoReturn:
    _tell(f"flashgen: {message}")
    raise typer.Exit(2)
