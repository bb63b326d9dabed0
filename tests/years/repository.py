"""The git repository of the project: commits, branches, merges and what their conflicts leave."""

from __future__ import annotations

import atexit
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

_CONFLICT = re.compile(r"<<<<<<< [^\n]*\n(.*?)=======\n(.*?)>>>>>>> [^\n]*\n", re.DOTALL)
_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "An author",
    "GIT_AUTHOR_EMAIL": "author@example.org",
    "GIT_COMMITTER_NAME": "An author",
    "GIT_COMMITTER_EMAIL": "author@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "PATH": "/usr/bin:/bin:/usr/local/bin",
}


class Repository:
    """A repository around the project at `root`, on the branch `main`, beside which `other` may stand."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(_empty(), root / ".git")
        self.branch = "main"
        self.has_other = False

    def commit(self) -> str:
        """Commit everything; the commit's hash."""
        self._git("add", "-A")
        self._git("commit", "-q", "--allow-empty", "-m", "step")
        return self._git("rev-parse", "HEAD").strip()

    def fork(self) -> None:
        """Begin the second branch here, and stay on this one."""
        self._git("branch", self.opposite)
        self.has_other = True

    def switch(self) -> None:
        """Go on with the opposite branch; everything must be committed."""
        self._git("switch", "-q", self.opposite)
        self.branch = self.opposite

    def merge(self) -> list[str]:
        """Merge the opposite branch, which is gone then; the files left with conflicts. To be committed."""
        self._git("merge", "-q", "--no-commit", "--no-ff", self.opposite, check=False)
        unmerged = self._git("diff", "--name-only", "-z", "--diff-filter=U").split("\0")
        self._git("branch", "-q", "-D", self.opposite)
        self.has_other = False
        return [name for name in unmerged if name]

    def checkout_tree(self, commit: str) -> None:
        """Give the whole working tree the state of a commit, without leaving the branch."""
        self._git("read-tree", "--reset", "-u", commit)

    def checkout_file(self, commit: str, name: str) -> bool:
        """Give one file the state of a commit; False where the commit has no such file."""
        if not self._git("ls-tree", "--name-only", commit, "--", name):
            return False
        self._git("checkout", "-q", commit, "--", name)
        return True

    @property
    def opposite(self) -> str:
        """The name of the branch that is not the present one."""
        return "main" if self.branch == "other" else "other"

    def _git(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=_ENVIRONMENT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 or not check, f"git {arguments}: {done.stderr}"
        return done.stdout


def resolved(text: str, takes_theirs: int) -> str:
    """A text without its conflicts: of each the side that a bit of `takes_theirs` says."""
    bits = iter(range(10_000))
    return _CONFLICT.sub(lambda match: match[2] if takes_theirs >> (next(bits) % 8) & 1 else match[1], text)


@cache
def _empty() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="flashgen-years-git-"))
    atexit.register(shutil.rmtree, folder)
    subprocess.run(["git", "init", "-q", "-b", "main", "--template=", str(folder)], env=_ENVIRONMENT, check=True)
    return folder / ".git"
