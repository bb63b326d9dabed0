"""PyYAML without what it makes for nothing.

Its reader in Python has a pattern of all letters that YAML allows, which takes as long to make as all else of PyYAML
takes to be imported, and which nobody asks where libyaml reads.
"""

from __future__ import annotations

from flashgen.patterns import late_in

with late_in("yaml"):
    import yaml

__all__ = ["yaml"]
