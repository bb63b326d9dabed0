"""Pictures of the cards as Anki shows them, by the system's Chromium."""
