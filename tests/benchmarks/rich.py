"""A deck as people write them in the end: long cards, nested lists, tables, code, and a picture on each."""

from __future__ import annotations

import random
import re
from pathlib import Path

from tests.benchmarks import corpus

_PICTURE_BYTES = 50_000
_PER_FILE = 100
_FORMULA = re.compile("\x01.*?\x02")


def write(folder: Path, count: int) -> None:
    """Writes `count` cards of 0.5 to 1.5 kB into `folder`, and as many pictures of 50 kB."""
    pictures = folder / "pictures"
    pictures.mkdir(parents=True)
    for number in range(count):
        (pictures / f"{number:05d}.png").write_bytes(
            b"\x89PNG\r\n\x1a\n" + random.Random(number).randbytes(_PICTURE_BYTES)
        )
    cards = list(corpus.cards(count * 3))
    for first in range(0, count, _PER_FILE):
        text = "\n".join(_card(number, cards) for number in range(first, min(first + _PER_FILE, count)))
        (folder / f"rich{first:05d}.md").write_text(text, encoding="utf-8")


def _card(number: int, cards: list[corpus.Card]) -> str:
    main, second, third = (cards[number * 3 + place] for place in range(3))
    answer = corpus.answer_markdown(main)
    nested = "\n".join(
        f"- {point}\n  - {other}\n    1. {point} and {other}"
        for point, other in zip(_words(second), _words(third), strict=True)
    )
    rows = "\n".join(
        f"| {one} | *{other}* | `{number}` |" for one, other in zip(_words(third), _words(second), strict=True)
    )
    code = "\n".join(
        (
            "```python",
            f"def f{number}(x: int) -> dict[str, int]:",
            f"    # {_bare(second)}",
            f"    return {{'a': x ** {number % 7}}}",
            "```",
        )
    )
    return (
        f"Q: {_bare(main)}\nA: {answer}\n\n{nested}\n\n| what | how | n |\n|---|---|---|\n{rows}\n\n{code}\n\n"
        f"![picture {number}](pictures/{number:05d}.png)\n\nE: {_bare(third)} See <b>there</b>.\n"
    )


def _bare(card: corpus.Card) -> str:
    """The question without its formula, which the corpus has between two marks of its own."""
    return _FORMULA.sub("", card.question)


def _words(card: corpus.Card) -> list[str]:
    words = _bare(card).split()
    return [" ".join(words[start : start + 4]) for start in range(0, 12, 4)]
