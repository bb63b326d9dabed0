"""The command line: arguments in, text and an exit status out. 0 done, 1 faults found, 2 misuse."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flashgen import __version__
from flashgen.commands import building, checking
from flashgen.commands.checking import Form
from flashgen.console import FAULTY, Ended, clock, fail, misuse, paint_for, prepare, print_faults, print_results, tell
from flashgen.shown import number, shown_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashgen.output import Written

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


_WIDEST: Final = 100


class Keys(StrEnum):
    """The places whose keys have a schema."""

    CONFIG = "config"
    FRONT_MATTER = "front-matter"
    COMMENT = "comment"


def _placed(path: Path | None) -> Path | None:
    """The path, if it can be told where it is."""
    try:
        if path is not None:
            path.absolute()
    except FileNotFoundError:
        misuse("the folder where you are is gone; change into another one")
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
        print_results([f"flashgen {__version__}"])
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Compile hand-written Markdown into Anki decks."""
    prepare()


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
    building.build(path, output, deck, locked=locked, refresh=refresh, open_=open_, watch=watch)


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
    checking.check(path, form, style=style, watch=watch, stdin_filename=stdin_filename)


@app.command()
def status(path: _Path = Path(), form: _Form = Form.TEXT) -> None:
    """Tell what a build would do: added, edited, moved, retyped, removed."""
    checking.status(path, form)


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
        misuse(f'"{lang}" is no language tag; write it as in "fr", "pt-BR" or "zh-Hant"')
    root = places.absolute(path)
    if (why := starting.refusal(root)) is not None:
        misuse(f"{why}; nothing was written")
    try:
        begun = starting.begin(root, language)
    except OSError as fault:
        file = shown_path(Path(), fault.filename)
        fail(f"{file} cannot be written: {fault.strerror or fault}; nothing was written")
    print_results(shown_path(Path(), str(written)) for written in begun.written)
    for kept, line in begun.lacking:
        print_results([f"add to {shown_path(Path(), str(kept))}, which was there: {line}"])
    command = "flashgen build" if path == Path() else f'flashgen build "{shown_path(Path(), str(root))}"'
    print_results([f"read {shown_path(Path(), str(begun.first))}, and build it: {command}"])


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

    paint = paint_for(sys.stdout)
    if what is None:
        print_results(rules.listed(paint))
    elif what in RULES:
        import shutil

        print_results(rules.explained(RULES[what], min(shutil.get_terminal_size().columns, _WIDEST), paint))
    elif place := re.fullmatch(r"(.+?):(\d{1,9})(?::\d*)?:?", what):
        file, line = _placed(Path(place[1])), int(place[2])
        if file is None or not file.is_file():
            misuse(f'there is no file "{place[1]}"')
        found = places.look(file, line, clock=clock())
        if line < 1 or (found.lines is not None and line > found.lines):
            misuse(f"{shown_path(found.root, found.file)} has the lines 1 to {found.lines}")
        print_results(telling.told(found, paint))
    elif Path(what).is_file():
        misuse(f'write the line as well: "flashgen explain {what}:12"')
    else:
        misuse(f'there is no rule "{what}"; {rules.advice(what)}')


@app.command()
def schema(of: Annotated[Keys, typer.Argument(help="What it describes.")]) -> None:
    """Write a JSON Schema for your editor: of the config, of front matter, or of the comments of cards."""
    import json

    from flashgen import schemas

    made = {Keys.CONFIG: schemas.project, Keys.FRONT_MATTER: schemas.front_matter, Keys.COMMENT: schemas.comment}
    print_results([json.dumps(made[of](), indent=2)])


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
    from flashgen.commands import repeating

    watched = preview.Preview(path, clock)
    compiled = watched.snapshot.compiled
    cards = sum(len(note.cards) for note in compiled.notes())
    found = report.count(compiled.chosen_diagnostics)
    if folder is not None:
        if not preview.takes(folder):
            misuse(f'"{folder}" holds other files; name a folder that is new, empty, or of a preview before')
        written = preview.write(watched, folder)
        if written.fault is not None:
            fail(f"{written.file} cannot be written: {written.fault.strerror or written.fault}")
        print_results([f"{number(cards, 'card')} in {shown_path(Path(), str(written.file))}: {found}"])
        return
    try:
        listening = preview.listen(host, port)
    except OSError as fault:
        misuse(f"{host} cannot be listened on: {fault.strerror or fault}")
    with listening:
        address = preview.address(listening, host)

        def ready() -> None:
            print_results([f"{number(cards, 'card')}: {found}"])
            print_results([f"{address} shows them as they are saved; Ctrl-C ends it"])
            if not preview.is_loopback(host):
                tell(f"whoever reaches this machine can read these cards: it listens on {host}")
            if open_:
                typer.launch(address)

        with repeating.until_ctrl_c(path):
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

    with pipeline.alone(path, tell):
        done, faults = restore.restore(file, path, clock=clock(), force=force)
        shown = faults if done is None else done.faults
        print_faults(report.faults(shown, _root(path), "text", paint_for(sys.stderr)))
        if done is None:
            fail(f"{report.count(faults)}; nothing was written")
        _insist(restore.write(done))
    print_results(telling.restored(done, file, paint_for(sys.stdout)))
    if not done.is_certain:
        raise Ended(FAULTY)


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
        with pipeline.alone(paths[0], tell):
            _pin(paths, force=force)


def _pin(paths: Sequence[Path], *, force: bool) -> None:
    from flashgen import report
    from flashgen.recovery import pin, telling

    root = _root(paths[0])
    pins, faults = pin.pin(paths, clock=clock(), force=force)
    if pins is None:
        if not faults:
            misuse("there is no ledger here yet, which has the ids; build first")
        print_faults(report.faults(faults, root, "text", paint_for(sys.stderr)))
        fail(f"{report.count(faults)}; nothing was written")
    if pins.refused:
        places = ", ".join(f"{shown_path(root, span.file)}:{span.line}" for span in pins.refused)
        fail(f"with an id written into it a card would not be the same: {places}; nothing was written")
    _insist(pin.write(pins))
    print_results(telling.pinned(pins))


@of_ledger.command()
def prune(path: _Path = Path()) -> None:
    """Forget the notes that have left the sources."""
    from flashgen import pipeline, report
    from flashgen.recovery import prune, telling

    with pipeline.alone(path, tell):
        pruned, faults = prune.prune(path, clock=clock())
        if pruned is None:
            print_faults(report.faults(faults, _root(path), "text", paint_for(sys.stderr)))
            fail(f"{report.count(faults)}; nothing was written")
        _insist(prune.write(pruned))
    print_results(telling.forgotten(pruned.rows))


def _insist(written: Written) -> None:
    """Ends the run where not all was written."""
    if written.stopped is not None and written.fault is not None:
        why = written.fault.strerror or written.fault
        fail(f"{written.stopped} cannot be written: {why}; {written.consequence}")


def _root(path: Path) -> Path:
    from flashgen import config

    return config.find(path)[0].root
