"""`python -m tests.benchmarks`: what flashgen costs, as ratios to named yardsticks in the same run.

Each ratio is that of two processes that run by turns; their median counts. Only ratios mean anything: the seconds are
those of this machine and hour. The yardsticks:

P  `python -c pass`
S  `straight_line.py`: markdown-it-py and genanki as their READMEs show them; no checks, no colours, no ids, no ledger
A  ankdown 0.7.1, the fastest tool of its kind, with a parser in C (see `peers.py` for it and for M and K)
M  markdown-anki-decks 1.1.1
K  ankcompiler 0.6.0
I  Anki's own import of the package, into a new profile

All compile the same cards (`corpus.py`). The tools are installed into --peers, where they are not there yet. A run of
everything takes some fifteen minutes; --quick leaves 100 000 cards, M and K out.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import count
from pathlib import Path

from tests.benchmarks import corpus, rich
from tests.benchmarks.measuring import Ratios, Run, paired, run
from tests.benchmarks.peers import ANKCOMPILER, ANKDOWN, MARKDOWN_ANKI_DECKS, Peer

_HERE = Path(__file__).parent
_FLASHGEN = (sys.executable, "-m", "flashgen")
_OFTEN = 5
"""How many times as many pairs there are of what takes seconds, and is told from its limit by a few hundredths."""


class Deck:
    """A project of flashgen in `root`, and the straight line over the same cards."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._edits = count(1)

    def cold(self) -> Run:
        """A first build: no ledger, no memory, no cache, no package."""
        for left in (self.root / "decks", self.root / ".flashgen_cache"):
            shutil.rmtree(left, ignore_errors=True)
        (self.root / "cards" / "ledger.jsonl").unlink(missing_ok=True)
        return self.build()

    def build(self) -> Run:
        """Another build."""
        return run([*_FLASHGEN, "build", str(self.root)])

    def edit(self) -> None:
        """Another answer of one card, in a file in the middle."""
        files = [file for file in sorted((self.root / "cards").glob("*.md")) if "\nA: " in file.read_text("utf-8")]
        file = files[len(files) // 2]
        before, answer, after = file.read_text(encoding="utf-8").partition("\nA: ")
        file.write_text(f"{before}{answer}Edit {next(self._edits)}. {after}", encoding="utf-8")

    def edited(self) -> Run:
        """A build after an edit."""
        self.edit()
        return self.build()

    def again(self) -> Run:
        """A build of a project whose package was deleted, and nothing else."""
        self.package().unlink()
        return self.build()

    def says(self, command: str) -> Run:
        """`check` or `status`."""
        return run([*_FLASHGEN, command, str(self.root)])

    def checked(self) -> Run:
        """`check` after an edit."""
        self.edit()
        return self.says("check")

    def package(self) -> Path:
        """Its package."""
        (package,) = (self.root / "decks").glob("*.apkg")
        return package


class Corpus(Deck):
    """So many cards of the corpus, `per_file` in each file (0: all in one)."""

    def __init__(self, folder: Path, cards: int, per_file: int = 100) -> None:
        super().__init__(folder / f"flashgen-{cards}-{per_file}")
        self._theirs = folder / f"heading-{cards}"
        self.their_package = folder / f"straight-{cards}.apkg"
        corpus.write(self.root / "cards", "flashgen", cards, per_file)
        corpus.write(self._theirs, "heading", cards)

    def straight(self) -> Run:
        """The straight line over the same cards."""
        return run([sys.executable, str(_HERE / "straight_line.py"), str(self._theirs), str(self.their_package)])


def _import(package: Path) -> float:
    """The seconds of Anki's import."""
    command = [sys.executable, "-m", "tests.benchmarks.importing", str(package)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _wall(of: Callable[[], Run]) -> Callable[[], float]:
    return lambda: of().wall


def _start(runs: int) -> Iterator[Ratios]:
    python = _wall(lambda: run([sys.executable, "-c", "pass"]))
    yield paired("`flashgen --help` ÷ P", runs * 2, _wall(lambda: run([*_FLASHGEN, "--help"])), python, 8)


def _ratios(folder: Path, programs: dict[str, Path], runs: int, *, quick: bool) -> Iterator[Ratios]:
    def peer(one: Peer, cards: int) -> Callable[[], float]:
        return _wall(lambda: one.over(programs[one.letter], folder, cards))

    yield from _start(runs)
    often = _OFTEN * runs
    hundred, thousand, ten = (Corpus(folder, cards) for cards in (100, 1_000, 10_000))
    yield paired("cold build, 100 cards ÷ A", often, _wall(hundred.cold), peer(ANKDOWN, 100), 1.1)
    yield paired("cold build, 1 000 ÷ S", often, _wall(thousand.cold), _wall(thousand.straight), 1.0)
    yield paired("cold build, 1 000 ÷ A", often, _wall(thousand.cold), peer(ANKDOWN, 1_000))
    yield paired("cold build, 10 000 ÷ S", often, _wall(ten.cold), _wall(ten.straight), 0.9)
    yield paired("cold build, 10 000 ÷ A", runs, _wall(ten.cold), peer(ANKDOWN, 10_000))
    if not quick:
        yield paired("cold build, 10 000 ÷ M", 1, _wall(ten.cold), peer(MARKDOWN_ANKI_DECKS, 10_000))
        yield paired("cold build, 10 000 ÷ K", 1, _wall(ten.cold), peer(ANKCOMPILER, 10_000), 0.05)
    single = Corpus(folder, 10_000, 0)
    yield paired("cold build, one file of 10 000 ÷ 100 files of 100", runs, _wall(single.cold), _wall(ten.cold), 1.1)
    yield paired("one card edited, 1 000 ÷ A", runs, _wall(thousand.edited), peer(ANKDOWN, 1_000))
    yield paired("one card edited, 10 000 ÷ A", often, _wall(ten.edited), peer(ANKDOWN, 10_000), 0.5)
    yield paired("`check`, one card edited, 10 000 ÷ A", runs, _wall(ten.checked), peer(ANKDOWN, 10_000))
    ten.build()
    yield paired("nothing changed, 10 000 ÷ A", runs, _wall(ten.build), peer(ANKDOWN, 10_000), 0.15)
    for command in ("check", "status"):
        says = _wall(lambda command=command: ten.says(command))  # type: ignore[misc]
        yield paired(f"`{command}`, nothing changed, 10 000 ÷ A", runs, says, peer(ANKDOWN, 10_000), 0.3)
    made_again, imports = _wall(ten.again), lambda: _import(ten.package())
    yield paired("package made again from the cache, 10 000 ÷ I", often, made_again, imports, 1.0)
    yield paired("one card edited, 10 000 ÷ I", often, _wall(ten.edited), imports)
    ours, theirs = ten.package().stat().st_size, ten.their_package.stat().st_size
    yield Ratios("size of the package ÷ S", (ours / theirs,), 0.3)
    yield Ratios("peak memory of the largest process, 10 000 ÷ S", (ten.cold().memory / ten.straight().memory,), 2)
    if not quick:
        hundreds = Corpus(folder, 100_000)
        cold, straight = hundreds.cold(), hundreds.straight()
        yield Ratios("cold build, 100 000 ÷ S", (cold.wall / straight.wall,), 0.9)
        yield Ratios("cold build, 100 000 ÷ 10 000", (cold.wall / ten.cold().wall,), 11)
        yield Ratios("peak memory of the largest process, 100 000 ÷ S", (cold.memory / straight.memory,), 2)
        yield Ratios(
            "one card edited, 100 000 ÷ A",
            (hundreds.edited().wall / ANKDOWN.over(programs["A"], folder, 100_000).wall,),
        )
        yield Ratios(
            "nothing changed, 100 000 ÷ A", (hundreds.build().wall / ANKDOWN.over(programs["A"], folder, 100_000).wall,)
        )


def _real(folder: Path, runs: int) -> Iterator[str]:
    """Real decks, in seconds: a first build, one card edited, nothing changed."""
    article = Deck(folder / "article")
    shutil.copytree(_HERE.parents[1] / "cards", article.root / "cards")
    shutil.copy(_HERE.parents[1] / "pyproject.toml", article.root)
    long = Deck(folder / "rich")
    rich.write(long.root / "cards", 2_000)
    for name, deck in (("the article's deck", article), ("2 000 long cards, 2 000 pictures of 50 kB", long)):
        said = [min(of().wall for _ in range(runs)) for of in (deck.cold, deck.edited, deck.build)]
        yield f"| {name} | {said[0]:.2f} | {said[1]:.2f} | {said[2]:.2f} |"


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", type=Path, default=Path(tempfile.gettempdir()) / "flashgen-peers")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    wanted = [ANKDOWN] if options.quick else [ANKDOWN, MARKDOWN_ANKI_DECKS, ANKCOMPILER]
    programs = {peer.letter: peer.install(options.peers) for peer in wanted}
    names = ("flashgen", "genanki", "markdown-it-py", "Pygments", "typer", "msgspec", "anki")
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(", ".join(f"{name} {version(name)}" for name in names) + "; " + ", ".join(peer.name for peer in wanted))
    with tempfile.TemporaryDirectory() as folder:
        print("\n| ratio | pairs | min | median | max | at most | |\n|---|---|---|---|---|---|---|")
        for ratios in _ratios(Path(folder), programs, options.runs, quick=options.quick):
            print(ratios.line(), flush=True)
        print("\n| real decks, seconds | first build | one card edited | nothing changed |\n|---|---|---|---|")
        for line in _real(Path(folder), options.runs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
