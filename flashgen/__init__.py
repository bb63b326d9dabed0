"""flashgen compiles hand-written Markdown into Anki decks."""

__version__ = "0.1.0"
