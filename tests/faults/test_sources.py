"""Files that vanish, change or are none: each is told with its place, nothing hangs, nothing half-read is packaged."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from flashgen import config, discover, parse, pipeline, reading
from tests.faults.rights import bound
from tests.faults.two_builds import MAP
from tests.project import START, Project

_CARD: Final = "Q: What is light?\nA: A wave\n"
_SHOWN: Final = "Q: Where is it?\n\n![A map](map.svg)\n\nA: Here.\n"


def _socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the address of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


_NO_FILES: Final[dict[str, Callable[[Path], object]]] = {
    "a pipe": os.mkfifo,
    "a socket": _socket,
    "a device without an end": lambda path: path.symlink_to("/dev/zero"),
    "a terminal": lambda path: path.symlink_to("/dev/tty"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
}


@pytest.mark.parametrize("made", _NO_FILES)
@pytest.mark.parametrize(
    ("place", "rule"),
    [
        ("cards/b.md", "unreadable-file"),
        ("cards/map.svg", "missing-media"),
        ("cards/ledger.jsonl", "ledger-corrupt"),
        ("flashgen.toml", "malformed-config"),
        ("decks/a.apkg", "unwritable-output"),
    ],
)
def test_what_is_no_file_is_told_at_once(made: str, place: str, rule: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _SHOWN, "cards/map.svg": MAP, "decks/old.apkg": b""})
    (tmp_path / place).unlink(missing_ok=True)
    _NO_FILES[made](tmp_path / place)
    started = time.monotonic()
    result = project.run("build")
    assert time.monotonic() - started < 10
    if made == "a link to nothing" and place not in ("cards/b.md", "cards/map.svg"):
        # There is no such file; a ledger or package is written where the link leads to, if that is of its kind.
        assert result.exit_code == (0 if place == "flashgen.toml" else 1), result.output
        return
    assert result.exit_code == 1, result.output
    # A device lies outside of the project, which comes first.
    outside = rule == "missing-media" and "error[media-outside-project]" in result.stderr
    assert f"error[{rule}]" in result.stderr or outside, result.stderr
    assert not (tmp_path / "cards/ledger.jsonl").is_file()


@pytest.mark.parametrize("name", [".flashgen_cache/built.jsonl", "cards/.flashgen-82f2986d.journal"])
def test_what_stands_where_a_file_of_flashgen_belongs_does_not_hang_it(name: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _CARD})
    (tmp_path / name).parent.mkdir(exist_ok=True)
    os.mkfifo(tmp_path / name)
    assert project.status() == {"added": 1}
    project.build()


@pytest.mark.parametrize("name", ["flashgen.toml", "pyproject.toml"])
def test_a_config_that_may_not_be_read_is_an_error_and_no_other_project(name: str, tmp_path: Path) -> None:
    project = Project(tmp_path, config="")
    project.write({"cards/a.md": _CARD, name: "[tool.flashgen]\n"})
    (tmp_path / name).chmod(0)
    said = bound("check", str(tmp_path))
    assert said.returncode == 1
    assert f"{name}:1:1: error[malformed-config] this config cannot be read: Permission denied" in said.stdout


def test_a_config_that_is_a_folder_is_none_and_a_huge_one_is_an_error(tmp_path: Path) -> None:
    project = Project(tmp_path, config="")
    project.write({"cards/a.md": _CARD})
    (tmp_path / "pyproject.toml").mkdir()
    (tmp_path / "flashgen.toml").mkdir()
    project.build()
    (tmp_path / "flashgen.toml").rmdir()
    project.write({"flashgen.toml": b"# " + bytes(2_000_000)})
    assert "it has more than 1024 KB" in project.run("check").stdout


def test_a_folder_below_is_left_out_only_if_its_config_is_of_flashgen(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _CARD})
    of_something_else = '# see [tool.flashgen] above\n[project]\nname = "plots"\n'
    for name, config_text in (("plots", of_something_else), ("own", "[tool.flashgen]\n")):
        card = _CARD.replace("light", name)
        project.write({f"cards/{name}/b.md": card, f"cards/{name}/pyproject.toml": config_text})
    project.build()
    assert set(project.rows()) == {"What is light?", "What is plots?"}


def test_a_folder_with_the_name_of_a_source_is_a_folder(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/x.md/a.md": _CARD})
    project.build()
    assert project.rows()["What is light?"]["deck"] == "x.md::a"


def test_a_link_to_the_folder_of_another_project_is_told_and_not_followed(tmp_path: Path) -> None:
    Project(tmp_path / "shared").write({"light.md": _CARD})
    project = Project(tmp_path / "project")
    project.write({"cards/a.md": "Q: Where?\nA: Here\n"})
    (project.root / "cards/shared").symlink_to(tmp_path / "shared")
    result = project.run("check")
    assert result.exit_code == 1
    assert "cards/shared:1:1: error[unreadable-file] a link leads from here out of the project" in result.output
    assert "light.md" not in result.output


def test_links_in_a_circle_come_to_an_end_and_no_card_is_taken_twice(tmp_path: Path) -> None:
    project = Project(tmp_path)
    # Folders that all link to one another: by every way through them there would be millions.
    names = [f"f{number}" for number in range(12)]
    project.write({f"cards/{name}/a.md": f"Q: What is in {name}?\nA: Links\n" for name in names})
    for name in names:
        for other in names:
            (tmp_path / f"cards/{name}/to-{other}").symlink_to(f"../{other}")
    (tmp_path / "cards/up").symlink_to("..")
    project.build()
    assert len(project.rows()) == len(names)
    assert {row["file"] for row in project.rows().values()} == {f"cards/{name}/a.md" for name in names}


@contextmanager
def _deep(folder: Path, depth: int, name: str) -> Iterator[None]:
    """So many folders in one another, the innermost with a source. Not every library could make or remove them."""
    here = os.getcwd()
    os.chdir(folder)
    try:
        for _ in range(depth):
            os.mkdir(name)
            os.chdir(name)
        Path("a.md").write_text(_CARD)
    finally:
        os.chdir(here)
    try:
        yield
    finally:
        subprocess.run(["rm", "-rf", str(folder / name)], check=True)


def test_folders_deeper_than_a_path_can_be_are_told(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/b.md": "Q: Who?\nA: He\n"})
    with _deep(tmp_path / "cards", 100, "deep" * 12):
        result = project.run("check")
    assert "error[unreadable-file] this folder cannot be read: File name too long" in result.stdout


def test_folders_deeper_than_calls_of_python_can_be_are_read(tmp_path: Path) -> None:
    depth = sys.getrecursionlimit() + 100
    (tmp_path / "cards").mkdir()
    with _deep(tmp_path / "cards", depth, "d"):
        (found,), faults = discover.sources(tmp_path, tmp_path / "cards", config.is_project)
    assert faults == ()
    assert found.deck == "d::" * depth + "a"


def test_a_source_that_vanishes_after_it_was_found_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _CARD, "cards/b.md": "Q: Who?\nA: He\n"})
    project.build()
    found = discover.sources

    def vanishing(*of: Any) -> object:
        result = found(*of)
        (tmp_path / "cards/b.md").unlink()
        return result

    monkeypatch.setattr(discover, "sources", vanishing)
    ledger = project.read("cards/ledger.jsonl")
    project.write({"cards/a.md": f"{_CARD}\n"})
    result = project.run("build")
    assert "cards/b.md:1:1: error[unreadable-file] this file cannot be read: it is gone" in result.stderr
    assert project.read("cards/ledger.jsonl") == ledger


def test_media_that_change_while_the_build_runs_are_not_packaged_under_their_old_name(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _SHOWN, "cards/map.svg": MAP})
    for change in (lambda path: path.write_bytes(MAP.replace(b"9", b"8")), os.unlink):
        compiled = pipeline.compile(tmp_path, clock=START)
        change(tmp_path / "cards/map.svg")
        built = pipeline.build(compiled, [(tmp_path / "a.apkg", deck) for deck in pipeline.decks(compiled)])
        (fault,) = built.faults
        assert (fault.rule.name, fault.span.file) == ("unreadable-file", "cards/map.svg")
        assert not (tmp_path / "a.apkg").exists()
        assert not (tmp_path / "cards/ledger.jsonl").exists()


def test_a_file_that_is_being_written_is_read_as_it_was_at_one_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    path.write_text("first")
    real, times = os.fstat, 0

    def growing(descriptor: int) -> os.stat_result:
        nonlocal times
        times += 1
        status = real(descriptor)
        if times in changes:
            path.write_text(f"text number {times}")
        return status

    monkeypatch.setattr(os, "fstat", growing)
    changes = {1}
    assert reading.content(path) == b"text number 1"
    times, changes = 0, set(range(100))
    with pytest.raises(OSError, match="another program is writing it"):
        reading.content(path)


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _SHOWN, "cards/map.svg": MAP})
    for name, size in (("cards/b.md", 1 << 40), ("cards/map.svg", 1 << 40), ("cards/c.md", parse.LARGEST + 1)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)  # a hole, which takes no space
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = project.run("check")
    assert result.stdout.count("error[too-large]") == 3
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes
