"""Where the files of a project are by their names: its config, and what this machine keeps about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

CONFIG_FILES: Final = ("flashgen.toml", "pyproject.toml")
SOURCES: Final = (".md", ".markdown")
"""How the names of source files end."""
ALMOST_SOURCES: Final = (".md.txt", ".markdown.txt", ".mdown", ".mkd", ".mkdn", ".mdwn", ".mdx")
"""How the names of files end that are Markdown elsewhere, or would be but for an editor that adds an ending."""
SINGLE_LEDGER: Final = ".ledger.jsonl"
"""How the name of the ledger of a file that stands alone ends."""
CACHE: Final = ".flashgen_cache"
"""The folder of what flashgen can do without, which git does not track."""


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of this name is no source, nor holds any: README.md, and what begins with `_` or `.`."""
    return name.startswith(("_", ".")) or name.casefold() == "readme.md"


def absolute(path: Path) -> Path:
    """The path from the top of the file system, without `..`: what stands before it is no parent of the place."""
    return path.resolve() if ".." in path.parts else path.absolute()


def configs(folder: Path) -> Iterator[Path]:
    """Where a config may be that `folder` belongs to, whether there is one or not, the nearest first."""
    return (above / name for above in (folder, *folder.parents) for name in CONFIG_FILES)


def named(root: Path, path: Path) -> str:
    """A path as messages name it: from the project's `root` if it is below."""
    path = absolute(path)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
