"""What a package or a collection holds of flashgen's notes, safely read: its path in, notes and their keys out."""

from __future__ import annotations

from flashgen.restoring.archives import UnreadableError, database_of
from flashgen.restoring.databases import notes_of
from flashgen.restoring.texts import Renderings, keys_of, plain

__all__ = ["Renderings", "UnreadableError", "database_of", "keys_of", "notes_of", "plain"]
