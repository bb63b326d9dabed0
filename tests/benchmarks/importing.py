"""`python -m tests.benchmarks.importing PACKAGE`: how many seconds Anki takes to import a package."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import anki.collection  # noqa: F401 - its other modules cannot be imported before it
from anki.collection import Collection, ImportAnkiPackageRequest


def main() -> None:
    """Prints them."""
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(str(Path(folder) / "collection.anki2"))
        start = time.perf_counter()
        collection.import_anki_package(ImportAnkiPackageRequest(package_path=sys.argv[1]))
        print(time.perf_counter() - start)
        collection.close()


if __name__ == "__main__":
    main()
