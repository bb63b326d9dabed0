"""Years of use as a model: any sequence of edits, builds, imports and accidents, checked against the real Anki."""
