"""Years of use, in short: `python -m tests.years` runs as many as one likes."""

from __future__ import annotations

import os

from tests.years.machine import TALLY
from tests.years.running import run

EXAMPLES = int(os.environ.get("FLASHGEN_YEARS_EXAMPLES", "24"))
STEPS = int(os.environ.get("FLASHGEN_YEARS_STEPS", "20"))


def test_no_sequence_of_edits_builds_imports_and_accidents_loses_a_review() -> None:
    before = TALLY.counts.copy()
    run(EXAMPLES, STEPS)
    ran = TALLY.counts - before
    # A machine whose steps do nothing would find nothing.
    assert ran["import"] >= EXAMPLES
    assert ran["card whose note is promised"] > ran["card that may be a new note"] > 0
