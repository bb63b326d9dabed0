"""What a build of somebody else's cards asks of the machine: files of the project, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flashgen import rawhtml
from tests.hostile_decks.catalogue import FRAGMENTS, REFUSED, REMOTE
from tests.hostile_decks.writing import ENTRANCES, numbered, project

_KEY = Path("state/flashgen/key")
_WATCHED = Path(__file__).with_name("watched.py")


def _events(root: Path) -> tuple[int, list[tuple[str, list[str]]]]:
    done = subprocess.run(
        [sys.executable, "-B", str(_WATCHED), "build", str(root)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PATH": "",
            "SOURCE_DATE_EPOCH": "1800000000",
            "XDG_STATE_HOME": str(root.parent / "state"),
        },
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith('["')]
    assert lines, done.stderr
    return done.returncode, [(event, about) for event, about in map(json.loads, lines)]


def _texts(kind: str) -> dict[str, str]:
    if kind == "refused":
        return {f"{number:03}": f"Q: {number}\n\nx {one}\n\nA: y\n" for number, one in enumerate((*REFUSED, *REMOTE))}
    fragments = [fragment for number, fragment in enumerate(sum(FRAGMENTS.values(), ())) if number % 7 == 0]
    return numbered(fragments, ENTRANCES[0])


@pytest.mark.parametrize("kind", ["packaged", "refused"])
def test_a_build_asks_for_no_network_no_program_and_no_other_file(kind: str, tmp_path: Path) -> None:
    made = project(tmp_path / "project", _texts(kind))
    status, events = _events(made.root)
    assert status == (kind == "refused")
    outside, written = set[str](), set[str]()
    for event, about in events:
        assert event in ("read", "write", "os.rename", "os.remove", "os.mkdir"), (event, about)
        for path in map(Path, about):
            if event != "read":
                written.add(path.name if path.parent.name in ("decks", ".flashgen_cache") else str(path))
            elif (
                not path.is_relative_to(made.root)
                and path != tmp_path / _KEY
                and path.suffix
                not in (
                    ".py",
                    ".pyc",
                    ".so",
                    ".html",
                    ".css",
                    ".toml",
                )
            ):
                outside.add(str(path))
    # The watch itself works.
    assert ("read", [str(made.root / "flashgen.toml")]) in events
    assert (str(made.root / "cards/ledger.jsonl") in written) == (kind == "packaged")
    # What is looked for above the project is a config; what Python itself reads are its modules.
    assert outside <= {"", "/dev/null"}, outside
    roots = {str(made.root / "decks"), str(made.root / ".flashgen_cache"), str(made.root / "cards")}
    # The key by which it knows its own cache is made once for each user.
    written = {name for name in written if not Path(name).is_relative_to(tmp_path / _KEY.parents[1])}
    temporary = [name for name in written if ".flashgen-" not in name and name not in roots and "/" in name]
    assert set(temporary) <= {str(made.root / "cards/ledger.jsonl")}, temporary


@pytest.mark.parametrize(
    "tag", ["<a ", "<div ", "<img src=x ", "<a x=y ", "<a x='", "<a/", "</", "<!--", "<x-", "<!", "<?"]
)
def test_html_that_never_ends_takes_no_longer_than_its_length(tag: str) -> None:
    def seconds(times: int) -> float:
        start = time.process_time()
        rawhtml.clean(rawhtml.read("<div>" + tag * times).html)
        return time.process_time() - start

    assert seconds(20_000) < 2
