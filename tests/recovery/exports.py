"""Every kind of file that a ledger can be restored from, written by flashgen and by the real Anki."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from anki.collection import ExportAnkiPackageOptions

from tests.study import Study


def built(study: Study, folder: Path) -> list[Path]:
    """What flashgen built last."""
    return sorted((study.project.root / "decks").glob("*.apkg"))


def deck_package(study: Study, folder: Path, *, legacy: bool, with_scheduling: bool = True) -> list[Path]:
    """All decks, by Anki's "Export > Anki Deck Package", or with `legacy` as older releases read it."""
    path = folder / "export.apkg"
    study.anki.col.export_anki_package(
        out_path=str(path),
        options=ExportAnkiPackageOptions(
            with_scheduling=with_scheduling, with_deck_configs=True, with_media=True, legacy=legacy
        ),
        limit=None,
    )
    return [path]


def collection_package(study: Study, folder: Path, *, legacy: bool) -> list[Path]:
    """Everything, by Anki's "Export > Anki Collection Package", or with `legacy` as older releases read it."""
    path = folder / "export.colpkg"
    study.anki.col.export_collection_package(str(path), include_media=True, legacy=legacy)
    study.anki.col.reopen(after_full_sync=False)
    return [path]


FORMATS: Mapping[str, Callable[[Study, Path], list[Path]]] = {
    "built by flashgen": built,
    "deck package": lambda study, folder: deck_package(study, folder, legacy=False),
    "deck package without scheduling": lambda study, folder: deck_package(
        study, folder, legacy=False, with_scheduling=False
    ),
    "legacy deck package": lambda study, folder: deck_package(study, folder, legacy=True),
    "collection package": lambda study, folder: collection_package(study, folder, legacy=False),
    "legacy collection package": lambda study, folder: collection_package(study, folder, legacy=True),
}
