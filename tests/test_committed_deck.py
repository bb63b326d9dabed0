"""The committed ledger and deck are what the committed cards give."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

from typer.testing import CliRunner

from flashgen.cli import app
from tests.real_anki import Outcome, database_of, fresh_anki

ROOT = Path(__file__).parents[1]
DECK = ROOT / "decks" / "axe-moscou-pyongyang.apkg"


def _rebuilt(folder: Path) -> bytes:
    shutil.copytree(ROOT / "cards", folder / "cards")
    shutil.copy(ROOT / "pyproject.toml", folder)
    result = CliRunner().invoke(app, ["build", "--locked", str(folder)])
    assert result.exit_code == 0, result.output
    return (folder / "decks" / DECK.name).read_bytes()


def _contents(package: bytes) -> tuple[list[str], dict[str, bytes]]:
    """What is in a package, whatever SQLite and zlib wrote it."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        others = {name: archive.read(name) for name in archive.namelist() if name != "collection.anki2"}
    return list(database_of(package).iterdump()), others


def test_the_committed_ledger_and_deck_are_current(tmp_path: Path) -> None:
    assert _contents(_rebuilt(tmp_path)) == _contents(DECK.read_bytes())


def test_whoever_has_the_committed_deck_gets_nothing_from_a_rebuilt_one(tmp_path: Path) -> None:
    rebuilt = _rebuilt(tmp_path)
    with fresh_anki() as anki:
        first = anki.import_package(DECK)
        assert first.new > 0
        assert first == Outcome(new=first.new)
        assert anki.import_package(rebuilt) == Outcome(duplicate=first.new)
        assert anki.empty_cards() == []
        assert anki.check_database() == []
        assert anki.missing_media() == []
