"""What all tests share: how long an example takes is no outcome of a test, on a machine that has other work."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("flashgen", deadline=None)
settings.load_profile("flashgen")
