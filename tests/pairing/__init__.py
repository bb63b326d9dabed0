"""Edits as authors make them, in Markdown files, and what the pairing makes of each."""
