"""The tools that flashgen is held against, each in a virtual environment of its own, over the same cards.

What they do not do: ankdown neither checks its cards, nor colours code, nor knows a card again whose text was edited;
markdown-anki-decks checks nothing either; ankcompiler checks the form of its cards, and knows an edited one by an id in
its text. None of them sanitizes HTML or says what changed.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks import corpus
from tests.benchmarks.measuring import Run, run


@dataclass(frozen=True)
class Peer:
    """A tool: its letter in the table, its packages on PyPI, its dialect of the corpus, and its command."""

    letter: str
    packages: tuple[str, ...]
    dialect: str
    command: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.packages[0].replace("==", " ")

    def install(self, environments: Path) -> Path:
        """The folder of its programs, installed where it is not there yet. Raises CalledProcessError."""
        home = environments / self.letter
        if not (home / "ready").exists():
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
            subprocess.run([home / "bin/pip", "install", "-q", *self.packages], check=True)
            (home / "ready").touch()
        return home / "bin"

    def over(self, programs: Path, folder: Path, cards: int) -> Run:
        """One run of it over so many cards, whose sources are kept in `folder`."""
        sources, out = folder / f"{self.letter}-{cards}", folder / f"{self.letter}-{cards}-out"
        if not sources.exists():
            corpus.write(sources, self.dialect, cards)
            out.mkdir()
        words = {"sources": str(sources), "out": str(out)}
        return run([str(programs / self.command[0]), *(word.format(**words) for word in self.command[1:])])


ANKDOWN: Final = Peer("A", ("ankdown==0.7.1",), "ankdown", ("ankdown", "-r", "{sources}", "-p", "{out}/deck.apkg"))
MARKDOWN_ANKI_DECKS: Final = Peer(
    "M", ("markdown-anki-decks==1.1.1", "click==8.1.8"), "markdown-anki-decks", ("mdankideck", "{sources}", "{out}")
)
ANKCOMPILER: Final = Peer(
    "K", ("ankcompiler==0.6.0",), "ankcompiler", ("ankc", "build", "--all", "--path", "{sources}", "--output", "{out}")
)
