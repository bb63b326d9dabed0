"""Code that another process colours ahead comes out as it does without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flashgen import ahead, places
from flashgen.ahead import Ahead
from tests.benchmarks import corpus
from tests.project import START, Project

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or (os.cpu_count() or 1) < 2, reason="needs a fork and two processors"
)

_RUN = "from flashgen.start import run; run()"
# Forks that tell nothing, as if they were killed at once.
_MUTE = "from flashgen import ahead; ahead._tell = lambda path, told: None; " + _RUN
# Forks that are killed in the midst of a line.
_BROKEN = (
    "from flashgen import ahead; tell = ahead._put\n"
    "def put(told, what):\n"
    "    told.write(b'{\"python') if isinstance(what, dict) else tell(told, what)\n"
    "ahead._put = put; " + _RUN
)
_NEVER = "from flashgen import ahead; ahead._is_worth_it = lambda path: False; " + _RUN
_CARDS = """\
Q: How is it printed?
A: So:

```python
print("one")   # said
```

Q: And in a list?
A:
- In SQL

  ```sql
  select 1;
  ```

Q: And where nobody looks?
A:
> ```c
> int x;
> ```

Q: And in no language?
A:

```klingon
qapla'
```
"""


def _built(place: Path, code: str, text: str = _CARDS) -> tuple[str, str, dict[str, bytes]]:
    project = Project(place)
    project.write({"cards/a.md": text, "cards/b.md": "Q: b?\nA:\n\n```js\nlet b = 1\n```\n"})
    # With pipes that stay open until every process has closed them.
    done = subprocess.run(
        [sys.executable, "-c", code, "build"],
        cwd=project.root,
        capture_output=True,
        text=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(START)},
        check=True,
        timeout=60,
    )
    files = [path for path in project.root.rglob("*") if path.is_file() and places.CACHE not in path.parts]
    return done.stdout, done.stderr, {path.relative_to(project.root).as_posix(): path.read_bytes() for path in files}


def test_a_build_is_the_same_whatever_was_coloured_ahead(tmp_path: Path) -> None:
    alone = _built(tmp_path / "never", _NEVER)
    for name, code in (("ahead", _RUN), ("mute", _MUTE), ("broken", _BROKEN)):
        assert _built(tmp_path / name, code) == alone, name


def _printed(code: str, folder: Path) -> str:
    """What a process prints that runs this; the one that runs the tests has threads."""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_build_waits_for_nothing_else(tmp_path: Path) -> None:
    """All code that the corpus asks for is among what comes, and is what Pygments gives here."""
    corpus.write(tmp_path / "cards", "flashgen", 100)
    code = """
from pathlib import Path
from flashgen import ahead, pipeline
with ahead.begun(Path()) as found:
    sources = pipeline.compile(Path(), clock=1_800_000_000).sources
    asked = {name: lengths for one in sources.read for name, lengths in one.colours.items()}
    print(len(asked) > 10, {name: found.colours(name) for name in asked} == asked)
"""
    assert _printed(code, tmp_path) == "True True\n"


def _code(path: Path) -> list[tuple[str, str]]:
    return list(ahead._code(ahead._texts(path)))


_NOTE = "Q: q\nA: a\n\n"
_X = f"{_NOTE}```python\nx\n```\n"


def test_code_is_found_as_the_parser_finds_it(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(_CARDS)
    found = dict(reversed(block) for block in _code(tmp_path))
    assert found == {"python": 'print("one")   # said', "sql": "select 1;", "klingon": "qapla'"}


def test_code_that_is_on_no_card_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(_X)
    (tmp_path / "_notes.md").write_text(_X)
    (tmp_path / "a.md").write_text(f"```c\nint x;\n```\n{_X}\n## Prose\n\n```c\nint y;\n```\n")
    assert _code(tmp_path) == [("x", "python")]
    (tmp_path / "cards").mkdir()
    assert _code(tmp_path) == []


def test_what_is_no_file_is_not_waited_for_and_no_link_followed(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/a.md").write_bytes(_X.replace("x", "x\ny").replace("\n", "\r\n").encode())
    (tmp_path / "p/b.md").write_bytes(b"\xff" + _X.encode())
    os.mkfifo(tmp_path / "p/c.md")
    (tmp_path / "p/d.md").symlink_to("/dev/zero")
    (tmp_path / "out.md").write_text(_X)
    (tmp_path / "p/e.md").symlink_to(tmp_path / "out.md")
    assert _code(tmp_path / "p") == [("x\ny", "python")]
    assert _code(tmp_path / "p/e.md") == []


def test_many_files_are_left_to_the_processes_that_read_them_and_one_that_is_large_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    (tmp_path / "a.md").write_text(_X)
    assert _code(tmp_path) == [("x", "python")]
    (tmp_path / "b.md").write_text("x" * ahead._LARGEST)
    assert _code(tmp_path) == [("x", "python")]
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    assert _code(tmp_path) == []
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    (tmp_path / "c.md").write_text("x" * ahead._BESIDE_IT)
    assert _code(tmp_path) == []
    (tmp_path / "c.md").unlink()
    (tmp_path / "b.md").write_text("x" * ahead._LARGEST_FILE)
    assert _code(tmp_path) == []


def test_colours_that_take_too_long_are_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"{_NOTE}```fan\n{'a' * 5_390}\n```\n")
    code = """
from pathlib import Path
from flashgen import ahead
with ahead.begun(Path()) as found:
    print(found.languages(), found.colours(next(iter(found._keys()))))
"""
    assert _printed(code, tmp_path) == "frozenset({'fan'}) None\n"


def test_who_lets_the_system_clear_its_children_away_gets_the_same(tmp_path: Path) -> None:
    ignore = "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN); "
    assert _built(tmp_path / "ignored", ignore + _RUN) == _built(tmp_path / "never", _NEVER)


def test_the_processes_that_read_take_nothing_of_what_is_told_to_the_first(tmp_path: Path) -> None:
    corpus.write(tmp_path / "cards", "flashgen", 300, per_file=20)
    code = """
from pathlib import Path
from flashgen import ahead, parallel, pipeline
parallel.in_chunks.__kwdefaults__["worth"] = 0
alone = pipeline.compile(Path(), clock=1_800_000_000)
with ahead.begun(Path()) as found:
    assert found.languages()
    together = pipeline.compile(Path(), clock=1_800_000_000, ahead=found)
print(together.identified == alone.identified)
"""
    assert _printed(code, tmp_path) == "True\n"


def test_of_code_that_takes_long_no_more_is_coloured_than_in_one_file(tmp_path: Path) -> None:
    for number in range(10):
        block, longer = (f"```cs\n{number} {'x' * length}\n```\n" for length in (1_000, 2_000))
        (tmp_path / f"{number}.md").write_text(f"{_NOTE}{block}{longer}")
    assert [(len(text), language) for text, language in _code(tmp_path)] == [(1_002, "cs"), (1_002, "cs")]


def test_nothing_is_begun_where_colours_are_kept(tmp_path: Path) -> None:
    code = """
from pathlib import Path
from flashgen import ahead
for path in (Path(), Path("cards"), Path("cards/a.md")):
    with ahead.begun(path) as found:
        print(found is not None)
"""
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards/a.md").touch()
    assert _printed(code, tmp_path) == "True\n" * 3
    (tmp_path / places.CACHE).mkdir()
    assert _printed(code, tmp_path) == "False\n" * 3


def test_what_was_promised_and_does_not_come_is_not_waited_for() -> None:
    reader, writer = os.pipe()
    process = subprocess.Popen([sys.executable, "-c", ""])
    with open(writer, "wb") as told:
        told.write(json.dumps(["python 1", "python 2"]).encode() + b"\n" + json.dumps({"python 1": "k:1"}).encode())
        told.write(b"\n")
    with open(reader, "rb") as heard:
        found = Ahead(process.pid, heard)
        assert (found.colours("python 1"), found.colours("c 3"), found.colours("python 2")) == ("k:1", None, None)
        assert not found.has("python 2")
        found.end()
    process.returncode = 0


def test_the_other_process_is_gone_when_it_is_not_needed_any_more(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(_NOTE + "".join(f"```python\n{number}\n```\n" for number in range(10_000)))
    code = """
import os
from pathlib import Path
from flashgen import ahead
with ahead.begun(Path()) as found:
    os.kill(found._process, 0)
try:
    os.kill(found._process, 0)
except ProcessLookupError:
    print("gone")
"""
    assert _printed(code, tmp_path) == "gone\n"
