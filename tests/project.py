"""A project in a temporary folder, edited and built as its author does: through the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner, Result

from flashgen.cli import app

START = 1_800_000_000
_DAY = 86_400
CONFIG = '[tool.flashgen]\nnamespace = "test-a2b3c"\n'


@dataclass
class Project:
    """`root` with a config; each build happens a day after the one before."""

    root: Path
    config: str = CONFIG
    day: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        if self.config:
            self.write({"pyproject.toml": self.config})

    def write(self, files: dict[str, str | bytes]) -> None:
        """Write files, given by their path from the root."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def read(self, name: str) -> str:
        """The text of a file."""
        return (self.root / name).read_text(encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the one occurrence of `old` in a file."""
        text = self.read(name)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write({name: text.replace(old, new)})

    def run(self, *arguments: str, path: str = "") -> Result:
        """Run a command on the project, or on a path in it; the result has its output and exit status."""
        command, *rest = arguments
        return self._invoke(command, str(self.root / path), *rest)

    def restore(self, file: Path, *options: str, path: str = "") -> Result:
        """Restore the ledger from a package or a collection; `file` is a path from the root, or a whole one."""
        return self._invoke("ledger", "restore", str(self.root / file), str(self.root / path), *options)

    def pin(self, *options: str, paths: tuple[str, ...] = ("",)) -> Result:
        """Write the ids into the sources at these paths from the root."""
        return self._invoke("ledger", "pin", *(str(self.root / path) for path in paths), *options)

    def prune(self, path: str = "") -> Result:
        """Forget what has left the sources."""
        return self._invoke("ledger", "prune", str(self.root / path))

    def _invoke(self, *arguments: str) -> Result:
        result = CliRunner().invoke(app, arguments, env={"SOURCE_DATE_EPOCH": str(START + self.day * _DAY)})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def build(self, *arguments: str, path: str = "") -> Result:
        """Build a day later, and insist that it succeeds."""
        self.day += 1
        result = self.run("build", *arguments, path=path)
        assert result.exit_code == 0, result.output
        return result

    def package(self, *arguments: str) -> bytes:
        """Build a day later; the bytes of the one package."""
        self.build(*arguments)
        (package,) = (self.root / "decks").glob("*.apkg")
        return package.read_bytes()

    def status(self) -> dict[str, int]:
        """What `status` says would change: each kind of change that happens at all, with its number."""
        result = self.run("status", "--format", "json")
        assert result.exit_code == 0, result.output
        totals: dict[str, int] = json.loads(result.stdout)["totals"]
        return {kind: number for kind, number in totals.items() if number}

    def rows(self) -> dict[str, dict[str, object]]:
        """The rows of the ledger by the text of their question."""
        lines = self.read("cards/ledger.jsonl").splitlines()[1:]
        return {row["question"]: row for row in map(json.loads, lines)}
