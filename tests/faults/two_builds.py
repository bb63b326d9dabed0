"""A project before and after a build that changes everything, to see what a fault in between leaves of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from flashgen import journal
from flashgen.journal import Entry
from tests.project import Project

MAP = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
_CARDS = {
    "cards/rivers.md": "Q: Which river runs through Paris?\nA: The Seine\n\nQ: Which through Niamey?\nA: The Niger\n",
    "cards/towns.md": "Q: Where is it?\n\n![A map](map.svg)\n\nA: Here.\n",
    "cards/map.svg": MAP,
}


@dataclass(frozen=True)
class TwoBuilds:
    """`before` is edited and not yet built again, `after` is. `written` are the files of a build, in their order."""

    before: Path
    after: Path
    written: tuple[str, ...]

    def states(self, root: Path) -> list[str]:
        """For each file of the build whether it is `old` or `new`, or else what it holds."""
        return [self._state(root, name) for name in self.written]

    def _state(self, root: Path, name: str) -> str:
        now = content(root / name)
        if now == content(self.before / name):
            return "old"
        return "new" if now == content(self.after / name) else f"{name} holds {now!r}"


def content(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none."""
    return path.read_bytes() if path.exists() else None


def leftovers(root: Path) -> list[str]:
    """The files in which a build prepares itself."""
    return [path.name for path in root.rglob(".flashgen-*")]


def rebuilt(folder: Path) -> TwoBuilds:
    """A project of two decks that was built, then had every deck edited."""
    project = Project(folder / "before")
    project.write(dict(_CARDS))
    project.build()
    project.edit("cards/rivers.md", "Seine", "Seine, a river of 777 km")
    project.write({"cards/map.svg": MAP + b"\n", "cards/more.md": "Q: Is there more?\nA: A lake\n"})
    return _and_after(project, folder, ("decks/rivers.apkg", "decks/towns.apkg", "decks/more.apkg"))


def first_build(folder: Path) -> TwoBuilds:
    """A project of two decks that was never built."""
    project = Project(folder / "before")
    project.write(dict(_CARDS))
    return _and_after(project, folder, ("decks/rivers.apkg", "decks/towns.apkg"))


def _and_after(project: Project, folder: Path, packages: tuple[str, ...]) -> TwoBuilds:
    after = folder / "after"
    shutil.copytree(project.root, after)
    built = Project(after, config="")
    built.day = 1
    built.build()
    files = (".flashgen_cache/built.jsonl", "cards/ledger.jsonl", *packages)
    # In the order of the decks, which is that of their sources.
    order = sorted(files[2:])
    return TwoBuilds(project.root, after, (*files[:2], *order))


def stopped_at_every_step(builds: TwoBuilds, copies: Path, how: str, *arguments: str) -> list[Path]:
    """Copies of the project, each with its build stopped one step later; the last is done."""
    command = [sys.executable, "-m", "tests.faults.steps", str(builds.before), str(copies), how, "2", *arguments]
    subprocess.run(command, check=True, timeout=100)
    return sorted(copies.iterdir())


def committed(builds: TwoBuilds, *, placed: int = 0) -> tuple[Path, Path]:
    """A copy of the project as a build leaves it that is killed after its commit and the first files; its journal."""
    root = builds.before.with_name("killed")
    shutil.copytree(builds.before, root)
    book = journal.beside(root / "cards/ledger.jsonl")
    entries = []
    for number, name in enumerate(builds.written):
        path, new = root / name, (builds.after / name).read_bytes()
        entry = Entry(
            path, path.with_name(f".flashgen-{number:016x}.tmp"), journal.digest_of(path), journal.digest(new)
        )
        entry.temporary.write_bytes(new)
        entries.append(entry)
    journal.announce(book, entries)
    journal.commit(book)
    for entry in entries[:placed]:
        entry.temporary.replace(entry.path)
    return root, book
