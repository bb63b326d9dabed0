"""Decks to packages, as a build makes them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from flashgen.model import Deck, Media
from flashgen.package import archive
from flashgen.package.database import database
from flashgen.package.deflating import begin


def package(deck: Deck, media: Sequence[Media], *, now: int) -> bytes:
    with ThreadPoolExecutor() as pool:
        return archive(begin(database(deck, now=now), {}, pool), media).content
