"""`build --watch` and `check --watch`: a report after every save, however the editor writes it, until Ctrl-C."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.project import START, Project

CARDS = "Q: What is the capital of France?\nA: Paris\n"
MORE = "Q: What is the capital of Niger?\nA: Niamey\n"
_READY: Final = "watching; Ctrl-C ends"
# Only for a machine that has come to a halt: nothing is waited for longer than it takes.
_AT_MOST: Final = 30


class Watch:
    """The program with `--watch` in a process of its own, and what it says on both of its outputs."""

    def __init__(self, root: Path, *arguments: str) -> None:
        self.said: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flashgen", *arguments, "--watch"],
            cwd=root,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(START), "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            # What is started in the background of a shell is deaf to Ctrl-C, and so is all that it starts.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def report(self, text: str = "") -> list[str]:
        """The lines of the next report that holds `text`. Reports before it are passed over."""
        lines: list[str] = []
        while (line := self._lines.get(timeout=_AT_MOST)) is not None:
            self.said.append(line)
            if line != _READY:
                lines.append(line)
            elif any(text in line for line in lines):
                return lines
            else:
                lines = []
        raise AssertionError(f"ended without {text!r}: {self.said}")

    def end(self) -> int:
        """The exit status after Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=_AT_MOST)

    def close(self) -> None:
        """Ends it in any case."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Project, list[Watch]]]:
    project = Project(tmp_path / "project")
    project.write({"cards/a.md": CARDS})
    begun: list[Watch] = []
    yield project, begun
    for watch in begun:
        watch.close()


def _begin(watched: tuple[Project, list[Watch]], *arguments: str) -> tuple[Project, Watch]:
    project, begun = watched
    begun.append(Watch(project.root, *arguments))
    return project, begun[-1]


def test_every_save_is_built_and_told_in_short(watched: tuple[Project, list[Watch]]) -> None:
    project, watch = _begin(watched, "build")
    first = watch.report()
    assert first[:2] == ["+ cards/a.md:1 added: What is the capital of France?", "1 added: decks/a.apkg"]
    assert (project.root / "decks/a.apkg").is_file()
    project.write({"cards/a.md": CARDS + "\n" + MORE})
    assert watch.report("Niger") == [
        "cards/a.md changed",
        "+ cards/a.md:4 added: What is the capital of Niger?",
        "1 added: decks/a.apkg",
    ]
    assert len(project.rows()) == 2
    project.edit("cards/a.md", "Niamey", "Niamey, on the Niger")
    assert any("answer edited" in line for line in watch.report("1 edited"))
    assert project.status() == {}
    assert watch.end() == 0
    # Neither the ledger, the package nor the memory is a change.
    assert {line for line in watch.said if line.endswith(" changed")} == {"cards/a.md changed"}


def _background_patterns() -> tuple[str, str]:
    """The lines with which a report begins and ends, for the task of VS Code that runs `check --watch`."""
    tasks = json.loads((Path(__file__).parents[1] / "flashgen/editors/vscode/tasks.json").read_text(encoding="utf-8"))
    (task,) = (task for task in tasks["tasks"] if task.get("isBackground"))
    assert task["command"] == "flashgen check --watch"
    background = task["problemMatcher"]["background"]
    return background["beginsPattern"], background["endsPattern"]


def test_a_save_by_rename_is_seen(watched: tuple[Project, list[Watch]]) -> None:
    project, watch = _begin(watched, "check")
    assert watch.report() == ["1 note in 1 file: no faults"]
    for name in (".a.md.swp", "4913", "a.md~"):
        (project.root / "cards" / name).write_text("an editor’s own\n")
    (project.root / "cards/.a.md.new").write_text(CARDS + "\nQ: And this?\n")
    os.replace(project.root / "cards/.a.md.new", project.root / "cards/a.md")
    report = watch.report("missing-answer")
    assert report == [
        "cards/a.md changed",
        "cards/a.md:4:1: error[missing-answer] this question has no answer",
        '  help: begin a line with "A:"',
        "2 notes in 1 file: 1 error",
    ]
    assert watch.end() == 0
    # By these VS Code knows that the faults of before are gone, and that those of now are all there.
    begins, ends = _background_patterns()
    assert {line for line in watch.said if re.search(begins, line)} == {"cards/a.md changed"}
    assert {line for line in watch.said if re.search(ends, line)} == {_READY}


def test_faults_of_sources_and_config_are_told_and_their_mend_is_built(watched: tuple[Project, list[Watch]]) -> None:
    project, watch = _begin(watched, "build")
    watch.report()
    before = project.read("cards/ledger.jsonl")
    project.write({"cards/a.md": CARDS + "\n```\nnever closed\n"})
    assert "1 error; nothing was written" in watch.report("unclosed-block")
    project.write({"cards/a.md": "\xff".encode("latin-1")})
    assert "1 error; nothing was written" in watch.report("not-utf8")
    project.write({"cards/a.md": CARDS})
    watch.report("nothing changed: decks/a.apkg")
    config = project.read("pyproject.toml")
    project.write({"pyproject.toml": config + 'tags = ["x\n'})
    assert watch.report("malformed-config")[0] == "pyproject.toml changed"
    assert project.read("cards/ledger.jsonl") == before
    project.write({"pyproject.toml": config + 'tags = ["x"]\n'})
    watch.report("1 edited: decks/a.apkg")
    assert watch.end() == 0


def test_files_and_folders_come_and_go(watched: tuple[Project, list[Watch]]) -> None:
    project, watch = _begin(watched, "check")
    watch.report()
    project.write({"cards/new/b.md": MORE})
    watch.report("2 notes in 2 files: no faults")
    # The new folder is watched as well.
    project.write({"cards/new/b.md": "Q: And this?\n"})
    watch.report("cards/new/b.md:1:1: error[missing-answer]")
    shutil.rmtree(project.root / "cards/new")
    watch.report("1 note in 1 file: no faults")
    os.rename(project.root / "cards/a.md", project.root / "cards/c.md")
    watch.report("1 note in 1 file: no faults")
    (project.root / "cards/c.md").unlink()
    watch.report("no-cards")
    project.write({"cards/a.md": CARDS})
    watch.report("1 note in 1 file: no faults")
    assert watch.end() == 0


def test_a_project_that_is_gone_is_waited_for(watched: tuple[Project, list[Watch]]) -> None:
    project, watch = _begin(watched, "check", "../project/cards")
    watch.report()
    os.rename(project.root, project.root.with_name("moved"))
    watch.report("is gone")
    os.rename(project.root.with_name("moved"), project.root)
    watch.report("1 note in 1 file: no faults")
    project.write({"cards/a.md": CARDS + "\n" + MORE})
    watch.report("2 notes in 1 file: no faults")
    assert watch.end() == 0


def test_media_are_watched_wherever_they_are_in_the_project(watched: tuple[Project, list[Watch]]) -> None:
    project, _ = watched
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="9"/>'
    project.write({"cards/a.md": "Q: Where?\nA: ![A map](../pictures/map.svg)\n", "pictures/map.svg": svg.format(9)})
    _, watch = _begin(watched, "build")
    watch.report("1 added: decks/a.apkg")
    project.write({"pictures/map.svg": svg.format(10)})
    assert watch.report("1 edited")[0] == "pictures/map.svg changed"
    (project.root / "pictures/map.svg").unlink()
    watch.report("missing-media")
    project.write({"pictures/map.svg": svg.format(10)})
    watch.report(": decks/a.apkg")
    assert watch.end() == 0


def test_a_single_file_is_watched_alone(watched: tuple[Project, list[Watch]]) -> None:
    project, _ = watched
    (project.root / "pyproject.toml").unlink()
    project.write({"notes.md": CARDS})
    _, watch = _begin(watched, "build", "notes.md")
    watch.report("1 added: notes.apkg")
    project.write({"other.md": MORE, "cards/a.md": MORE, "notes.md": CARDS + "\n" + MORE})
    assert watch.report("1 added")[0] == "notes.md changed"
    assert watch.end() == 0
    assert not any("other.md" in line or "cards/a.md" in line for line in watch.said)


def test_a_folder_without_a_config_is_watched_without_its_packages(watched: tuple[Project, list[Watch]]) -> None:
    project, _ = watched
    (project.root / "pyproject.toml").unlink()
    os.rename(project.root / "cards/a.md", project.root / "a.md")
    (project.root / "cards").rmdir()
    _, watch = _begin(watched, "build")
    watch.report("1 added: decks/a.apkg")
    project.write({"a.md": CARDS + "\n" + MORE})
    watch.report("1 added: decks/a.apkg")
    assert watch.end() == 0
    assert {line for line in watch.said if line.endswith(" changed")} == {"a.md changed"}


def test_machines_get_a_document_after_every_save(watched: tuple[Project, list[Watch]]) -> None:
    project, watch = _begin(watched, "check", "--format", "json")
    assert json.loads("\n".join(watch.report())) == []
    project.write({"cards/a.md": "Q: And this?\n"})
    head, *document = watch.report("missing-answer")
    assert head == "cards/a.md changed"
    assert [fault["rule"] for fault in json.loads("\n".join(document))] == ["missing-answer"]
    assert watch.end() == 0


def test_ctrl_c_ends_it_without_a_word_and_leaves_nothing_behind(watched: tuple[Project, list[Watch]]) -> None:
    project, watch = _begin(watched, "build")
    watch.report()
    assert watch.end() == 0
    assert watch.said[-1] == _READY
    assert not list(project.root.rglob(".flashgen-*"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "--open"),
        ("build", "--refresh"),
        ("build", "--output", "collection.apkg"),
        ("build", "--deck", "none"),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_at_every_save_is_misuse(
    arguments: tuple[str, ...], watched: tuple[Project, list[Watch]]
) -> None:
    _, watch = _begin(watched, "build", *arguments)
    assert watch.process.wait(timeout=_AT_MOST) == 2
