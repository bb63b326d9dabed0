"""The README says what is so: its commands, their output, its card, the rules and options it names."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from typer.testing import CliRunner

from flashgen.cli import app
from tests.project import Project

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_build_prints_what_the_readme_shows(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "cards", tmp_path / "cards")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    result = CliRunner().invoke(app, ["build", str(tmp_path)])
    assert result.exit_code == 0, result.output
    shown = re.search(r"<!-- output of flashgen build -->\n```text\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    assert result.stdout.replace(f"{tmp_path}/", "") == shown[1]


def test_the_card_of_the_readme_compiles(tmp_path: Path) -> None:
    card = re.search(r"```markdown\n(.*?)```", README, re.DOTALL)
    assert card is not None
    project = Project(tmp_path)
    project.write({"cards/card.md": card[1]})
    assert project.run("check").output.endswith("2 notes in 1 file: no faults\n")


def test_the_config_of_the_readme_is_right(tmp_path: Path) -> None:
    config = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert config is not None
    project = Project(tmp_path, config="")
    project.write({"flashgen.toml": config[1], "cards/a.md": "Word: le pont\nMeaning: bridge\n"})
    assert project.run("check").output.endswith("1 note in 1 file: no faults\n")


def test_every_option_is_in_the_readme() -> None:
    commands = ("build", "check", "status", "init", "explain", "schema", "preview")
    for command in (*commands, "ledger restore", "ledger pin", "ledger prune"):
        assert f"flashgen {command} " in README
        text = CliRunner().invoke(app, [*command.split(), "--help"]).output
        for option in set(re.findall(r"--[a-z]+", text)) - {"--help"}:
            assert option in README, f"{command} {option}"


def test_contributing_is_short() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) < 50
