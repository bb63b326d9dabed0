"""Each rule’s text in `flashgen/rules/` is its test: what it shows of `flashgen check` is what `flashgen check` says.

A text has the headings `# name`, with `error`, `warning` or `advice` below, `## What it finds`, `## Why`, `## Example`
and `## Write instead`. Under the last two, fenced blocks are the files of a project, each with its path behind the
language, and a block `text` is all that is said of the files above it:

- `markdown cards/points.md`, `toml pyproject.toml`, `json cards/ledger.jsonl`: a file as it stands there.
- `bytes cards/points.md`: a file whose bytes are written with Python's escapes, a line break being one only as `\\n`.
- `binary cards/map.png`: a file of the size that the block says (`12 bytes`, `6 MB`).
- `repeated cards/points.md`: a file in which `× 500` below a line stands for that line once more 500 times.
- `link cards/map.png`: a symbolic link to the path that the block says.
- `markdown before cards/points.md`: a file at an earlier build, which is carried out first.
- `gone cards/ledger.jsonl`: a file of the earlier build that is gone.
- `text style`: what `flashgen check --style` says.
- `text build`: what `flashgen build` says, where it is not `check` that finds the fault; `text check notes.md`: what is
  said of one path; `text restore lost.apkg`: what `flashgen ledger restore` says of that file; `text pin`: what
  `flashgen ledger pin` says where git holds the files of the earlier build.

A path that begins with `../` lies beside the project. Each `text` under "Example" ends an example. Under "Write
instead" the files take the place of those of the first example, and nothing is said of them but what a `text` shows.

With REWRITE_RULES=1 (and `-n0`) the texts are written anew from what is said.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pytest
from markdown_it import MarkdownIt

from flashgen.diagnostics import RULES
from tests.project import Project

_FOLDER: Final = Path(__file__).parents[1] / "flashgen/rules"
_HEADINGS: Final = ["What it finds", "Why", "Example", "Write instead"]
_UNITS: Final = {"bytes": 1, "KB": 1024, "MB": 1024 * 1024}
_DIAGNOSTIC: Final = re.compile(r"\S.*:\d+:\d+: (?:error|warning|advice)\[([a-z0-9-]+)\] ")
_HELP: Final = "  help: "


@dataclass(frozen=True)
class Block:
    """A fenced block: the words of its info string, its text, and the lines of its text in the file, from 0."""

    words: tuple[str, ...]
    text: str
    first: int
    last: int


@dataclass(frozen=True)
class Example:
    """A project: files now and at an earlier build, by path; what `command` says of it, and where that stands."""

    now: dict[str, Block] = field(default_factory=dict)
    before: dict[str, Block] = field(default_factory=dict)
    command: str = "check"
    path: str = ""
    shown: str = ""
    place: Block | None = None


def _blocks(rule: str) -> dict[str, list[Block]]:
    """The fenced blocks of a rule's text by the heading they stand under."""
    by_heading: dict[str, list[Block]] = {}
    heading = ""
    tokens = MarkdownIt().parse(_text(rule))
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[index + 1].content
            by_heading[heading] = []
        elif token.type == "fence" and token.map:
            block = Block(tuple(token.info.split()), token.content, token.map[0] + 1, token.map[1] - 1)
            by_heading[heading].append(block)
    return by_heading


def _examples(blocks: list[Block]) -> Iterator[Example]:
    example = Example()
    for block in blocks:
        language, *words = block.words
        if language == "text":
            command, path = (*words, "", "")[:2]
            yield replace(example, command=command or "check", path=path, shown=block.text, place=block)
            example = Example()
        elif words[0] == "before":
            example.before[words[1]] = block
        else:
            example.now[words[0]] = block
    if example.now or example.before:
        yield example


def _mended(rule: str) -> Example:
    first = next(_examples(_blocks(rule)["Example"]))
    mends = list(_examples(_blocks(rule)["Write instead"]))
    assert len(mends) == 1, f'"Write instead" of {rule} is one project'
    mend = mends[0]
    return replace(
        mend,
        now={**first.now, **mend.now},
        before={**first.before, **mend.before},
        command=first.command,
        path=mend.path or first.path,
    )


def _text(rule: str) -> str:
    return (_FOLDER / f"{rule}.md").read_text(encoding="utf-8")


def _write(project: Project, files: dict[str, Block]) -> None:
    for path, block in files.items():
        language, content = block.words[0], block.text.encode()
        if language == "gone":
            (project.root / path).unlink()
            continue
        if language == "link":
            (project.root / path).parent.mkdir(parents=True, exist_ok=True)
            (project.root / path).symlink_to(block.text.strip())
            continue
        if language == "bytes":
            content = block.text.replace("\n", "").encode("ascii").decode("unicode_escape").encode("latin-1")
        elif language == "repeated":
            often = re.sub(r"(?m)^(.*\n)× (\d+)\n", lambda found: found[1] * (int(found[2]) + 1), block.text)
            content = often.encode()
        elif language == "binary":
            number, unit = block.text.split()
            content = bytes(int(number) * _UNITS[unit])
        project.write({path: content})


def _commit(root: Path) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "cards"), ("commit", "-q", "-m", "Cards")):
        subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def _said(example: Example, root: Path) -> str:
    """All diagnostics of an example, each with its help, as they are printed."""
    project = Project(root, config="")
    if example.before:
        _write(project, example.before)
        project.build()
    if example.command == "pin":
        _commit(root)
    _write(project, example.now)
    if example.command == "restore":
        result = project.restore(Path(example.path))
    elif example.command == "pin":
        result = project.pin()
    elif example.command == "style":
        result = project.run("check", "--style", path=example.path)
    else:
        result = project.run(example.command, path=example.path)
    lines = [line for line in result.output.splitlines() if _DIAGNOSTIC.match(line) or line.startswith(_HELP)]
    assert (result.exit_code == 1) == any(": error[" in line for line in lines), result.output
    return "".join(f"{line}\n" for line in lines)


def _rewrite(rule: str, example: Example, said: str) -> None:
    assert example.place is not None
    lines = _text(rule).splitlines(keepends=True)
    lines[example.place.first : example.place.last] = [said]
    (_FOLDER / f"{rule}.md").write_text("".join(lines), encoding="utf-8")


def _every_example() -> Iterator[object]:
    for rule in RULES:
        if (_FOLDER / f"{rule}.md").exists():
            for number, example in enumerate(_examples(_blocks(rule).get("Example", [])), start=1):
                yield pytest.param(rule, number, example, id=f"{rule}-{number}")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the project, in which the command is given, so that paths are as short as in the texts."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_every_rule_has_its_text_and_every_text_its_rule() -> None:
    assert {path.stem for path in _FOLDER.iterdir()} == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_text_has_the_fixed_headings(rule: str) -> None:
    severity = RULES[rule].severity.value
    lines = _text(rule).splitlines()
    assert lines[:3] == [f"# {rule}", "", severity]
    assert list(_blocks(rule)) == [rule, *_HEADINGS]


@pytest.mark.parametrize(("rule", "number", "example"), list(_every_example()))
def test_an_example_says_what_its_text_shows(rule: str, number: int, example: Example, root: Path) -> None:
    said = _said(example, root)
    assert f"[{rule}]" in said, said
    if os.environ.get("REWRITE_RULES") and example.place is not None:
        # A line that is said more or less moves the places of the examples below it.
        _rewrite(rule, list(_examples(_blocks(rule)["Example"]))[number - 1], said)
        return
    assert said == example.shown


@pytest.mark.parametrize("rule", RULES)
def test_what_is_written_instead_is_right(rule: str, root: Path) -> None:
    mended = _mended(rule)
    said = _said(mended, root)
    if os.environ.get("REWRITE_RULES") and mended.place is not None:
        _rewrite(rule, _mended(rule), said)
        return
    assert said == mended.shown
    assert f"[{rule}]" not in said
    assert ": error[" not in said
