"""What a package keeps of the one before it: pieces of its database that are the same, and nothing else."""

from __future__ import annotations

import io
import random
import shutil
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashgen.cache.packed import Packed
from flashgen.package import archive
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
    begun = Deflating(data, known or {})
    content = archive(begun, []).content
    return content, {name: piece for name, piece in begun.pieces() if name not in (known or {})}


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
    return Packed(project.root / ".flashgen_cache/packed.json")


def test_an_edit_makes_few_pieces_anew_and_the_package_that_would_come_without(large: Project, tmp_path: Path) -> None:
    before = _kept(large).pieces(large.root / "decks/a.apkg")
    assert len(before) >= 3
    large.edit("cards/a.md", "What is number 1000?", "What may the number 1000 be?")
    assert_alike(large, without_cache(large, tmp_path / "copy/project"))
    after = _kept(large).pieces(large.root / "decks/a.apkg")
    assert 0 < len(after.keys() - before.keys()) < len(after)


def test_nothing_is_taken_from_a_package_that_somebody_has_changed(large: Project, tmp_path: Path) -> None:
    package = large.root / "decks/a.apkg"
    content = bytearray(package.read_bytes())
    content[5_000] ^= 1
    package.write_bytes(content)
    assert _kept(large).pieces(package) == {}
    large.edit("cards/a.md", "What is number 1000?", "What may the number 1000 be?")
    assert_alike(large, without_cache(large, tmp_path / "copy/project"))
    assert _database(package.read_bytes())


def test_nothing_is_taken_from_another_package(large: Project) -> None:
    package = large.root / "decks/a.apkg"
    shutil.copy(package, large.root / "decks/b.apkg")
    assert _kept(large).pieces(large.root / "decks/b.apkg") == {}


def test_no_more_is_kept_than_there_are_packages(large: Project) -> None:
    assert large.run("build", "--deck", "a").exit_code == 0
    large.build()
    (large.root / "decks/b.apkg").rename(large.root / "decks/old.apkg")
    large.build()
    kept = _kept(large)
    assert kept.pieces(large.root / "decks/a.apkg")
    assert kept.pieces(large.root / "decks/b.apkg")
    assert all(Path(path).exists() for path in kept._packages)
