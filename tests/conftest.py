"""What all tests share: how long an example takes is no outcome of a test, on a machine that has other work."""

from __future__ import annotations

import os
import tempfile

from hypothesis import settings

# The key by which flashgen knows its caches is the user's own.
os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="flashgen-state-")

settings.register_profile("flashgen", deadline=None)
settings.load_profile("flashgen")
