"""What a package is made by."""

from __future__ import annotations

import sqlite3

from flashgen.package.deflating import MADE_BY


def maker() -> str:
    """All that a database depends on but its deck and flashgen: another SQLite writes itself into its files."""
    return f"{MADE_BY} {sqlite3.sqlite_version}"
