"""What a build leaves for the next one in the cache, and what is taken over of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

from flashgen import bounds, config, journal, places
from flashgen.cache import kept as cache
from flashgen.cache import last
from flashgen.cache.kept import Kept
from flashgen.config import Project
from flashgen.model import Standing
from flashgen.pipeline.compiled import Compiled
from flashgen.pipeline.gathering import Found, Sources, has_singles


def recalled(found: Found, digests: Callable[[], Mapping[str, str]]) -> Kept | None:
    """What can be taken over from the last build, None where nothing can."""
    project = found.project
    if bounds.leads_out(project.ledger, project.root) or not found.files:
        return None
    try:
        content = journal.read(project.ledger, journal.beside(project.ledger))
    except OSError:
        return None
    if has_singles(project, found.files):
        return None
    basis = cache.Basis(config_text(project), content, journal.digest(content), kept_text(project.memory, project))
    return _cache(project).recall(basis, digests)


def keep(compiled: Compiled, basis: str) -> None:
    """Keeps what became of the sources in a build for the next one, whose basis has this digest.

    What cannot be kept costs that one time.
    """
    sources, identified, project = compiled.sources, compiled.identified, compiled.project
    if not all(one.digest for one in sources.read):
        return
    cards_of: defaultdict[str, list[Standing]] = defaultdict(list)
    for card in identified.standing:
        cards_of[card.span.file].append(card)
    _cache(project).keep(
        basis,
        identified.ledger,
        sources.kept.pages if sources.kept is not None else {},
        {
            one.file: cache.Became(one.digest, one.faults, one.media, one.colours, cards_of[one.file])
            for one in sources.read
        },
        sources.shown,
    )


def facts(compiled: Compiled, outputs: Mapping[Path, str]) -> last.Facts | None:
    """What the outcome of a build of all sources depends on; None for one that need not come again.

    `outputs` are the digests of what was written. What is wrong with a ledger is mended by writing it.
    """
    sources, project = compiled.sources, compiled.project
    own = places.named(project.root, project.ledger)
    if (
        compiled.chosen
        or any(one.span.file == own for one in compiled.diagnostics)
        or has_singles(project, sources.files)
    ):
        return None
    digests = source_digests(sources)
    below = [folder for folder in (project.sources, *project.sources.parents) if folder.is_relative_to(project.root)]
    # A config in the folder of the sources would make that another project.
    paths = [folder for folder in below if config.find(folder)[0] == project]
    configs = [folder / name for folder in paths if folder != project.root for name in places.CONFIG_FILES]
    return last.Facts(
        paths=tuple(map(str, paths)),
        around=sources.around,
        sources={source.path: digests[source.file] for source in sources.files},
        outputs=dict(outputs),
        decks=(project.decks, last.packages(project.decks, outputs)),
        media=tuple((one.path, one.size, one.digest, one.state) for one in sources.shown),
        absent=(*journal.files(journal.beside(project.ledger)), *configs),
    )


def source_digests(sources: Sources) -> dict[str, str]:
    """The digests of all sources as they were compiled, by their names."""
    pages = sources.kept.pages if sources.kept is not None else {}
    return {file: page.digest for file, page in pages.items()} | {one.file: one.digest for one in sources.read}


def config_text(project: Project) -> str:
    """All that the config says of how sources are read, and where they are."""
    return repr(project)


def _cache(project: Project) -> cache.Cache:
    return cache.Cache(project.memory.parent, last.name(project.sources), project.root)


def kept_text(path: Path, project: Project) -> str:
    """The text of a file of the project that may be lost or spoilt without harm."""
    if bounds.leads_out(path, project.root):
        return ""
    try:
        return journal.read(path, journal.beside(project.ledger)).decode("utf-8", "replace")
    except OSError:
        return ""
