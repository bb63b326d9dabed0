"""Decks to packages, as a build makes them."""

from __future__ import annotations

from collections.abc import Sequence

from flashgen.model import Deck, Media
from flashgen.package import archive
from flashgen.package.database import database


def package(deck: Deck, media: Sequence[Media], *, now: int) -> bytes:
    return archive(database(deck, now=now), media)
