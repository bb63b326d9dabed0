"""Decks to packages, as a build makes them."""

from __future__ import annotations

from collections.abc import Sequence

from flashgen.model import Deck, Media
from flashgen.package import archive
from flashgen.package.database import database
from flashgen.package.deflating import Deflating


def package(deck: Deck, media: Sequence[Media], *, now: int) -> bytes:
    return archive(Deflating(database(deck, now=now), {}).done(), media)
