"""What the fuzzer can be let loose on: bytes in, an AssertionError or another exception where something is wrong."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from flashgen import positions, settings
from flashgen.ledger import memory
from flashgen.markdown import math
from flashgen.model import Source
from tests.fuzzing import promises

_CONFIG: Final = b'namespace = "fuzzing-a2b3c"\nlang = "fr"\n'
_CARDS: Final = (
    b"Q: What is asked?\nA: What is answered.\n\nC: A {{cloze::hint}} and {{c3::another}}.\n\n"
    b"Word: le mot\nMeaning: word\n"
)
_LEDGER: Final = (
    '{"flashgen ledger": 1, "namespace": "fuzzing-a2b3c"}\n'
    '{"id": "abcdefgh", "kind": "qa", "file": "cards/x.md", "deck": "x", "question": "What is asked?", '
    '"question_key": "0123456789abcdef", "answer": "What was answered.", "answer_key": "0123", "stored": "01", '
    '"modified": 1700000000, "created": 1700000000, "cards": [0]}\n'
)


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fuzzing-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ("cards/a.png", "cards/b.mp3", "cards/a b.png", "cards/é.png"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"\x89PNG" + name.encode())
    return folder


_written: dict[str, bytes] = {}


def _project(files: Mapping[str, bytes]) -> None:
    folder = _folder()
    wanted = {"flashgen.toml": _CONFIG, "cards/x.md": _CARDS, **files}
    for name in _written.keys() - wanted.keys():
        (folder / name).unlink()
        del _written[name]
    for name, content in wanted.items():
        if _written.get(name) != content:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
            _written[name] = content
    promises.keeps_all(folder, wanted, packaged=hash(tuple(wanted.values())) % 8 == 0)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "ignore")


def notation(data: bytes) -> None:
    """A source file."""
    _project({"cards/x.md": data})


def answer(data: bytes) -> None:
    """The answer of a question."""
    _project({"cards/x.md": b"Q: a\nA: " + data})


def cloze(data: bytes) -> None:
    """The text of a cloze."""
    _project({"cards/x.md": b"C: {{x}} " + data})


def word(data: bytes) -> None:
    """The fields of a word."""
    _project({"cards/x.md": b"---\nlang: fr\n---\nWord: " + data})


def table(data: bytes) -> None:
    """A table of notes below its header."""
    _project({"cards/x.md": b"| Q | A | Tags | Id |\n|---|---|---|---|\n" + data})


def formula(data: bytes) -> None:
    """A formula, with clozes in it."""
    math.fault(_text(data))
    _project({"cards/x.md": b"C: {{x}} $" + data + b"$\n"})


def html(data: bytes) -> None:
    """Raw HTML."""
    promises.html_is_cleaned_once(_text(data))
    _project({"cards/x.md": b"Q: a\nA:\n<div>" + data})


def media(data: bytes) -> None:
    """The path of a picture."""
    _project({"cards/x.md": b"Q: a\nA: ![b](" + data + b") ![[" + data + b"]] <img alt=b src='" + data + b"'>\n"})


def front_matter(data: bytes) -> None:
    """The front matter of a file."""
    _settings(_text(data))
    _project({"cards/x.md": b"---\n" + data + b"\n---\n" + _CARDS})


def comment(data: bytes) -> None:
    """A card comment."""
    _settings(_text(data))
    _project({"cards/x.md": b"Q: a\nA: b\n<!--" + data + b"-->\n"})


def _settings(text: str) -> None:
    source = Source("x.md", Path("x.md"), f"---\n{text}\n---\n", ("---", *text.split("\n"), "---"))
    _, faults = settings.from_front_matter(text, source)
    promises.places_are_right(faults, {"x.md": source.text.encode()})
    settings.from_comment(text, lambda line, column: positions.at(source, line + 1, column))


def toml(data: bytes) -> None:
    """The config of a project."""
    _project({"flashgen.toml": data})


def pyproject(data: bytes) -> None:
    """The config of a project within that of another tool."""
    _project({"flashgen.toml": _CONFIG, "pyproject.toml": b"[tool.flashgen]\n" + data})


def ledger(data: bytes) -> None:
    """The file of a ledger."""
    promises.ledger_is_read_once(_text(data))
    _project({"cards/ledger.jsonl": data})


def ledger_rows(data: bytes) -> None:
    """A ledger with a row that is right above what may be wrong."""
    promises.ledger_is_read_once(_LEDGER + _text(data))
    _project({"cards/ledger.jsonl": _LEDGER.encode() + data})


def remembered(data: bytes) -> None:
    """The file of the memory."""
    found = memory.read(_text(data))
    assert memory.read(memory.serialize(found).decode()) == found, "what was written is read as something else"
    _project({".flashgen_cache/built.jsonl": data})


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "notation": notation,
    "answer": answer,
    "cloze": cloze,
    "word": word,
    "table": table,
    "math": formula,
    "html": html,
    "media": media,
    "front-matter": front_matter,
    "comment": comment,
    "toml": toml,
    "pyproject": pyproject,
    "ledger": ledger,
    "ledger-rows": ledger_rows,
    "memory": remembered,
}
"""The targets by their names."""
