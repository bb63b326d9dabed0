"""What a package keeps of the one before it: pieces of its database that are the same, and nothing else."""

from __future__ import annotations

import io
import random
import shutil
import sqlite3
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashgen.cache.packed import Packed
from flashgen.model import Deck
from flashgen.package import archive, database, making
from flashgen.package.deflating import Deflating
from tests.cache.twins import assert_alike, without_cache
from tests.project import Project

_PAGE = 4096


def _pages(seed: int, count: int) -> bytes:
    """Pages of which no two are alike."""
    words = random.Random(seed)
    return b"".join(f"{words.random()} {words.random()} ".encode().ljust(_PAGE, b"x") for _ in range(count))


def _packed(data: bytes, known: dict[str, bytes] | None = None) -> tuple[bytes, dict[str, bytes]]:
    """A package of these bytes, and the pieces that had to be made for it."""
    made = Deflating(io.BytesIO(data), known or {}).done()
    return archive(made, []), {name: bytes(piece) for name, piece in made.pieces if name not in (known or {})}


def _database(package: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as zipped:
        assert zipped.testzip() is None
        return zipped.read("collection.anki2")


@given(
    before=st.integers(0, 400),
    taken_out=st.integers(0, 400),
    put_in=st.binary(max_size=3 * _PAGE),
    rest=st.binary(max_size=_PAGE),
)
def test_a_package_is_the_same_whatever_is_known_of_others(
    before: int, taken_out: int, put_in: bytes, rest: bytes
) -> None:
    data = _pages(1, before) + rest
    cut = min(taken_out * _PAGE, len(data))
    changed = data[:cut] + put_in + data[cut + len(put_in) :]
    _, known = _packed(data)
    content, _ = _packed(changed, known)
    assert content == _packed(changed)[0]
    assert _database(content) == changed


def test_pages_that_come_go_and_change_leave_most_pieces_what_they_were() -> None:
    data = _pages(1, 2_000)
    _, known = _packed(data)
    assert 15 < len(known) < 50
    for changed in (
        data[: 700 * _PAGE] + _pages(2, 3) + data[700 * _PAGE :],
        data[: 700 * _PAGE] + data[702 * _PAGE :],
        data[: 700 * _PAGE] + _pages(3, 1) + data[701 * _PAGE :],
    ):
        _, made = _packed(changed, known)
        assert len(made) <= 3


def test_pieces_cost_no_size() -> None:
    rows = random.Random(3)
    words = [f"word{number}" for number in range(500)]
    data = " ".join(rows.choices(words, k=400_000)).encode()
    packer = zlib.compressobj(4, zlib.DEFLATED, -15)
    whole = len(packer.compress(data) + packer.flush())
    assert len(_packed(data)[0]) < whole * 1.01


@pytest.fixture
def large(tmp_path: Path) -> Project:
    """A project whose package has several pieces."""
    made = Project(tmp_path / "project")
    text = "\n".join(f"Q: What is number {number}?\nA: {'It is ' * 40}{number}.\n" for number in range(2_000))
    made.write({"cards/a.md": text, "cards/b.md": "Q: b?\nA: b\n"})
    made.build()
    return made


def _kept(project: Project) -> Packed:
    return Packed(project.root / ".flashgen_cache/packed", project.root / "decks")


def test_an_edit_makes_few_pieces_anew_and_the_package_that_would_come_without(large: Project, tmp_path: Path) -> None:
    before = _kept(large).pieces
    assert len(before) >= 3
    large.edit("cards/a.md", "What is number 1000?", "What may the number 1000 be?")
    assert_alike(large, without_cache(large, tmp_path / "copy/project"))
    after = _kept(large).pieces
    assert 0 < len(after.keys() - before.keys()) < len(after)


def test_a_package_that_was_deleted_or_changed_is_made_again_of_what_was_deflated(
    large: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = large.root / "decks/a.apkg"
    content = package.read_bytes()
    pieces = _kept(large).pieces

    def fail(*_: object, **__: object) -> None:
        pytest.fail("this database was there already")

    monkeypatch.setattr(database, "database", fail)
    package.unlink()
    large.build()
    assert package.read_bytes() == content
    large.build("--output", str(large.root / "elsewhere"))
    assert (large.root / "elsewhere/a.apkg").read_bytes() == content
    package.write_bytes(content[:5_000] + b"?" + content[5_001:])
    large.build()
    assert package.read_bytes() == content
    assert _kept(large).pieces == pieces


@pytest.mark.parametrize("of", [making, sqlite3])
def test_another_library_makes_its_own_database(large: Project, of: object, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Deck] = []
    make = database.database
    monkeypatch.setattr(database, "database", lambda deck, **how: made.append(deck) or make(deck, **how))
    monkeypatch.setattr(of, "MADE_BY" if of is making else "sqlite_version", "another")
    (large.root / "decks/a.apkg").unlink()
    large.build()
    assert len(made) == 2
    (large.root / "decks/a.apkg").unlink()
    large.build()
    assert len(made) == 2


def test_what_is_packaged_again_and_again_elsewhere_is_kept_once(large: Project, tmp_path: Path) -> None:
    kept = large.root / ".flashgen_cache/packed"
    size = kept.stat().st_size
    for number in range(20):
        large.build("--deck", "a", "--output", str(tmp_path / f"{number}.apkg"))
    assert kept.stat().st_size < size * 1.2
    # The two of the project, the last one, and eight before it.
    assert len(_kept(large)._packages) == 11


def test_a_part_of_the_decks_is_not_taken_for_all_of_them(large: Project, tmp_path: Path) -> None:
    large.write({"cards/c.md": "---\ndeck: a::c\n---\nQ: c?\nA: c\n"})
    large.build()
    assert b"a::c" in _database((large.root / "decks/a.apkg").read_bytes())
    for arguments in (("--deck", "a::c"), ("--deck", "a")):
        one, other = tmp_path / "one", tmp_path / "other"
        large.build(*arguments, "--output", str(one))
        without_cache(large, tmp_path / arguments[1] / "project").build(*arguments, "--output", str(other))
        assert [path.read_bytes() for path in sorted(one.iterdir())] == [
            path.read_bytes() for path in sorted(other.iterdir())
        ]
        shutil.rmtree(one)
        shutil.rmtree(other)


@pytest.mark.parametrize("spoilt", [b"", b"?", b"\n"])
def test_pieces_that_somebody_has_changed_are_not_taken(large: Project, tmp_path: Path, spoilt: bytes) -> None:
    kept = large.root / ".flashgen_cache/packed"
    kept.write_bytes(kept.read_bytes()[:-10] + spoilt)
    assert _kept(large).pieces == {}
    large.edit("cards/a.md", "What is number 1000?", "What may the number 1000 be?")
    assert_alike(large, without_cache(large, tmp_path / "copy/project"))


def test_no_more_is_kept_than_there_are_packages(large: Project) -> None:
    assert large.run("build", "--deck", "a").exit_code == 0
    large.build()
    both = _kept(large).pieces
    (large.root / "decks/b.apkg").rename(large.root / "decks/old.apkg")
    assert large.run("build", "--deck", "a").exit_code == 0
    large.edit("cards/a.md", "What is number 1000?", "What may the number 1000 be?")
    assert large.run("build", "--deck", "a").exit_code == 0
    alone = _kept(large).pieces
    assert len(both.keys() - alone.keys()) >= 2
    large.build()
    assert len(_kept(large).pieces) == len(both)
