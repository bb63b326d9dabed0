"""`python -m flashgen`."""

from flashgen.cli import app

app(prog_name="flashgen")
