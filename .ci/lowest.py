"""The oldest version of everything that pyproject.toml claims to work with, as constraints for pip.

    python .ci/lowest.py > constraints.txt

The bounds themselves are read, so that a bound is what is tested. One that names no lowest version fails.
"""

import re
import sys
import tomllib
from pathlib import Path

_BOUND = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)(?:>=|==)(?P<lowest>[0-9.]+)(?:,<[0-9.]+)?(?P<where>;.+)?")


def main() -> int:
    """Prints `name==lowest` for each dependency, of the build and of the tests too."""
    settings = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text(encoding="utf-8"))
    project = settings["project"]
    requirements = [
        *settings["build-system"]["requires"],
        *project["dependencies"],
        *project["optional-dependencies"]["test"],
    ]
    bounds = {requirement: _BOUND.fullmatch(requirement) for requirement in requirements}
    unbound = [requirement for requirement, bound in bounds.items() if bound is None]
    if unbound:
        print(f"pyproject.toml names no lowest version of {', '.join(unbound)}", file=sys.stderr)
        return 1
    for bound in bounds.values():
        if bound is not None:
            print(f"{bound['name']}=={bound['lowest']}{bound['where'] or ''}")
    return 0


sys.exit(main())
