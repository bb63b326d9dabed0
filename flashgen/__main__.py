"""`python -m flashgen`."""

from flashgen.start import run

run()
