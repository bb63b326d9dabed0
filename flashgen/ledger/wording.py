"""What became of the words of a text: two texts → the words that stayed, that went and that came."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from msgspec import Struct

from flashgen.ledger.function_words import ARTICLES, ASKING, FUNCTION_WORDS, NEGATIONS
from flashgen.ledger.likeness import EXCERPT
from flashgen.patterns import late
from flashgen.scripts import UNSPACED

# What French and Italian write before an apostrophe; a lone letter elsewhere is a note, a vitamin, a variable.
_ELIDED: Final = late(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|dell|nell|sull|all|un)'(?=\w)")
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})

_SHORT_WORD: Final = 4
_ENDING: Final = 2
_STEM: Final = 6
_STEM_ENDING: Final = 3
_STEM_SHARE: Final = 0.7
_MISSPELT: Final = 80
_LOOKS_LIKE: Final = 70
_TOO_SHORT_TO_MISSPELL: Final = 5
_PREFIX: Final = 2
_FRAME: Final = 0.5
_PAIR: Final = 2


class Difference(Struct, frozen=True):
    """What became of the words of a text.

    `kept`, `gone` and `come` are the words with a meaning of their own; of those that are kept, `respelt` are the pairs
    that are now written or inflected otherwise. `frame` is the share of all words that stand in the order they had, or
    of the former ones those that still begin and end the text. `opens_alike` says that all the kept words stand in the
    beginning, which is as it was: who wrote this, who wrote that. `asks_else` says that another question word stands
    there, `asks_otherwise` that one came or went, `is_retouched` that words without a meaning of their own changed,
    articles aside, and `is_negated` that a negation came or went.
    """

    kept: tuple[str, ...]
    gone: tuple[str, ...]
    come: tuple[str, ...]
    respelt: tuple[tuple[str, str], ...]
    frame: float
    opens_alike: bool
    asks_else: bool
    asks_otherwise: bool
    is_retouched: bool
    is_negated: bool

    @property
    def is_exchange(self) -> bool:
        """Whether words stand for others in a frame that stayed: the capital of this, of that."""
        stayed = self.frame >= _FRAME and not self.asks_otherwise
        return bool(self.gone and self.come) and (stayed or self.opens_alike)

    @property
    def says_the_same(self) -> bool:
        """Whether all words with a meaning of their own are there before and after."""
        return not self.gone and not self.come


@cache
def _word() -> re.Pattern[str]:
    # Those without spaces are taken letter by letter. Few commands need the pattern, which takes long to make.
    return re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")


def words_of(text: str) -> list[str]:
    """The words of the beginning of a text, folded; the last is left out where it may have been cut."""
    found = _word().findall(_ELIDED.sub("", folded(text[:EXCERPT])))
    return found[:-1] if len(text) >= EXCERPT else found


def difference(
    before: Sequence[str], after: Sequence[str], stands_elsewhere: Callable[[str], bool], *, leniently: bool = False
) -> Difference:
    """What became of the words `before`; a word that other cards have was no misspelling.

    `leniently` takes any word that looks much like another for the same one: Kiev, Kyïv.
    """
    counted, now = Counter(before), Counter(after)
    kept = list((counted & now).elements())
    gone, come = list((counted - now).elements()), list((now - counted).elements())
    respelt: list[tuple[str, str]] = []
    for word in tuple(gone):
        other = next((other for other in come if _is_respelt(word, other, stands_elsewhere, leniently)), None)
        if other is not None:
            gone.remove(word)
            come.remove(other)
            kept.append(other)
            respelt.append((word, other))
    if gone and "".join(gone) == "".join(come):
        # Written apart, or together.
        kept += come
        gone, come = [], []
    changed = {*gone, *come}
    return Difference(
        kept=_meaning(kept),
        gone=_meaning(gone),
        come=_meaning(come),
        respelt=tuple(respelt),
        frame=_frame(before, after, dict(respelt)),
        opens_alike=_opens_alike(before, after, kept),
        asks_else=bool(ASKING.intersection(gone)) and bool(ASKING.intersection(come)),
        asks_otherwise=bool(changed & ASKING),
        is_retouched=bool((changed & FUNCTION_WORDS) - ARTICLES),
        is_negated=bool(changed & NEGATIONS),
    )


def is_slip(word: str, other: str) -> bool:
    """Whether two neighbouring letters or digits were transposed, or one doubled that is not, or the other way."""
    if sorted(word) == sorted(other):
        differ = [place for place, (one, two) in enumerate(zip(word, other, strict=True)) if one != two]
        return len(differ) == _PAIR and differ[1] == differ[0] + 1
    return not any(char.isdigit() for char in word) and _single(word) == _single(other)


def _single(word: str) -> str:
    return "".join(char for char, before in zip(word, " " + word, strict=False) if char != before)


def folded(text: str) -> str:
    """A text in which case, accents and ligatures make no difference. Each of its words is a part of it."""
    if text.isascii():
        return text.casefold()
    return unicodedata.normalize("NFD", text).translate(_BARE).casefold().translate(_LIGATURES)


class _Bare(dict[int, int | None]):
    """Letters without the marks that combine with them, looked up once each."""

    def __missing__(self, letter: int) -> int | None:
        self[letter] = None if unicodedata.combining(chr(letter)) else letter
        return self[letter]


_BARE: Final = _Bare()


def _meaning(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in FUNCTION_WORDS)


def _frame(before: Sequence[str], after: Sequence[str], respelt: dict[str, str]) -> float:
    from rapidfuzz.distance import LCSseq

    if not before or not after:
        return 0.0
    spelt = [respelt.get(word, word) for word in before]
    edges = _common(spelt, after) + _common(spelt[::-1], after[::-1])
    in_order = LCSseq.similarity(spelt, after) / max(len(before), len(after))
    return max(in_order, edges / len(before) if edges < len(before) else 0.0)


def _opens_alike(before: Sequence[str], after: Sequence[str], kept: Sequence[str]) -> bool:
    opening = _common(before, after)
    return opening >= _PAIR and not Counter(_meaning(kept)) - Counter(before[:opening])


def _common(ones: Sequence[str], others: Sequence[str]) -> int:
    """How many words two texts begin with alike."""
    return next(
        (place for place, (one, other) in enumerate(zip(ones, others, strict=False)) if one != other),
        min(len(ones), len(others)),
    )


def _is_respelt(word: str, other: str, stands_elsewhere: Callable[[str], bool], leniently: bool) -> bool:
    from rapidfuzz import fuzz

    if word.isdigit() or other.isdigit():
        return False
    if is_inflected(word, other):
        return True
    looks_like = leniently and min(len(word), len(other)) >= _SHORT_WORD and fuzz.ratio(word, other) >= _LOOKS_LIKE
    return (looks_like or _is_misspelt(word, other)) and not stands_elsewhere(word)


def is_inflected(word: str, other: str) -> bool:
    """Whether two words differ in their endings alone, as forms of one word do."""
    shorter, longer = sorted((word, other), key=len)
    if longer.startswith(shorter):
        return len(shorter) >= _SHORT_WORD - 1 and len(longer) - len(shorter) <= (
            _ENDING if len(shorter) >= _SHORT_WORD else 1
        )
    if longer.endswith("ies") and longer[:-3] == shorter.removesuffix("y") != shorter:
        return len(shorter) >= _SHORT_WORD
    stem = next((place for place, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), len(shorter))
    return stem >= max(_STEM, _STEM_SHARE * len(longer)) and len(longer) - stem <= _STEM_ENDING


def _is_misspelt(word: str, other: str) -> bool:
    # Letters are left out, doubled and transposed; one that stands for another makes another word: nitrite.
    from rapidfuzz import fuzz

    shorter, longer = sorted((word, other), key=len)
    if is_slip(word, other):
        return True
    prefixed = longer.endswith(shorter) and len(longer) - len(shorter) >= _PREFIX
    long = len(shorter) > _TOO_SHORT_TO_MISSPELL
    return long and not prefixed and _is_within(shorter, longer) and fuzz.ratio(word, other) >= _MISSPELT


def _is_within(shorter: str, longer: str) -> bool:
    letters = iter(longer)
    return all(letter in letters for letter in shorter)
