"""`flashgen preview` on the command line: where it listens, what it says, and what it refuses."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from functools import partial
from pathlib import Path

from tests.preview.conftest import town
from tests.preview.served import served


def test_it_says_how_many_cards_there_are_and_where_they_are_shown(tmp_path: Path) -> None:
    project = town(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "flashgen", "preview", str(project.root), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "11 cards: 2 warnings\n"
    address, _, said = process.stdout.readline().partition(" ")
    assert said == "shows them as they are saved; Ctrl-C ends it\n"
    with urllib.request.urlopen(address) as answer:
        assert b"flashgen preview" in answer.read()
    # News are being listened to when it ends.
    with urllib.request.urlopen(f"{address}news") as news:
        assert news.readline().startswith(b"data: ")
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 128 + signal.SIGTERM


def test_another_host_is_listened_on_only_when_asked_for_and_that_is_said(tmp_path: Path) -> None:
    project = town(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "flashgen", "preview", str(project.root), "--port", "0", "--host", "0.0.0.0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # What is started in the background of a shell is deaf to Ctrl-C, and so is all that it starts.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    assert process.stdout.readline().startswith("http://localhost:")
    assert process.stderr.readline() == ("whoever reaches this machine can read these cards: it listens on 0.0.0.0\n")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    project = town(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = project.run("preview", "--port", str(taken.getsockname()[1]))
    assert said.exit_code == 2
    assert said.stderr.startswith("flashgen: 127.0.0.1 cannot be listened on: ")
    assert project.run("preview", "--host", "no such host").exit_code == 2


def test_a_project_with_errors_and_one_without_cards_are_shown_as_well(tmp_path: Path) -> None:
    project = town(tmp_path)
    project.write({"cards/town.md": "Nothing yet\n"})
    with served(project.root) as address, urllib.request.urlopen(f"{address}cards") as answer:
        assert b'"rule":"no-cards"' in answer.read()


def test_a_static_page_takes_the_place_of_another_and_of_nothing_else(tmp_path: Path) -> None:
    project = town(tmp_path / "town")
    folder = tmp_path / "site"
    for _ in range(2):
        said = project.run("preview", "--static", str(folder))
        assert said.exit_code == 0, said.output
        assert said.stdout.endswith("site/index.html: 2 warnings\n")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "index.html").write_text("<p>My own page</p>", encoding="utf-8")
    for place in (mine, mine / "index.html", project.root / "cards"):
        said = project.run("preview", "--static", str(place))
        assert said.exit_code == 2
        assert "holds other files" in said.stderr
    assert (mine / "index.html").read_text(encoding="utf-8") == "<p>My own page</p>"


def test_a_static_page_holds_no_script_but_its_own(tmp_path: Path) -> None:
    project = town(tmp_path / "town")
    project.edit("cards/town.md", "A: A text.", "A: `</script><script>alert(1)</script>`")
    project.run("preview", "--static", str(tmp_path / "site"))
    html = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert html.count("<script") == 2
    assert "script-src &#x27;sha256-" in html
    assert "http-equiv" in html
