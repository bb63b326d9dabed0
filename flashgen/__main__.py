"""`python -m flashgen`."""

from flashgen.cli import run

run()
