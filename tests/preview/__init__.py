"""The preview: what it answers to whom, and the page in a real browser."""
