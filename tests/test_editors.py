"""What editors and git are given: text that is not saved, schemas, a problem matcher, snippets, hooks."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import fastjsonschema
import pytest
import yaml
from typer.testing import CliRunner, Result

from flashgen import config, settings
from flashgen.cli import app
from flashgen.diagnostics import RULES
from flashgen.ledger.names import is_id
from flashgen.model import Source, Span
from flashgen.notetypes.forms import VOCABULARY
from tests.project import Project

ROOT: Final = Path(__file__).parents[1]
VSCODE: Final = ROOT / "flashgen/editors/vscode"
CARDS = "Q: What is the capital of France?\nA: Paris\n"
MORE = "Q: What is the capital of Niger?\nA: Niamey\n"


# Text that is not saved


def _check_text(text: str | bytes, file: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(app, ["check", "-", "--stdin-filename", str(file), *arguments], input=text)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_text_that_is_not_saved_is_checked_in_the_place_of_its_file(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": CARDS, "cards/b.md": MORE})
    file = tmp_path / "cards/a.md"
    result = _check_text(f"{CARDS}\nQ: And this?\n", file)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{file}:4:1: error[missing-answer] this question has no answer",
        '  help: begin a line with "A:"',
        "1 error",
    ]
    # The other files of the project are read as they are.
    (fault,) = json.loads(_check_text(f"{CARDS}\n{MORE}", tmp_path / "cards/b.md", "--format", "json").stdout)
    assert (fault["rule"], fault["file"], fault["line"]) == ("duplicate-card", str(tmp_path / "cards/b.md"), 1)
    assert project.read("cards/a.md") == CARDS
    assert not (tmp_path / "cards/ledger.jsonl").exists()


def test_only_the_faults_of_that_file_are_told(tmp_path: Path) -> None:
    project = Project(tmp_path, '[tool.flashgen]\nnamespace = "x"\nunknown = 1\n')
    project.write({"cards/a.md": "Q: And this?\n", "cards/b.md": "Q: And that?\n"})
    result = _check_text(MORE, tmp_path / "cards/a.md")
    assert (result.exit_code, result.stdout) == (0, "no faults\n")
    assert "b.md" not in _check_text("Q: What?\n", tmp_path / "cards/a.md").stdout


def test_an_edit_that_is_not_saved_keeps_its_history(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": CARDS})
    project.build()
    result = _check_text(f"{CARDS.replace('What', 'And what')}<!-- id: another -->\n", tmp_path / "cards/a.md")
    assert result.exit_code == 0
    result = _check_text(f"{CARDS}<!-- id: another -->\n", tmp_path / "cards/a.md")
    assert "error[id-mismatch]" in result.stdout


@pytest.mark.parametrize(
    ("text", "rule"),
    [("Q: Où ?\nA: Ici\n".encode("latin-1"), "not-utf8"), (b"Q: a\x07\nA: b\n", "control-character")],
)
def test_input_that_cannot_be_read_is_told_as_that_of_a_file(text: bytes, rule: str, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(CARDS)
    assert f"{tmp_path / 'notes.md'}:1:" in _check_text(text, tmp_path / "notes.md").stdout
    assert f"error[{rule}]" in _check_text(text, tmp_path / "notes.md").stdout


def test_input_has_the_limit_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(CARDS)
    assert "error[too-large]" in _check_text(b"x" * (10 * 1024 * 1024 + 1), tmp_path / "notes.md").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "-"),
        ("check", "--stdin-filename", "notes.md"),
        ("check", "-", "--stdin-filename", "nowhere.md"),
        ("check", "-", "--stdin-filename", "."),
        ("check", "-", "--stdin-filename", "notes.md", "--watch"),
        ("build", "-"),
    ],
    ids=" ".join,
)
def test_input_without_its_file_is_misuse(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.md").write_text(CARDS)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, arguments, input="")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


# Schemas


def _schema(of: str) -> dict[str, object]:
    result = CliRunner().invoke(app, ["schema", of])
    assert result.exit_code == 0
    document: dict[str, object] = json.loads(result.stdout)
    return document


def _accepts(of: str) -> Callable[[object], bool]:
    validate = fastjsonschema.compile(_schema(of))

    def accepts(document: object) -> bool:
        try:
            validate(document)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    return accepts


@pytest.mark.parametrize(
    ("of", "keys"),
    [
        ("config", (*config.OWN_KEYS, *settings.FRONT_MATTER_KEYS)),
        ("front-matter", settings.FRONT_MATTER_KEYS),
        ("comment", settings.COMMENT_KEYS),
    ],
)
def test_a_schema_has_the_keys_of_the_parser_each_with_a_description(of: str, keys: tuple[str, ...]) -> None:
    schema = _schema(of)
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert set(properties) == set(keys)
    assert schema["additionalProperties"] is False
    assert all(len(one["description"]) > 20 for one in properties.values())


_VALUES: Final = [
    *("text", "a b", '""', '" "', "12", "1.5", "true", "false", "yes", "No", "off", "1", "0", "2", "maybe", ""),
    *("[]", "[one]", "[one, two]", "['a b']", "[[one]]", "{a: b}", "[2024, b2]", "[true]", '[""]', "'one two'"),
    *("fr", "pt-BR", "zh-Hant", "french!", "x", "sr-Latn-RS", "'a\n\n  b'"),
    *("recognition", "+gender", "[recognition, Production]", "[+example, gender]", "gender, example", "gendre"),
    *("'+'", "'[recognition]'", "A::B", "'K3F'", "k3f9a1xw", "9abc", "ab", "a-b-c"),
    "x" * 1000,
    "x" * 1001,
    "[" + ", ".join(f"t{number}" for number in range(101)) + "]",
]


class _Loader(yaml.SafeLoader):
    """YAML 1.2, as editors read it: `no` is a text, and a language."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), list("tf"))


def _is_taken(of: str, text: str) -> bool:
    if of == "comment":
        found, faults = settings.from_comment(text, lambda line, column: Span("a.md", line + 1, column + 1))
        # The ledger looks at ids.
        return found is not None and not faults and (found.id is None or is_id(found.id.text))
    source = Source("a.md", Path("a.md"), text, tuple(text.split("\n")))
    return not settings.from_front_matter(text, source)[1]


@pytest.mark.parametrize(
    ("of", "keys"), [("front-matter", settings.FRONT_MATTER_KEYS), ("comment", settings.COMMENT_KEYS)]
)
def test_a_schema_takes_the_yaml_that_flashgen_takes_and_no_other(of: str, keys: tuple[str, ...]) -> None:
    accepts = _accepts(of)
    for key in keys:
        for value in _VALUES:
            text = f"{key}: {value}\n"
            assert accepts(yaml.load(text, _Loader)) == _is_taken(of, text), text
    assert not accepts({"tag": "one"})
    assert accepts({})


def test_the_schema_of_a_config_takes_the_toml_that_flashgen_takes_and_no_other(tmp_path: Path) -> None:
    accepts = _accepts("config")
    values = ['"text"', '"a b"', '""', "12", "true", '"yes"', '"No"', '"maybe"', "[]", '["one"]', '["a b"]', "[1]"]
    values += ['{a = "b"}', "{a = 1}", '"fr"', '"pt-BR"', '"french!"', '["+gender"]', '"gender, example"', '["gendre"]']
    for key in (*config.OWN_KEYS, *settings.FRONT_MATTER_KEYS, "unknown"):
        for value in values:
            text = f"{key} = {value}\n"
            (tmp_path / "flashgen.toml").write_text(text)
            _, faults = config.find(tmp_path)
            # A flag for a text is read as one, and meant as none.
            sound = not faults and not (value == "true" and key in ("deck", "source", "tags"))
            assert accepts(tomllib.loads(text)) == sound, text


def test_a_schema_knows_every_card_that_can_be_asked_for() -> None:
    accepts = _accepts("front-matter")
    assert all(accepts({"ask": [name]}) and accepts({"ask": f"+{name}"}) for name in VOCABULARY.asks)


def test_the_configs_and_front_matter_of_this_repository_are_what_the_schemas_say() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["flashgen"]
    assert _accepts("config")(table)
    for file in [*(ROOT / "cards").glob("*.md"), *(ROOT / "flashgen/starting").glob("*.md")]:
        if found := re.match(r"---\n(.*?\n)---\n", file.read_text(encoding="utf-8"), re.DOTALL):
            assert _accepts("front-matter")(yaml.safe_load(found[1])), file


# VS Code


def _matchers() -> list[dict[str, object]]:
    tasks = json.loads((VSCODE / "tasks.json").read_text(encoding="utf-8"))["tasks"]
    return [task["problemMatcher"] for task in tasks]


def test_the_problem_matcher_finds_every_fault_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path)
    project.write({"cards/my notes.md": f"{CARDS}\nQ: [And] this: 1:2: error?\n\nQ: ![](map.png)\nA: y\n"})
    (tmp_path / "cards/map.png").write_bytes(b"\x89PNG\r\n")
    said = project.run("check").stdout.splitlines()
    expected = json.loads(project.run("check", "--format", "json").stdout)
    assert {fault["severity"] for fault in expected} == {"error", "warning"}
    for matcher in _matchers():
        pattern = matcher["pattern"]
        assert isinstance(pattern, dict)
        found = [match for line in said if (match := re.match(pattern["regexp"], line))]
        assert [
            {
                "file": match[pattern["file"]],
                "line": int(match[pattern["line"]]),
                "column": int(match[pattern["column"]]),
                "severity": match[pattern["severity"]],
                "rule": match[pattern["code"]],
                "message": match[pattern["message"]],
            }
            for match in found
        ] == [{key: value for key, value in fault.items() if key != "help"} for fault in expected]
        assert all(match[pattern["code"]] in RULES for match in found)


def test_the_tasks_of_vs_code_are_commands_of_flashgen() -> None:
    for task in json.loads((VSCODE / "tasks.json").read_text(encoding="utf-8"))["tasks"]:
        program, *arguments = task["command"].split()
        assert program == "flashgen"
        assert CliRunner().invoke(app, [*arguments, "--help"]).exit_code == 0


def test_every_snippet_is_right_as_it_is_typed(tmp_path: Path) -> None:
    snippets = json.loads((VSCODE / "flashgen.code-snippets").read_text(encoding="utf-8"))
    assert len({snippet["prefix"] for snippet in snippets.values()}) == len(snippets)
    for name, snippet in snippets.items():
        text = "\n".join(snippet["body"])
        text = re.sub(r"\$\{\d\|([^|,]*)[^|]*\|\}", r"\1", text)
        text = re.sub(r"\$\{\d:([^{}]*)\}", r"\1", text).replace("$0", "")
        assert "$" not in text
        if name == "Front matter":
            text += CARDS
        elif name == "Card comment":
            text = CARDS + text
        project = Project(tmp_path / name, '[tool.flashgen]\nlang = "en"\n')
        project.write({"cards/a.md": text})
        assert project.run("check").stdout == "1 note in 1 file: no faults\n", text


# Git


def test_the_hooks_of_pre_commit_stop_what_must_not_be_committed(tmp_path: Path) -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    for hook in hooks.values():
        assert {"id", "name", "entry", "language"} <= set(hook)

    def run(hook: str) -> int:
        program, *arguments = hooks[hook]["entry"].split()
        assert program == "flashgen"
        command = [sys.executable, "-m", program, *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=30, check=False).returncode

    project = Project(tmp_path)
    project.write({"cards/a.md": "Q: And this?\n"})
    assert run("flashgen-check") == 1
    project.write({"cards/a.md": CARDS})
    assert run("flashgen-check") == 0
    assert run("flashgen-ledger") == 1
    project.build()
    assert run("flashgen-ledger") == 0
    assert [hook for hook in hooks if hooks[hook]["pass_filenames"]] == []
