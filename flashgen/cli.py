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
from flashgen.shown import number, plain, shown_path, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from flashgen.cache.last import Outcome
    from flashgen.diagnostics import Diagnostic
    from flashgen.model import Deck, Media
    from flashgen.output import Written
    from flashgen.pipeline import Built, Compiled
    from flashgen.shown import Paint

app = typer.Typer(
    name="flashgen",
    help="Compile hand-written Markdown into Anki decks.",
    no_args_is_help=True,
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
    status = 0
    try:
        try:
            app(prog_name="flashgen")
        except SystemExit as end:
            status = int(end.code or 0)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except OSError as fault:
        _end_mute(fault)
    # What a process has taken is the system's again at its end: to clear away millions of objects before takes as long
    # as to build a small project.
    os._exit(status)


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


_NOTHING: Final = "nothing changed"
_TERMINATED: Final = 128 + signal.SIGTERM
_WIDEST: Final = 100
_MISUSE: Final = 2
_INPUT: Final = Path("-")
# Anki hands the time of a note on in 32 bits.
_END_OF_TIME: Final = 2**32


class Keys(StrEnum):
    """The places whose keys have a schema."""

    CONFIG = "config"
    FRONT_MATTER = "front-matter"
    COMMENT = "comment"


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
_PathOrInput = Annotated[
    Path,
    typer.Argument(
        exists=True,
        allow_dash=True,
        callback=_placed,
        help="A Markdown file, a folder of them, or a project; - for standard input.",
        show_default="here",
    ),
]
_Repeated = Annotated[bool, typer.Option("--watch", help="Do it again after every save, until Ctrl-C.")]
_Form = Annotated[Form, typer.Option("--format", help="For people, for machines, or for GitHub's annotations.")]


def _rules(begun: str) -> list[str]:
    """The rules whose names a shell may complete."""
    from flashgen.diagnostics import RULES

    return [name for name in RULES if name.startswith(begun)]


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
    watch: _Repeated = False,
) -> None:
    """Check, compile, and write the packages and the ledger."""
    if watch:
        if refresh or open_:
            _misuse("--watch builds at every save: leave out --refresh and --open")
        _watch(path, lambda: _build(path, output, deck, locked=locked, briefly=True)[1])
        return
    is_whole = output is None and deck is None and not refresh
    last = _last(path) if is_whole else None
    if last is not None:
        _print_faults(_faults_of(last, "text", _paint(sys.stderr)))
        for target, lines in last.packages:
            typer.echo(_paint(sys.stdout)(shown_path(Path(), str(target)), "bold"))
            _print_results(lines)
        typer.echo(_NOTHING)
        _tell_of_abandoned(last.abandoned)
        targets = [target for target, _ in last.packages]
    else:
        targets, _ = _build(path, output, deck, locked=locked, refresh=refresh, is_whole=is_whole)
    if open_:
        for target in targets:
            if typer.launch(str(target)) != 0:
                _fail(f"the system has no program to open {target}")


def _build(
    path: Path,
    output: Path | None,
    deck: str | None,
    *,
    locked: bool,
    refresh: bool = False,
    is_whole: bool = False,
    briefly: bool = False,
) -> tuple[list[Path], Sequence[Media]]:
    """Builds, and gives the packages and the media that were read."""
    from flashgen import abandoned, pipeline, report, waiting

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
        packages = _packages(compiled, decks, deck, output)
        with waiting.bar(sys.stderr) as say:
            say("packaging")
            built = pipeline.build(compiled, packages, locked=locked)
        # What is in another folder than the project's own is not for flashgen to tell.
        is_told = output is None and not built.faults
        left = abandoned.packages(compiled, [target for target, _ in packages]) if is_told else ()
        if is_whole and not built.faults:
            pipeline.keep_outcome(compiled, built, _outcome(compiled, built, left))
    if built.faults:
        _print_faults(report.faults(built.faults, root, "text", _paint(sys.stderr)))
        raise typer.Exit(1)
    if built.forgotten is not None:
        _tell(f"{built.forgotten} cannot be written: a build after going back in git may be older than what Anki has")

    paint = _paint(sys.stdout)
    _print_results(report.changes(compiled.chosen_changes, root, "text", paint))
    targets = [shown_path(Path(), str(target)) for target, _ in built.packages]
    if briefly:
        typer.echo(f"{report.totals(compiled.chosen_changes)}: {', '.join(targets)}")
    else:
        for target, one in zip(targets, decks, strict=True):
            typer.echo(paint(target, "bold"))
            _print_results(report.contents([one]))
        typer.echo(report.totals(compiled.chosen_changes))
    if not compiled.ledger:
        ledger = shown_path(Path(), str(compiled.project.ledger))
        typer.echo(f"{ledger} is new: it keeps the reviews of cards that you edit; keep it with them")
    if refresh:
        typer.echo("every note of the project has a new time: on import the sources replace what was edited in Anki")
    # The ledger takes them in as well, so that no later build could tell of them.
    if compiled.other_changes:
        typer.echo(f"Elsewhere in the project, not in what was packaged now: {report.totals(compiled.other_changes)}")
        _print_results(report.changes(compiled.other_changes, root, "text", paint))
    _print_results(report.left_to_the_user(compiled.identified.changes))
    _tell_of_abandoned(left)
    return [target for target, _ in built.packages], compiled.sources.shown


@app.command()
def check(
    path: _PathOrInput = Path(),
    form: _Form = Form.TEXT,
    style: Annotated[bool, typer.Option("--style", help="Advise on the quality of the cards too.")] = False,
    watch: _Repeated = False,
    stdin_filename: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            callback=_placed,
            help="With the path -: whose text is read from standard input.",
        ),
    ] = None,
) -> None:
    """Tell every fault; write nothing."""
    if (path == _INPUT) != (stdin_filename is not None):
        _misuse('to check a text that is not saved, write "flashgen check - --stdin-filename FILE"')
    if stdin_filename is not None:
        if watch or style:
            _misuse("standard input is checked once, for its faults: leave out --watch and --style")
        _check_input(stdin_filename, form)
        return
    if watch:
        _watch(path, lambda: _check(path, form, style=style)[0].sources.shown)
        return
    last = _last(path) if not style else None
    if last is not None:
        _print_results(_faults_of(last, form.value, _paint(sys.stdout)))
        if form is Form.TEXT:
            typer.echo(last.checked)
    elif any(one.is_error for one in _check(path, form, style=style)[1]):
        raise typer.Exit(1)


def _check_input(file: Path, form: Form) -> None:
    """Tells the faults that a file would have with what standard input says."""
    from flashgen import pipeline, report

    root, found = pipeline.faults_of_text(file, sys.stdin.buffer.read(), clock=_clock())
    _print_results(report.faults(found, root, form.value, _paint(sys.stdout)))
    if form is Form.TEXT:
        typer.echo(report.count(found))
    if any(one.is_error for one in found):
        raise typer.Exit(1)


def _check(path: Path, form: Form, *, style: bool) -> tuple[Compiled, Sequence[Diagnostic]]:
    """Checks, and gives what was read and what was found."""
    from flashgen import diagnostics, pipeline, report

    compiled = _compiled(path, whole=style)
    found = diagnostics.in_order([*compiled.chosen_diagnostics, *_lost(compiled)])
    if style:
        advice = [one for one in pipeline.advise(compiled.sources) if compiled.chooses(one.span.file)]
        found = diagnostics.in_order([*found, *advice])
    _print_results(report.faults(found, compiled.project.root, form.value, _paint(sys.stdout)))
    if form is Form.TEXT:
        files = [span.file for span in compiled.spans.values() if compiled.chooses(span.file)]
        typer.echo(_checked(files, found))
        _print_results(report.on_advice(found))
    return compiled, found


def _watch(path: Path, once: Callable[[], Sequence[Media]]) -> None:
    """Runs `once` (which gives the media that it has read) now and after each change; Ctrl-C ends it, as meant."""
    from flashgen import watching

    shown: list[Path] = []

    def run(changed: Sequence[Path]) -> Sequence[Path]:
        if changed:
            more = f" and {number(len(changed) - 1, 'other')}" if len(changed) > 1 else ""
            _tell(f"{shown_path(Path(), str(changed[0]))}{more} changed")
        try:
            if path.exists():
                shown[:] = [file.path for file in once()]
            else:
                _tell(f"{shown_path(Path(), str(path))} is gone")
        except typer.Exit as ended:
            # What is misused from the beginning, no save mends.
            if ended.exit_code == _MISUSE and not changed:
                raise
        # Nobody else looks for cycles (see `run`), and this process may run for days.
        gc.collect()
        return shown

    with _until_ctrl_c(path):
        watching.repeat(path, run, lambda: _tell("watching; Ctrl-C ends"))


@contextlib.contextmanager
def _until_ctrl_c(path: Path) -> Iterator[None]:
    """What watches the folders of a path, and is meant to be ended so."""
    from flashgen import watching

    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit from None
    except watching.UnwatchableError as fault:
        _fail(f"the system does not watch the folders of {shown_path(Path(), str(path))}: {fault}")


@app.command()
def status(path: _Path = Path(), form: _Form = Form.TEXT) -> None:
    """Tell what a build would do: added, edited, moved, retyped, removed."""
    last = _last(path) if form is not Form.JSON else None
    if last is not None:
        if form is Form.TEXT:
            _print_results(last.contents)
            _print_results((_NOTHING, *last.left))
        return
    from flashgen import diagnostics, pipeline, report

    compiled = _compiled(path)
    root = compiled.project.root
    lost = _lost(compiled)
    if compiled.has_errors or lost:
        found = diagnostics.in_order([*compiled.diagnostics, *lost])
        _print_faults(report.faults(found, root, form.value, _paint(sys.stderr)))
        if form is Form.TEXT:
            _fail(f"{report.count(found)}; nothing can be built")
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


@app.command()
def init(
    path: Annotated[
        Path, typer.Argument(callback=_placed, help="The folder of the project, new or empty.", show_default="here")
    ] = Path(),
    lang: Annotated[str, typer.Option(help="The language of your words, as in fr, pt-BR or zh-Hant.")] = "en",
) -> None:
    """Begin a project: a config, a first file of cards that builds at once, and what git needs to know."""
    from flashgen import names, places, starting

    language = names.language(lang)
    if language is None:
        _misuse(f'"{lang}" is no language tag; write it as in "fr", "pt-BR" or "zh-Hant"')
    root = places.absolute(path)
    if (why := starting.refusal(root)) is not None:
        _misuse(f"{why}; nothing was written")
    try:
        begun = starting.begin(root, language)
    except OSError as fault:
        file = shown_path(Path(), fault.filename)
        _fail(f"{file} cannot be written: {fault.strerror or fault}; nothing was written")
    _print_results(shown_path(Path(), str(written)) for written in begun.written)
    for kept, line in begun.lacking:
        typer.echo(f"add to {shown_path(Path(), str(kept))}, which was there: {line}")
    command = "flashgen build" if path == Path() else f'flashgen build "{shown_path(Path(), str(root))}"'
    typer.echo(f"read {shown_path(Path(), str(begun.first))}, and build it: {command}")


@app.command()
def explain(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[RULE | FILE:LINE]",
            help="A rule's name, or a place; none: all rules.",
            autocompletion=_rules,
        ),
    ] = None,
) -> None:
    """Tell what a rule means, or what stands on a line and what becomes of it in Anki."""
    import re

    from flashgen.diagnostics import RULES
    from flashgen.explaining import places, rules, telling

    paint = _paint(sys.stdout)
    if what is None:
        _print_results(rules.listed(paint))
    elif what in RULES:
        import shutil

        _print_results(rules.explained(RULES[what], min(shutil.get_terminal_size().columns, _WIDEST), paint))
    elif place := re.fullmatch(r"(.+?):(\d{1,9})(?::\d*)?:?", what):
        file, line = _placed(Path(place[1])), int(place[2])
        if file is None or not file.is_file():
            _misuse(f'there is no file "{place[1]}"')
        found = places.look(file, line, clock=_clock())
        if line < 1 or (found.lines is not None and line > found.lines):
            _misuse(f"{shown_path(found.root, found.file)} has the lines 1 to {found.lines}")
        _print_results(telling.told(found, paint))
    elif Path(what).is_file():
        _misuse(f'write the line as well: "flashgen explain {what}:12"')
    else:
        _misuse(f'there is no rule "{what}"; {rules.advice(what)}')


@app.command()
def schema(of: Annotated[Keys, typer.Argument(help="What it describes.")]) -> None:
    """Write a JSON Schema for your editor: of the config, of front matter, or of the comments of cards."""
    import json

    from flashgen import schemas

    made = {Keys.CONFIG: schemas.project, Keys.FRONT_MATTER: schemas.front_matter, Keys.COMMENT: schemas.comment}
    typer.echo(json.dumps(made[of](), indent=2))


@app.command()
def preview(
    path: _Path = Path(),
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port to listen on.", show_default="8742, or a free one")
    ] = None,
    host: Annotated[str, typer.Option(help="Where to listen; other machines reach any but this one.")] = "127.0.0.1",
    folder: Annotated[
        Path | None,
        typer.Option(
            "--static", callback=_placed, help="Write the page into this folder, to be opened without a server."
        ),
    ] = None,
) -> None:
    """Show the cards in the browser as Anki shows them, live."""
    from flashgen import preview, report

    watched = preview.Preview(path, _clock)
    compiled = watched.snapshot.compiled
    cards = sum(len(note.cards) for note in compiled.notes())
    found = report.count(compiled.chosen_diagnostics)
    if folder is not None:
        if not preview.takes(folder):
            _misuse(f'"{folder}" holds other files; name a folder that is new, empty, or of a preview before')
        written = preview.write(watched, folder)
        if written.fault is not None:
            _fail(f"{written.file} cannot be written: {written.fault.strerror or written.fault}")
        typer.echo(f"{number(cards, 'card')} in {shown_path(Path(), str(written.file))}: {found}")
        return
    try:
        listening = preview.listen(host, port)
    except OSError as fault:
        _misuse(f"{host} cannot be listened on: {fault.strerror or fault}")
    with listening:
        address = preview.address(listening, host)

        def ready() -> None:
            typer.echo(f"{number(cards, 'card')}: {found}")
            typer.echo(f"{address} shows them as they are saved; Ctrl-C ends it")
            if not preview.is_loopback(host):
                _tell(f"whoever reaches this machine can read these cards: it listens on {host}")
            if open_:
                typer.launch(address)

        with _until_ctrl_c(path):
            preview.serve(watched, listening, host, ready)


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
        places = ", ".join(f"{shown_path(root, span.file)}:{span.line}" for span in pins.refused)
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


def _compiled(path: Path, *, refresh: bool = False, whole: bool = False) -> Compiled:
    from flashgen import pipeline, waiting

    with waiting.bar(sys.stderr) as say:
        return pipeline.compile(path, clock=_clock(), refresh=refresh, whole=whole, say=say)


def _last(path: Path) -> Outcome | None:
    """What the last build found, where nothing has changed since; it is to be had without importing the rest."""
    _clock()  # a time that is none is misuse in any case
    from flashgen.cache import last

    return last.recall(path)


def _outcome(compiled: Compiled, built: Built, left: tuple[Path, ...]) -> Outcome:
    """What commands will tell of a project as a build leaves it; `left` are packages of decks that are no more."""
    from flashgen import report
    from flashgen.cache.last import Outcome

    found = compiled.diagnostics
    decks = [one for _, one in built.packages]
    return Outcome(
        root=compiled.project.root,
        faults=found,
        packages=tuple((target, tuple(report.contents([one]))) for target, one in built.packages),
        contents=tuple(report.contents(decks)),
        checked=_checked([span.file for span in compiled.spans.values()], found),
        left=tuple(report.left_before(compiled.identified.ledger.rows)),
        abandoned=left,
    )


def _checked(files: Sequence[str], found: Sequence[Diagnostic]) -> str:
    """The last line of a check: what was looked at, and the count of faults. `files` has one for each note."""
    from flashgen import report

    return f"{number(len(files), 'note')} in {number(len(set(files)), 'file')}: {report.count(found)}"


def _faults_of(last: Outcome, form: str, paint: Paint) -> Iterable[str]:
    if form == Form.TEXT and not last.faults:
        return ()
    from flashgen import report

    return report.faults(last.faults, last.root, form, paint)


def _tell_of_abandoned(packages: Iterable[Path]) -> None:
    for package in packages:
        _tell(
            f"{shown_path(Path(), str(package))} is of no deck of this project any more; delete it: "
            "imported again, it would bring back its deck, and notes that you deleted in Anki"
        )


def _clock() -> int:
    """The time of this run in seconds since 1970: SOURCE_DATE_EPOCH where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return int(time.time())
    if not (epoch.isascii() and epoch.isdigit() and len(epoch) <= 10 and int(epoch) < _END_OF_TIME):
        _misuse(f"SOURCE_DATE_EPOCH is {epoch!r}, which is no number of seconds")
    return int(epoch)


def _lost(compiled: Compiled) -> tuple[Diagnostic, ...]:
    """The fault of packages that a build would not write over, which is in no source."""
    from flashgen import pipeline

    if compiled.has_errors or compiled.ledger_before.rows:
        return ()
    return pipeline.lost(compiled, [target for target, _ in _packages(compiled, pipeline.decks(compiled))])


def _packages(
    compiled: Compiled, decks: Sequence[Deck], deck: str | None = None, output: Path | None = None
) -> list[tuple[Path, Deck]]:
    """The decks, each with the path of its package."""
    return [(_target(compiled, one, deck, output, alone=len(decks) == 1), one) for one in decks]


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
    if any(compiled.chooses(span.file) for span in compiled.spans.values()):
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
    if os.environ.get("NO_COLOR") or stream is None or not stream.isatty():
        return plain
    return lambda text, colour: typer.style(text, bold=True) if colour == "bold" else typer.style(text, fg=colour)


def _tell(line: str) -> None:
    typer.echo(visible(line), err=True)


def _fail(message: str) -> NoReturn:
    _tell(message)
    raise typer.Exit(1)


def _misuse(message: str) -> NoReturn:
    _tell(f"flashgen: {message}")
    raise typer.Exit(_MISUSE)
