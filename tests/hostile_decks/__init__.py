"""Decks by somebody who means harm: what a card could smuggle into the page in which Anki shows it."""
