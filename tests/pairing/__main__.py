"""`python -m tests.pairing [FOLDER]`: how the edits of each set are paired, and which are not paired right."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from tests.pairing.cases import edits
from tests.pairing.measure import OUTCOMES, outcome


def main(folders: list[str]) -> None:
    here = Path(__file__).parent
    for folder in [Path(one) for one in folders] or sorted(path for path in here.iterdir() if path.is_dir()):
        counts: Counter[tuple[str, str]] = Counter()
        for edit in edits(folder):
            found = outcome(edit)
            group = f"{'same' if edit.is_same else 'other'} {'in place' if edit.place == 'here' else 'moved'}"
            counts[group, found] += 1
            if found != "right":
                print(f"{found:6} {group:15} {edit.name}")
        for group in sorted({group for group, _ in counts}):
            print(f"{folder.name:12} {group:15}", *(f"{counts[group, one]:4} {one}" for one in OUTCOMES))


main(sys.argv[1:])
