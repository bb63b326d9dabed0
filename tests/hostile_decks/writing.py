"""Fragments of an attacker put through every entrance of the notation: a project whose every file holds one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flashgen import pipeline
from flashgen.pipeline import Compiled
from tests.project import START, Project

FILES: Mapping[str, bytes] = {
    "dot.png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "dot": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "page.html": b"<script>alert(1)</script>",
    "_script.js": b"alert(1)",
    "style.css": b"@import '//evil.test/x.css';",
    "x.lua": b"os.execute('id')",
    "list.mp3": b"#EXTM3U\nhttp://evil.test/x.mp3\n",
    "playlist.m4a": b"\xef\xbb\xbf[playlist]\nFile1=http://evil.test/x\x00\xff",
    "page.mp4": b"<html><script>alert(1)</script>",
}
_REFERENCE = "\n\n[defined]: other.md\n"


@dataclass(frozen=True, slots=True)
class Entrance:
    """A kind of note with a fragment in each of its fields, `§`; what stands before its line `Q:` is the heading."""

    name: str
    text: str


ENTRANCES = (
    Entrance(
        "qa",
        "Q: {n} §\nA: x §\nE: x\n\n> x §\n\n- x §\n\n| a | b |\n|---|---|\n| ¦ | x |\n\n"
        "**x §** [x §](https://example.org) `§`\nH: x §\n<!-- reverse: true -->\n",
    ),
    Entrance("block", "Q: {n}\n\n- [x] x §\n- [ ] x §\n\nA: x\n\n<div>x\n§\n</div>\n\n~~~ text §\n§\n~~~\n"),
    Entrance("cloze", "C: {n} {{a}} § {{b §}} {{c::d §}} {{c1::e §}}\nE: x §\nH: x §\n"),
    Entrance(
        "vocabulary",
        "---\nlang: fr\n---\nWord: le § {n}\nForms: x §\nGender: x §\nCategory: x §\nIPA: x §\nMeaning: x §\n"
        "Definition: x §\nExample: **a §** § b\nTranslation: x §\n"
        "<!-- ask: [recognition, production, gender, listening, example] -->\n",
    ),
    Entrance("table", "| Q | A | H |\n|---|---|---|\n| {n} ¦ | x ¦ | x ¦ |\n"),
    Entrance("source", "---\nsource: ¶\n---\n# § heading\n\nQ: {n}\nA: x\n<!-- typed: ¶ -->\n"),
)


def written(entrance: Entrance, fragment: str, number: int) -> str:
    """The source of one file. What stands on one line, such as a heading, gets the fragment on one line."""
    lines = []
    for line in entrance.text.replace("{n}", f"{entrance.name} {number}").split("\n"):
        alone = line == "§"
        flat = fragment if alone else fragment.replace("\n", " ")
        quoted = json.dumps(flat, ensure_ascii=False).replace("--", "- -")
        lines.append(line.replace("§", flat).replace("¦", flat.replace("|", "\\|")).replace("¶", quoted))
    return "\n".join(lines) + _REFERENCE


def project(folder: Path, texts: Mapping[str, str], config: str = "") -> Project:
    """A project with a file for each text, and the media that fragments name."""
    made = Project(folder, config="")
    made.write({"flashgen.toml": f'namespace = "hostile-a2b3c"\n{config}'})
    made.write({f"cards/{name}": content for name, content in FILES.items()})
    made.write({f"cards/{name}.md": text for name, text in texts.items()})
    return made


def compiled(made: Project) -> Compiled:
    """All that a build would package, and all that is said of it."""
    return pipeline.compile(made.root, clock=START)


def harmful(texts: Mapping[str, str], found: Compiled) -> list[str]:
    """The names of the texts that hold an error."""
    files = {one.span.file for one in found.diagnostics if one.is_error}
    return [name for name in texts if f"cards/{name}.md" in files]


def numbered(fragments: Sequence[str], entrance: Entrance, first: int = 0) -> dict[str, str]:
    """A text for each fragment, by a name that sorts as they stand."""
    return {
        f"{entrance.name}-{number:04}": written(entrance, fragment, number)
        for number, fragment in enumerate(fragments, first)
    }
