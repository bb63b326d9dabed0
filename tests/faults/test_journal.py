"""The journal of a build that was killed, and what may have become of the project before the next command."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from flashgen import journal
from tests.faults.rights import bound, make_read_only, make_writable
from tests.faults.two_builds import TwoBuilds, committed, leftovers, rebuilt
from tests.project import Project

_ALL_NEW = ["new"] * 5


@pytest.fixture
def builds(folder: Path) -> TwoBuilds:
    return rebuilt(folder)


def _next_build(root: Path) -> str:
    """Builds with the clock of the build that was killed; what was told on stderr."""
    project = Project(root, config="")
    project.day = 1
    result = project.build()
    assert leftovers(root) == []
    return result.stderr


@pytest.mark.parametrize("placed", range(6))
def test_a_journal_is_finished_by_the_next_build_which_says_so(placed: int, builds: TwoBuilds) -> None:
    root, _ = committed(builds, placed=placed)
    assert "the build before was interrupted; its files are all in place now" in _next_build(root)
    assert builds.states(root) == _ALL_NEW


def test_a_build_whose_sources_have_faults_by_now_still_finishes_the_one_before(builds: TwoBuilds) -> None:
    root, _ = committed(builds, placed=1)
    (root / "cards/rivers.md").write_text("Q: Is this answered?\n")
    assert Project(root, config="").run("build").exit_code == 1
    assert builds.states(root) == _ALL_NEW
    assert leftovers(root) == []


def test_a_ledger_that_git_has_put_back_since_stays_and_the_packages_too(builds: TwoBuilds) -> None:
    root, _ = committed(builds)
    ledger = root / "cards/ledger.jsonl"
    theirs = ledger.read_text().replace("Which through Niamey?", "Which river runs through Niamey?")
    ledger.write_text(theirs)
    project = Project(root, config="")
    project.day = 2
    # It is what all commands see.
    assert project.status() == {"added": 1, "edited": 2}
    result = project.run("check", "--format", "json")
    assert json.loads(result.stdout) == []
    assert ledger.read_text() == theirs
    (root / "cards/rivers.md").write_text("Q: Is this answered?\n")
    said = project.run("build").stderr
    assert "an interrupted build is dropped at cards/ledger.jsonl: it has been changed since" in said
    assert ledger.read_text() == theirs
    assert builds.states(root)[2:] == ["old"] * 3
    assert leftovers(root) == []


def test_a_package_that_was_taken_away_since_is_built_again(builds: TwoBuilds) -> None:
    root, _ = committed(builds, placed=2)
    (root / "decks/rivers.apkg").unlink()
    assert "dropped at decks/rivers.apkg" in _next_build(root)
    assert builds.states(root) == _ALL_NEW


@pytest.mark.parametrize(
    "spoilt",
    [b"", b"{}", b'{"format": "flashgen journal 1"', b"\xff\xfe\x00", b"[" * 100_000],
    ids=["empty", "another format", "cut off", "bytes", "deep"],
)
def test_a_damaged_journal_is_said_and_dropped_and_the_project_is_built(spoilt: bytes, builds: TwoBuilds) -> None:
    root, book = committed(builds, placed=2)
    book.write_bytes(spoilt)
    project = Project(root, config="")
    project.day = 2
    assert project.status() == {}  # the ledger was in place already
    result = project.build()
    assert "it is damaged, or of another version of flashgen" in result.stderr
    assert not book.exists()
    assert project.status() == {}


def test_a_journal_of_a_later_version_is_not_guessed_at(builds: TwoBuilds) -> None:
    root, book = committed(builds)
    body = book.read_bytes().split(b"\n")[0].replace(b"journal 1", b"journal 2")
    book.write_bytes(body + b"\n" + journal.digest(body).encode() + b"\n")
    assert "of another version" in Project(root, config="").build().stderr


def test_without_the_cache_the_journal_is_still_there(builds: TwoBuilds) -> None:
    root, _ = committed(builds, placed=1)
    shutil.rmtree(root / ".flashgen_cache")
    _next_build(root)
    assert builds.states(root)[1:] == _ALL_NEW[1:]


def test_a_new_file_that_is_gone_ends_the_recovery_and_the_build_makes_it_again(builds: TwoBuilds) -> None:
    root, _ = committed(builds)
    for temporary in (root / "decks").glob(".flashgen-*.tmp"):
        temporary.unlink()
    assert "dropped at decks/" in _next_build(root)
    assert builds.states(root) == _ALL_NEW


def test_a_project_that_was_moved_as_a_whole_is_finished_where_it_is(builds: TwoBuilds, folder: Path) -> None:
    root, _ = committed(builds, placed=1)
    moved = folder / "moved"
    root.rename(moved)
    assert "all in place now" in _next_build(moved)
    assert [(moved / name).read_bytes() for name in builds.written] == [
        (builds.after / name).read_bytes() for name in builds.written
    ]


def test_packages_on_another_file_system_belong_to_the_build(builds: TwoBuilds, tmp_path: Path) -> None:
    if os.stat(tmp_path).st_dev == os.stat(builds.before).st_dev:
        pytest.skip("the test needs two file systems: a memory in /dev/shm and a disk")
    project = Project(builds.before, config="")
    project.build("--output", str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["more.apkg", "rivers.apkg", "towns.apkg"]


def test_a_journal_from_somebody_else_touches_nothing_but_packages_and_ledgers(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.write({"cards/a.md": "Q: What is light?\nA: A wave\n"})
    victim = tmp_path / "victim.txt"
    victim.write_text("precious")
    evil = tmp_path / ".flashgen-0000000000000000.tmp"
    evil.write_text("evil")
    book = journal.beside(tmp_path / "project/cards/ledger.jsonl")
    files = [
        {
            "path": "../../victim.txt",
            "temporary": evil.name,
            "before": journal.digest_of(victim),
            "after": journal.digest_of(evil),
        }
    ]
    body = json.dumps({"format": "flashgen journal 1", "files": files}).encode()
    book.write_bytes(body + b"\n" + journal.digest(body).encode() + b"\n")
    assert "damaged" in project.build().stderr
    assert victim.read_text() == "precious"


def test_links_that_a_project_brings_along_are_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for link in ("decks/a.apkg", "cards/ledger.jsonl"):
        project = Project(tmp_path / link.replace("/", "-"))
        project.write({"cards/a.md": "Q: What is light?\nA: A wave\n"})
        (project.root / link).parent.mkdir(exist_ok=True)
        (project.root / link).symlink_to(victim)
        result = project.run("build")
        assert result.exit_code == 1
        assert victim.read_text() == "precious"
    book = journal.beside(project.root / "cards/ledger.jsonl")
    (project.root / "cards/ledger.jsonl").unlink()
    book.with_suffix(".announcement").symlink_to(victim)
    (project.root / ".flashgen_cache").mkdir(exist_ok=True)
    (project.root / ".flashgen_cache/.gitignore").symlink_to(victim)
    assert project.run("build").exit_code == 1
    assert victim.read_text() == "precious"
    (project.root / ".flashgen_cache/.gitignore").unlink()
    project.build()
    assert victim.read_text() == "precious"


def test_a_project_that_may_only_be_read_is_read_through_its_journal(builds: TwoBuilds) -> None:
    root, _ = committed(builds)
    make_read_only(root)
    try:
        said = bound("status", str(root))
        assert said.returncode == 0, said.stderr
        assert "nothing changed" in said.stdout
        assert bound("check", str(root)).returncode == 0
    finally:
        make_writable(root)


def test_packages_of_a_project_that_may_only_be_read_can_be_built_elsewhere(builds: TwoBuilds, tmp_path: Path) -> None:
    make_read_only(builds.after)
    try:
        said = bound("build", "--locked", "--output", str(tmp_path / "out"), str(builds.after))
        assert said.returncode == 0, said.stderr
        assert len(list((tmp_path / "out").iterdir())) == 3
        # Without --output it may not, and says so.
        refused = bound("build", "--refresh", str(builds.after))
        assert refused.returncode == 1
        assert "error[unwritable-output]" in refused.stderr
        assert "Permission denied; nothing was changed" in refused.stderr
    finally:
        make_writable(builds.after)
