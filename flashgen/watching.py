"""A path in, a run after each change of what it is built from: sources, config and media, not the outputs."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flashgen import config, media, places

if TYPE_CHECKING:
    from watchfiles.main import FileChange

Run = Callable[[tuple[Path, ...]], Iterable[Path]]
"""What is done at first, for no changes, and after each of them; gives the media files that it has read."""

# Changes are one when so little time (in milliseconds) is between them, and no more than that in all: an editor may
# write a save in several steps, and git changes many files.
_BETWEEN: Final = 50
_IN_ALL: Final = 1000
# How long the system is given to begin, before the first run reads what may change.
_BEGIN: Final = 100
_MEDIA: Final = tuple(f".{ending}" for ending in media.PLAYED | media.SHOWN)


class UnwatchableError(Exception):
    """The system does not watch these folders; says why."""


def repeat(
    path: Path,
    run: Run,
    waits: Callable[[], None],
    *,
    between: int = _BETWEEN,
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Runs at once, and again after each change, until an exception ends it (Ctrl-C is one, KeyboardInterrupt).

    `path` may go and come back. `waits` is called when all is watched, before each waiting. `between` are milliseconds:
    changes with less between them are one. What runs beside the main thread, where no Ctrl-C arrives, is ended soon
    after `is_over`. Raises UnwatchableError.
    """
    watch = _Watch(places.absolute(path), between, is_over)
    shown: frozenset[Path] = frozenset()
    changed: tuple[Path, ...] = ()
    while not is_over():
        # Before the run, so that no change after its reading is missed; after it, for the media that it has found.
        watch.renew(shown)
        shown = frozenset(run(changed))
        watch.renew(shown)
        waits()
        changed = watch.wait()


class _Watch:
    """The folders that a path is built from, each without those below it: they come and go."""

    def __init__(self, path: Path, between: int, is_over: Callable[[], bool]) -> None:
        self._path = path
        self._between = between
        self._is_over = is_over
        self._root = path
        self._sources: Path | None = None
        self._decks: Path | None = None
        self._shown: Collection[Path] = ()
        self._folders: frozenset[Path] = frozenset()
        self._changes: Generator[set[FileChange], None, None] | None = None

    def renew(self, shown: Collection[Path]) -> None:
        """Watches the folders that are there now, those of the media files among them."""
        self._shown = shown
        folders = self._look()
        while self._changes is None or folders != self._folders:
            try:
                self._begin(folders)
            except FileNotFoundError:
                folders = self._look()

    def wait(self) -> tuple[Path, ...]:
        """Waits for a change; the files and folders that changed, none where it is over."""
        while not self._is_over():
            if changed := sorted({path for path in map(Path, self._next()) if self._matters(path)}):
                return tuple(changed)
        return ()

    def _look(self) -> frozenset[Path]:
        if not self._path.exists():
            self._sources = None
            return frozenset([next(folder for folder in self._path.parents if folder.is_dir())])
        project, _ = config.find(self._path)
        self._root, self._sources, self._decks = project.root, project.sources, project.decks
        beside = {file.parent for file in self._shown}
        # The one above the root tells when it is renamed.
        around = (project.root.parent, project.root)
        return frozenset([*around, *filter(Path.is_dir, beside), *_folders(project.sources, project.decks)])

    def _begin(self, folders: frozenset[Path]) -> None:
        import watchfiles

        if self._changes is not None:
            self._changes.close()
        self._changes = watchfiles.watch(
            *folders,
            watch_filter=None,
            debounce=_IN_ALL,
            step=self._between,
            rust_timeout=_BEGIN,
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        )
        self._folders = folders
        try:
            self._next()
        except FileNotFoundError:
            self._changes = None
            raise

    def _next(self) -> list[str]:
        assert self._changes is not None
        try:
            return [name for _, name in next(self._changes)]
        except FileNotFoundError:
            raise
        except (OSError, RuntimeError) as fault:
            raise UnwatchableError(str(fault)) from fault

    def _matters(self, path: Path) -> bool:
        """Whether a change of a path can change what is built."""
        name = path.name.casefold()
        if self._sources is None:
            return self._path.exists() or path in self._path.parents
        if path == self._sources or path in self._folders or path in self._shown or name in places.CONFIG_FILES:
            return True
        if name.startswith(".") or path == self._decks:
            return False
        is_media = name.endswith(_MEDIA) and path.is_relative_to(self._root)
        if self._sources.is_file():
            return is_media
        if name.endswith(places.SOURCES):
            return path.is_relative_to(self._sources) and not places.is_passed_over(name)
        return is_media or (path.is_relative_to(self._sources) and path.is_dir())


def _folders(top: Path, decks: Path) -> Iterator[Path]:
    """A folder of sources and all below it, without the folder of packages; none of a single file."""
    seen: set[tuple[int, int]] = set()
    folders = [top] if top.is_dir() else []
    while folders:
        folder = folders.pop()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in seen or folder == decks:
                continue
            seen.add((status.st_dev, status.st_ino))
            folders += [folder / entry.name for entry in os.scandir(folder) if _is_folder(entry)]
        except OSError:
            continue  # gone, or not to be read, which the run tells
        yield folder


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return not entry.name.startswith(".") and entry.is_dir()
    except OSError:
        return False
