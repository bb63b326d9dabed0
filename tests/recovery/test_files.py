"""Packages that are damaged, enormous or made to harm: each is answered with one sentence, and nothing is written."""

from __future__ import annotations

import io
import json
import os
import random
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from flashgen.restoring import UnreadableError, database_of, notes_of
from flashgen.restoring.archives import zstd
from tests.project import Project
from tests.real_anki import fresh_anki
from tests.recovery.exports import collection_package, deck_package
from tests.study import Study

_CARDS = "Q: What is the capital of France?\nA: Paris\n\nC: Oslo lies in {{Norway}}.\n"


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One sound file of each format."""
    folder = tmp_path_factory.mktemp("exports")
    with fresh_anki() as anki:
        study = Study(Project(folder / "project"), anki)
        study.project.write({"cards/a.md": _CARDS})
        study.update()
        files = {
            "built": folder / "project/decks/a.apkg",
            "new": deck_package(study, folder, legacy=False)[0],
            "legacy": collection_package(study, folder, legacy=True)[0],
        }
        return {name: path.read_bytes() for name, path in files.items()}


def _read(path: Path, **limits: int) -> int:
    """How many notes are in a file."""
    return len(notes_of(database_of(path, **limits), ()))


def _is_refused(path: Path) -> bool:
    """Whether a file is said to be unreadable; else it has its notes, or fewer."""
    try:
        notes = _read(path)
    except UnreadableError:
        return True
    assert notes <= 2
    return False


def _zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return out.getvalue()


def _database(script: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(script)
        return connection.serialize()


_EMPTY = """
create table col (id, models text, decks text); create table cards (nid, did, ord, odid, reps);
create table notes (id, guid, mid, mod, tags, flds);
"""
_MODELS = json.dumps({"1": {"name": "Flashgen Cloze", "flds": [{"name": "Text"}, {"name": "Id"}]}})
_COL = f"insert into col values (1, '{_MODELS}', '{{}}');"

HARMFUL: dict[str, bytes] = {
    "nothing": b"",
    "text": b"Q: What is the capital of France?\nA: Paris\n",
    "the end of an archive alone": zipfile.stringEndArchive + bytes(18),
    "an archive of nothing": _zipped(),
    "an archive of something else": _zipped(readme_txt=b"hello"),
    "a path out of the folder": _zipped(**{"../../collection_anki2": b"SQLite format 3\0"}),
    "a text for a collection": _zipped(collection_anki2=b"hello"),
    "half a header": _zipped(collection_anki2=b"SQLite format 3\0" + bytes(5)),
    "a header alone": _zipped(collection_anki2=b"SQLite format 3\0" + bytes(4080)),
    "no frame": _zipped(collection_anki21b=b"hello"),
    "a frame of text": _zipped(collection_anki21b=zstd.compress(b"hello")),
    "half a frame": _zipped(collection_anki21b=zstd.compress(os.urandom(9000))[:5000]),
    "another program's database": _zipped(collection_anki2=_database("create table t (x);")),
    "no note types": _zipped(collection_anki2=_database(_EMPTY)),
    "note types that are no JSON": _zipped(collection_anki2=_database(_EMPTY + "insert into col values (1, '{', '');")),
    "note types nested without end": _zipped(
        collection_anki2=_database(f"{_EMPTY}insert into col values (1, '{'[' * 100_000}', '');")
    ),
    "note types that are a list": _zipped(collection_anki2=_database(_EMPTY + "insert into col values (1, '[]', '');")),
    "notes without text": _zipped(
        collection_anki2=_database(f"{_EMPTY}{_COL}insert into notes values (1, 'g', 1, 1, '', x'00');")
    ),
    "a time before time": _zipped(
        collection_anki2=_database(f"{_EMPTY}{_COL}insert into notes values (1, 'g', 1, -1, '', 'a');")
    ),
    "a card of text": _zipped(
        collection_anki2=_database(f"{_EMPTY}{_COL}insert into cards values (1, 1, 'first', 0, 0);")
    ),
    "a view that never ends": _zipped(
        collection_anki2=_database(
            _EMPTY.replace("create table notes (id, guid, mid, mod, tags, flds);", "")
            + "create view notes as with recursive n(id) as (select 1 union all select id + 1 from n) select * from n;"
        )
    ),
}


@pytest.mark.parametrize("data", HARMFUL.values(), ids=HARMFUL)
def test_what_is_no_package_is_said_to_be_none(data: bytes, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.write({"cards/a.md": _CARDS, "lost.apkg": data})
    before = sorted(tmp_path.rglob("*"))
    result = project.restore(Path("lost.apkg"))
    assert result.exit_code == 1
    assert "lost.apkg:1:1: error[unreadable-package] this file cannot be read: " in result.stderr
    assert result.stderr.endswith("1 error; nothing was written\n")
    assert result.stdout == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_and_a_pipe_are_no_packages(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "none"):
        with pytest.raises(UnreadableError, match=r"it is no file|there is no such file"):
            database_of(path)


def test_the_database_of_a_running_anki_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "collection.anki2").write_bytes(_database(_EMPTY))
    with pytest.raises(UnreadableError, match="export it from Anki"):
        database_of(tmp_path / "collection.anki2")


def test_what_a_ledger_cannot_hold_is_mended_on_the_way(tmp_path: Path) -> None:
    models = json.dumps(
        {"1": {"name": "Flashgen Vocabulary (es-419)-1a2b3", "flds": [{"name": "Word"}, {"name": "Id"}]}}
    )
    decks = json.dumps({"1": {"name": "half \ud83d a letter"}})
    script = f"""{_EMPTY} insert into col values (1, '{models}', '{decks}'); insert into cards values (5, 1, 0, 0, 3);
    insert into notes values (5, 'g', 1, {2**50}, ' leech mine ', 'el maíz' || char(31) || '<b>maize</b>&nbsp;');"""
    (note,) = notes_of(_database(script), ())
    assert (note.kind, note.id, note.tags, note.deck) == ("vocabulary:es-419", "maize", ("mine",), "half ? a letter")
    assert (note.reviews, note.created) == (3, 0)
    # The next package is to be newer, and still within what Anki hands on.
    assert note.modified + 1 < 2**32


def _compressed(size: int) -> Iterator[bytes]:
    head = b"SQLite format 3\0"
    yield _zipped(collection_anki2=head + bytes(size))
    yield _zipped(collection_anki21b=zstd.compress(head + bytes(size)))


def test_a_collection_larger_than_the_limit_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    limit = 1 << 20
    for data in _compressed(limit * 64):
        (tmp_path / "bomb.apkg").write_bytes(data)
        assert len(data) < limit
        with pytest.raises(UnreadableError, match="larger than 1 MB"):
            database_of(tmp_path / "bomb.apkg", largest=limit)


def test_a_sound_file_of_each_format_is_read(exports: dict[str, bytes], tmp_path: Path) -> None:
    for name, data in exports.items():
        (tmp_path / name).write_bytes(data)
        assert _read(tmp_path / name) == 2


_DAMAGES: dict[str, Callable[[random.Random, bytearray], bytearray]] = {
    "cut off": lambda chance, data: data[: chance.randrange(len(data))],
    "one byte": lambda chance, data: _with_noise(chance, data, 1),
    "many bytes": lambda chance, data: _with_noise(chance, data, len(data) // 100),
    "a hole": lambda chance, data: _with_hole(chance, data),
}


def _with_noise(chance: random.Random, data: bytearray, count: int) -> bytearray:
    for _ in range(count):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return data


def _with_hole(chance: random.Random, data: bytearray) -> bytearray:
    start = chance.randrange(len(data))
    data[start : start + 4096] = bytes(len(data[start : start + 4096]))
    return data


@pytest.mark.parametrize("damage", _DAMAGES)
def test_damage_gives_a_sentence_or_the_notes_but_never_an_exception(
    damage: str, exports: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "damaged.apkg"
    outcomes = {"read": 0, "said": 0}
    for seed in range(100):
        chance = random.Random(f"{damage} {seed}")
        data = chance.choice(list(exports.values()))
        path.write_bytes(_DAMAGES[damage](chance, bytearray(data)))
        outcomes["said" if _is_refused(path) else "read"] += 1
    assert outcomes["said"] > 0


@pytest.mark.parametrize("damage", ["one byte", "many bytes", "a hole"])
def test_a_damaged_database_in_a_sound_archive_is_no_traceback(
    damage: str, exports: dict[str, bytes], tmp_path: Path
) -> None:
    databases = []
    for name, data in exports.items():
        (tmp_path / name).write_bytes(data)
        databases.append(database_of(tmp_path / name))
    for seed in range(100):
        chance = random.Random(f"{damage} {seed}")
        data = bytes(_DAMAGES[damage](chance, bytearray(chance.choice(databases))))
        with suppress(UnreadableError):
            assert all(isinstance(text, str) for note in notes_of(data, ()) for text in note.fields.values())
