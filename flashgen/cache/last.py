"""The outcome of the last build as a whole, for as long as everything that it came from is as it was.

Then there is nothing to do, and all commands know what they would find. This module imports next to nothing, since its
answer is to come in less time than the rest of the program takes to be imported.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flashgen import bounds, places, reading
from flashgen.cache import state, store

if TYPE_CHECKING:
    from flashgen.diagnostics import Diagnostic

_FORMAT: Final = 2
_PACKAGE: Final = ".apkg"
# What stands in a document that this machine has signed is what `keep` has put there.
_Json = Any


# Neither structs nor dataclasses: these alone would have msgspec imported, or what reads source code.
class Surroundings(NamedTuple):
    """What a build looks at before it reads a source: the configs that there are, and the tree of the sources."""

    configs: tuple[tuple[str, str | None], ...]
    sources: Path
    tree: str


class Facts(NamedTuple):
    """All that the outcome of a build depends on, as it was or as the build has left it: files by their digests.

    `paths` are those from which this project is found, and all of it. `decks` is the folder of its packages, with the
    others that are in it. `absent` are files that must not be there.
    """

    paths: tuple[str, ...]
    around: Surroundings
    sources: Mapping[Path, str]
    outputs: Mapping[Path, str]
    decks: tuple[Path, tuple[tuple[str, reading.State | None], ...]]
    media: tuple[tuple[Path, int, str, reading.State | None], ...]
    absent: tuple[Path, ...]


class Outcome(NamedTuple):
    """What commands tell of a project in which nothing has changed.

    `packages` are their paths, each with the lines that tell what is in it, and `contents` the lines that tell of all.
    `checked` is what `check` says in the end, `left` are the lines that tell of notes which left the sources before,
    `abandoned` are packages of decks that are no more.
    """

    root: Path
    faults: tuple[Diagnostic, ...]
    packages: tuple[tuple[Path, tuple[str, ...]], ...]
    contents: tuple[str, ...]
    checked: str
    left: tuple[str, ...]
    abandoned: tuple[Path, ...]


def packages(folder: Path, but: Iterable[Path]) -> tuple[tuple[str, reading.State | None], ...]:
    """The names of all packages in a folder `but` these, sorted, each with its state."""
    written = {path.name for path in but if path.parent == folder}
    try:
        found = sorted(name for name in os.listdir(folder) if name.endswith(_PACKAGE) and name not in written)
    except OSError:
        return ()
    return tuple((name, reading.state(folder / name)) for name in found)


def configs(folder: Path) -> tuple[tuple[str, str | None], ...]:
    """Every place from `folder` upwards where a config may be, with the digest of the one that is there."""
    return tuple((str(path), _config(path)) for path in places.configs(folder))


def _config(path: Path) -> str | None:
    """The digest of a config, None where there is none; one that cannot be read, or is a link out, is like no other."""
    if not os.path.lexists(path):
        return None
    found = state.digest_of(path) if not bounds.leads_out(path, path.parent) else None
    return found or os.urandom(8).hex()


def keep(file: Path, facts: Facts, outcome: Outcome) -> None:
    """Keeps an outcome and what it depends on. Where that cannot be written, it is to be found out again."""
    import msgspec

    from flashgen.cache import entries

    around = facts.around
    _write(
        file,
        {
            "format": _FORMAT,
            "program": state.program(),
            "paths": facts.paths,
            "configs": around.configs,
            "tree": [str(around.sources), around.tree],
            "sources": [(str(path), digest) for path, digest in facts.sources.items()],
            "outputs": [(str(path), digest) for path, digest in facts.outputs.items()],
            "decks": (str(facts.decks[0]), facts.decks[1]),
            "media": [(str(path), size, digest, seen) for path, size, digest, seen in facts.media],
            "absent": [str(path) for path in facts.absent],
            "root": str(outcome.root),
            "faults": [msgspec.structs.astuple(entries.of_fault(fault)) for fault in outcome.faults],
            "packages": [(str(path), lines) for path, lines in outcome.packages],
            "contents": outcome.contents,
            "checked": outcome.checked,
            "left": outcome.left,
            "abandoned": [str(path) for path in outcome.abandoned],
        },
    )


def _write(file: Path, document: _Json) -> None:
    # Not every path is text; JSON reads it again all the same.
    store.write(file, json.dumps(document, ensure_ascii=False, check_circular=False).encode(errors="surrogatepass"))


def name(sources: Path) -> str:
    """What the files of this cache begin with: a file that stands alone shares their folder with others."""
    return f"{sources.stem}." if sources.is_file() else ""


def document(folder: Path, sources: Path) -> Path:
    """Where the outcome of the project with these sources is kept, in its folder of the cache."""
    return folder / f"{name(sources)}last.json"


def recall(path: Path) -> Outcome | None:
    """The outcome of the last build of the project around `path`, and all of it; None where anything has changed."""
    path = places.absolute(path)
    for file in _files(path):
        body = store.read(file)
        kept: _Json = json.loads(body) if body is not None else None
        if kept is not None and kept["format"] == _FORMAT and str(path) in kept["paths"]:
            if not _holds(kept):
                return None
            if _has_settled(kept["media"]):
                _write(file, kept)
            return Outcome(
                root=Path(kept["root"]),
                faults=_diagnostics(kept["faults"]),
                packages=tuple((Path(package), tuple(lines)) for package, lines in kept["packages"]),
                contents=tuple(kept["contents"]),
                checked=kept["checked"],
                left=tuple(kept["left"]),
                abandoned=tuple(map(Path, kept["abandoned"])),
            )
    return None


def _diagnostics(kept: _Json) -> tuple[Diagnostic, ...]:
    if not kept:
        return ()
    from flashgen.cache.entries import FaultEntry  # most projects have no faults

    return tuple(FaultEntry(*values).diagnostic() for values in kept)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield document(path.parent / places.CACHE, path)
    for folder in (path, *path.parents):
        yield document(folder / places.CACHE, folder)


def _holds(kept: _Json) -> bool:
    if kept["program"] != state.program():
        return False
    sources, tree = kept["tree"]
    root = Path(kept["root"])
    decks, others = kept["decks"]
    return (
        not any(os.path.lexists(path) for path in kept["absent"])
        and all(_config(Path(path)) == digest for path, digest in kept["configs"])
        and state.tree(Path(sources)) == tree
        and all(state.digest_of(Path(path)) == digest for path, digest in kept["sources"])
        and all(state.digest_of(Path(path)) == digest for path, digest in kept["outputs"])
        and _as_json(packages(Path(decks), [Path(path) for path, _ in kept["outputs"]])) == others
        and not any(bounds.leads_out(Path(path), root) for path in _written(kept))
        and _media_hold(root, kept["media"])
    )


def _as_json(found: Iterable[tuple[str, reading.State | None]]) -> _Json:
    return [[name, seen and list(seen)] for name, seen in found]


def _has_settled(media: Iterable[_Json]) -> bool:
    """Whether files that were not known by their state, and had to be read, need not be any more."""
    had_to = [entry for entry in media if entry[3] is None or tuple(entry[3]) != reading.state(Path(entry[0]))]
    for entry in had_to:
        entry[3] = state.settled(Path(entry[0]), entry[1], entry[2])
    return any(entry[3] is not None for entry in had_to)


def _written(kept: _Json) -> Iterator[str]:
    """What a build writes, through no link."""
    yield from (path for path, _ in kept["outputs"])
    yield str(Path(kept["root"]) / places.CACHE / ".gitignore")


def _media_hold(root: Path, media: Iterable[_Json]) -> bool:
    shelves = state.Shelves(root)
    return all(
        shelves.has(Path(path), size, digest, tuple(seen) if seen else None) for path, size, digest, seen in media
    )
