"""How alike two texts are, and what in a text tells it from one that is nearly the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from flashgen.patterns import late

EXCERPT: Final = 120

# Comparing all with all is exact, but 20 000 cards edited at once would take minutes.
_COMPARED_WHOLLY: Final = 8_000_000
_RARE_WORDS: Final = 6
_CANDIDATES: Final = 40
_COMMON_WORD: Final = 300

_GROUPED: Final = late(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
_MAYBE_GROUPED: Final = late(r"\d \d{3}")
_NUMBER: Final = late(r"\d+(?:[.,]\d+)*")
# A span begins with the first of its backticks: from the others a search of a long run would begin again and again.
_CODE_SPAN: Final = late(r"(?<!`)`++[^`]+`+|\$[^$]+\$")
# Each sign by itself first, and then what stands around it: so a search passes over all other letters at once.
_CODE_SIGN: Final = late(
    r"""
    [_/\\=<>$\#@^|~&*+:(.A-Z-]
    (?: (?<=[_/\\=<>$\#@^|~&*+])
      | (?<=:)(?=:)
      | (?<=[a-z][A-Z])
      | (?<=\w\()
      | (?<=[^\W\d_]\.)(?=[^\W\d_])
      | (?<=-)(?<!\S-)(?=-?[^\W\d])
    )
    """,
    re.VERBOSE,
)
_EDGES: Final = ".,;:!?()[]{}'\"«»…"
_WORD: Final = late(r"[^\W_]+(?:-[^\W_]+)*")
_SENTENCE_END: Final = '.?!…:"«('


def excerpt(text: str) -> str:
    """The beginning of a key, which the ledger keeps."""
    return text[:EXCERPT]


def alike(one: str, other: str) -> float:
    """How alike the beginnings of two texts are, in percent; two empty texts are not."""
    from rapidfuzz import fuzz

    return fuzz.ratio(excerpt(one), excerpt(other)) if one and other else 0.0


def alike_pairs(
    ones: Sequence[str], others: Sequence[str], least: float, nearest: int | None = None
) -> Iterator[tuple[int, int, float]]:
    """The pairs of places in both lists whose texts are at least `least` percent alike, with the percentage.

    Of each of the `ones` only the `nearest` few. Beyond some millions of pairs only texts that share rare words are
    compared.
    """
    from rapidfuzz import fuzz, process

    if len(ones) * len(others) <= _COMPARED_WHOLLY:
        for place, text in enumerate(ones):
            for _, likeness, found in process.extract(
                text, others, scorer=fuzz.ratio, score_cutoff=least, limit=nearest
            ):
                yield place, found, likeness
        return
    for place, found in _sharing_rare_words(ones, others):
        likeness = fuzz.ratio(ones[place], others[found], score_cutoff=least)
        if likeness >= least:
            yield place, found, likeness


def marks(text: str) -> tuple[str, ...]:
    """The numbers and code words of a text, sorted: one exchanged makes it another text, however alike."""
    if _MAYBE_GROUPED.search(text) is not None:
        text = _GROUPED.sub(lambda match: match[0].replace(" ", ""), text)
    found = _CODE_SPAN.findall(text) if "`" in text or "$" in text else []
    rest = _CODE_SPAN.sub(" ", text) if found else text
    # Neither reaches over the end of a word.
    if _CODE_SIGN.search(rest) is None:
        found += _NUMBER.findall(rest)
    else:
        for word in rest.split():
            if _CODE_SIGN.search(word):
                found.append(word)
            else:
                found += _NUMBER.findall(word)
    bare = (mark.strip("`$ ").strip(_EDGES) for mark in found)
    return tuple(sorted(mark for mark in bare if mark))


def names(text: str) -> frozenset[str]:
    """The words of the beginning of a text that are written with a capital, and not because they open a sentence."""
    text = excerpt(text)
    cut = len(text) if len(text) == EXCERPT else -1
    return frozenset(
        word[0]
        for word in _WORD.finditer(text)
        if word.end() != cut and word[0][0].isupper() and (word[0][1:].isupper() or not _opens(text, word.start()))
    )


def _opens(text: str, start: int) -> bool:
    before = text[:start].rstrip(" '\"«(*_-")
    return not before or before[-1] in _SENTENCE_END


def _sharing_rare_words(ones: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int]]:
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(others):
        for word in set(text.split()):
            holders[word].append(place)
    for place, text in enumerate(ones):
        shared = sorted(
            (word for word in set(text.split()) if word in holders), key=lambda word: (len(holders[word]), word)
        )
        weights: defaultdict[int, float] = defaultdict(float)
        for word in shared[:_RARE_WORDS]:
            if len(holders[word]) <= _COMMON_WORD or not weights:
                for found in holders[word][:_COMMON_WORD]:
                    weights[found] += 1 / len(holders[word])
        for found in sorted(weights, key=lambda found: (-weights[found], found))[:_CANDIDATES]:
            yield place, found
