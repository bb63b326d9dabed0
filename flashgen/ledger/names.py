"""The names of notes: ids people can write, derived ids, and the GUIDs Anki knows notes by."""

from __future__ import annotations

import hashlib
from collections.abc import Container
from typing import Final

from flashgen import keys
from flashgen.patterns import late

_ID: Final = late(r"[a-z][a-z0-9-]{2,31}")
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz"
_ALPHABET: Final = _LETTERS + "23456789"
# The second changes last: a number is spelt from its lowest digit on.
_PAIRS: Final = tuple(one + other for other in _ALPHABET for one in _ALPHABET)


def is_id(text: str) -> bool:
    """Whether `text` may be the id of a card."""
    return _ID.fullmatch(text) is not None


def guid(namespace: str, kind: str, id: str) -> str:
    """The GUID of a note: 16 hex digits that never change while namespace, kind and id do not."""
    return _hash("flashgen guid 1", namespace, kind, id).hex()[:16]


def derived_id(
    namespace: str, kind: str, question: str, answer: str, taken: Container[tuple[str, str]], copies: int = 0
) -> str:
    """An id for a new note, from its question key; where (id, kind) is `taken`, from its answer key too, then counted.

    Two people who add the same card get the same id. `copies` is how many equal notes are known to have theirs already,
    so that thousands of copies are not counted again for each.
    """
    seed = ("flashgen id 1", namespace, kind, question)
    id = _spell(_hash(*seed))
    if (id, kind) in taken:
        id = _spell(_hash(*seed, answer))
    count = max(2, copies)
    while (id, kind) in taken:
        id = _spell(_hash(*seed, answer, str(count)))
        count += 1
    return id


def digest(*texts: str) -> str:
    """16 hex digits for texts, empty where all of them are."""
    return keys.digest("\x1f".join(texts)) if any(texts) else ""


def _hash(*texts: str) -> bytes:
    return hashlib.sha256("\x1f".join(texts).encode()).digest()


def _spell(hashed: bytes) -> str:
    number = int.from_bytes(hashed[:8])
    number, first = divmod(number, len(_LETTERS))
    number, one = divmod(number, len(_PAIRS))
    number, two = divmod(number, len(_PAIRS))
    number, three = divmod(number, len(_PAIRS))
    return f"{_LETTERS[first]}{_PAIRS[one]}{_PAIRS[two]}{_PAIRS[three]}{_ALPHABET[number % len(_ALPHABET)]}"
