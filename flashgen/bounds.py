"""Where a project ends: whether a path that lies in its folder leads out of it by a link.

Links come with a project, and git carries them. Followed, one would have a build read what somebody else wrote, or
write over any file of whoever builds.
"""

from __future__ import annotations

import os
from pathlib import Path


def leads_out(path: Path, root: Path) -> bool:
    """Whether `path` lies in `root` as it is written, and outside of it once links are followed."""
    written, real = Path(os.path.abspath(path)), Path(os.path.realpath(path))
    return written.is_relative_to(os.path.abspath(root)) and not real.is_relative_to(os.path.realpath(root))
