"""What a terminal gets beyond the results: a bar for what takes long, and completion in the shell."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import TextIO

import pytest

from flashgen import waiting
from flashgen.diagnostics import RULES


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, TextIO]]:
    """Our end of a terminal, and the program's."""
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()
    with open(theirs, "w", encoding="utf-8") as stream:
        yield ours, stream
    os.close(ours)


def _until(ours: int, text: bytes) -> bytes:
    said = b""
    while text not in said:
        said += os.read(ours, 4096)
    return said


def test_what_takes_long_has_a_bar_that_says_the_stage_and_goes(terminal: tuple[int, TextIO]) -> None:
    ours, stream = terminal
    with waiting.bar(stream) as say:
        say("reading the cards")
        assert "━".encode() in _until(ours, b"0:00:0")
        say("recognizing them")
        _until(ours, b"recognizing them")
    stream.write("done")
    stream.flush()
    # The cursor is shown again, and the line of the bar is empty.
    said = _until(ours, b"done")
    assert said.endswith(b"\x1b[2Kdone")
    assert b"\x1b[?25h" in said


def test_what_is_done_soon_has_none(terminal: tuple[int, TextIO], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_LONG", 3600)
    ours, stream = terminal
    with waiting.bar(stream) as say:
        say("reading the cards")
    stream.write("done")
    stream.flush()
    assert _until(ours, b"done") == b"done"


def test_a_file_and_a_terminal_that_cannot_draw_get_none(
    terminal: tuple[int, TextIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_LONG", 0)
    _, stream = terminal
    monkeypatch.setenv("TERM", "dumb")
    for one in (None, io.StringIO(), stream):
        before = threading.active_count()
        with waiting.bar(one) as say:
            say("reading the cards")
            assert threading.active_count() == before


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("flashgen che", {"check"}),
        ("flashgen explain missing-a", {"missing-alt", "missing-answer"}),
        ("flashgen explain ", set(RULES)),
        ("flashgen check --wa", {"--watch"}),
        ("flashgen schema ", {"config", "front-matter", "comment"}),
    ],
)
def test_a_shell_completes_commands_options_and_rules(typed: str, offered: set[str]) -> None:
    words = typed.split(" ")
    asked = {"_FLASHGEN_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    said = subprocess.run(
        [sys.executable, "-m", "flashgen"],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert set(said.stdout.split()) == offered
