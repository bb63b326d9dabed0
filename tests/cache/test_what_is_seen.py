"""All that a build depends on, one by one: when it changes, a build with the cache gives what one without it gives."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flashgen import pipeline, reading
from flashgen.cache import state
from tests.cache.twins import assert_alike, without_cache
from tests.project import CONFIG, START, Project

_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>'
_FILES: dict[str, str | bytes] = {
    "cards/a.md": "---\ntags: [one]\n---\n\nQ: What is light?\nA: A wave.\n\nQ: What is sound?\nA: A wave in air.\n",
    "cards/b.md": "# Maps\n\nQ: Where is it?\nA: ![](pictures/map.svg)\n\nQ: And this?\nA: ![map](pictures/map.svg)\n",
    "cards/sub/c.md": "C: The speed is {{300 000}} km a second.\n\nQ: A draft?\nA: Not yet.\n<!-- draft: true -->\n",
    "cards/sub/d.md": "---\nlang: fr\n---\n\nWord: la lumière\nMeaning: light\nE: ![o](../pictures/other.svg)\n",
    "cards/pictures/map.svg": _PICTURE,
    "cards/pictures/other.svg": _PICTURE,
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    # What was written this moment may be known by its state at once.
    monkeypatch.setattr(reading, "_OLD_ENOUGH", 0)
    made = Project(tmp_path / "project")
    made.write(dict(_FILES))
    made.build()
    made.edit("cards/a.md", "A wave in air.", "A wave in the air.")
    made.build()
    return made


def _same_size_and_time(project: Project) -> None:
    path = project.root / "cards/pictures/map.svg"
    before = path.stat()
    path.write_bytes(_PICTURE.replace(b"9", b"8"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _with_the_id_of_another(project: Project) -> None:
    id = project.rows()["And this?"]["id"]
    project.edit("cards/a.md", "A: A wave.\n", f"A: A wave.\n<!-- id: {id} -->\n")


def _edit(name: str, old: str, new: str) -> Callable[[Project], None]:
    return lambda project: project.edit(name, old, new)


def _put(name: str, text: str) -> Callable[[Project], None]:
    return lambda project: project.write({name: text})


def _delete(name: str) -> Callable[[Project], None]:
    return lambda project: (project.root / name).unlink()


def _move(name: str, to: str) -> Callable[[Project], None]:
    def move(project: Project) -> None:
        (project.root / to).parent.mkdir(parents=True, exist_ok=True)
        (project.root / name).rename(project.root / to)

    return move


def _copy(name: str, to: str) -> Callable[[Project], None]:
    return lambda project: (project.root / to).write_bytes((project.root / name).read_bytes()) and None


def _config(text: str) -> Callable[[Project], None]:
    return lambda project: project.write({"pyproject.toml": CONFIG + text})


def _in_turn(*changes: Callable[[Project], None]) -> Callable[[Project], None]:
    def each(project: Project) -> None:
        for change in changes:
            change(project)

    return each


def _replaced_by_link(name: str) -> Callable[[Project], None]:
    def replace(project: Project) -> None:
        elsewhere = project.root.parent / "elsewhere"
        (project.root / name).rename(elsewhere)
        (project.root / name).symlink_to(elsewhere)

    return replace


def _deck_renamed_and_its_package_deleted(project: Project) -> None:
    (project.root / "cards/a.md").rename(project.root / "cards/z.md")
    assert "decks/a.apkg is of no deck" in project.build().stderr
    (project.root / "decks/a.apkg").unlink()


_CHANGES: dict[str, Callable[[Project], None]] = {
    "nothing": lambda project: None,
    "an answer": _edit("cards/a.md", "A wave.", "A wave, and a particle."),
    "a question": _edit("cards/a.md", "What is light?", "What is light made of?"),
    "a line above the cards": _edit("cards/b.md", "# Maps", "# Maps\n\nSome words."),
    "a heading": _edit("cards/b.md", "# Maps", "# Plans"),
    "the order of cards": _in_turn(
        _edit("cards/a.md", "\n\nQ: What is sound?\nA: A wave in the air.", ""),
        _edit("cards/a.md", "Q: What is light?", "Q: What is sound?\nA: A wave in the air.\n\nQ: What is light?"),
    ),
    "a cloze": _edit("cards/sub/c.md", "{{300 000}}", "{{299 792}}"),
    "a cloze more": _edit("cards/sub/c.md", "km a second", "km a {{second}}"),
    "a draft no more": _edit("cards/sub/c.md", "draft: true", "draft: false"),
    "an id written, of a card that is taken over": _with_the_id_of_another,
    "front matter": _edit("cards/a.md", "tags: [one]", "tags: [two]"),
    "a language": _edit("cards/sub/d.md", "lang: fr", "lang: de"),
    "the deck of a file": _edit("cards/sub/d.md", "lang: fr", "lang: fr\ndeck: elsewhere"),
    "a duplicate of a card that is taken over": _put("cards/e.md", "Q: Where is it?\nA: here\n"),
    "the same card twice": _put("cards/e.md", "Q: What is light?\nA: A wave.\n"),
    "a deck in other case": _put("cards/e.md", "---\ndeck: A\n---\n\nQ: x\nA: y\n"),
    "a new file": _put("cards/aa.md", "Q: Which file is new?\nA: This one.\n"),
    "a new file whose name ends in something else": _put("cards/aa.md.txt", "Q: Which file is new?\nA: This one.\n"),
    "a file gone": _delete("cards/a.md"),
    "a file of another name": _move("cards/a.md", "cards/z.md"),
    "a file in another folder": _move("cards/a.md", "cards/sub/a.md"),
    "a folder of another name": _move("cards/sub", "cards/under"),
    "a card in another file": _in_turn(
        _edit("cards/a.md", "\n\nQ: What is sound?\nA: A wave in the air.\n", "\n"),
        _edit("cards/sub/c.md", "C: The", "Q: What is sound?\nA: A wave in the air.\n\nC: The"),
    ),
    "a card in another file, reworded": _in_turn(
        _edit("cards/a.md", "\n\nQ: What is sound?\nA: A wave in the air.\n", "\n"),
        _edit("cards/sub/c.md", "C: The", "Q: What is a sound?\nA: A wave in the air.\n\nC: The"),
    ),
    "a fault": _edit("cards/a.md", "A: A wave.\n", "A wave.\n"),
    "a fault in one file, and an edit in another": _in_turn(
        _edit("cards/a.md", "A: A wave.\n", "A wave.\n"), _edit("cards/sub/c.md", "speed", "velocity")
    ),
    "a file that is no text": lambda project: project.write({"cards/a.md": b"Q: \xff\nA: b\n"}),
    "tags of the project": _config('tags = ["all"]\n'),
    "what the config lets through": _config("unsafe-html = true\n"),
    "the description of decks": _config('description = "A deck."\n'),
    "another namespace": _put("pyproject.toml", '[tool.flashgen]\nnamespace = "other-a2b3c"\n'),
    "a key of the config that there is not": _config("colour = 1\n"),
    "a config that is broken": _put("pyproject.toml", "[tool.flashgen\n"),
    "a nearer config": _put("flashgen.toml", 'namespace = "test-a2b3c"\ntags = ["near"]\n'),
    "a config in the folder of the cards": _put("cards/flashgen.toml", 'namespace = "test-a2b3c"\n'),
    "a config in a folder below": _put("cards/sub/flashgen.toml", 'namespace = "below-a2b3c"\n'),
    "a config of something else in a folder below": _put("cards/sub/pyproject.toml", "[project]\n"),
    "a config beside that of something else below": _put("cards/sub/pyproject.toml", "[tool.flashgen]\n"),
    "a picture": lambda project: project.write({"cards/pictures/map.svg": _PICTURE.replace(b"9", b"10")}),
    "a picture, in its size and time": _same_size_and_time,
    "another picture that was the same": lambda project: project.write(
        {"cards/pictures/other.svg": _PICTURE.replace(b"9", b"8")}
    ),
    "another picture that was the same, gone": _delete("cards/pictures/other.svg"),
    "a picture that is only younger": lambda project: os.utime(project.root / "cards/pictures/map.svg", (START, START)),
    "a picture gone": _delete("cards/pictures/map.svg"),
    "a picture in other case": _move("cards/pictures/map.svg", "cards/pictures/Map.svg"),
    "pictures in a folder in other case": _move("cards/pictures", "cards/Pictures"),
    "another picture of its name": _in_turn(
        _delete("cards/pictures/map.svg"), _copy("cards/pictures/other.svg", "cards/pictures/map.svg")
    ),
    "a picture that a link leads to": _replaced_by_link("cards/pictures/map.svg"),
    "pictures that a link leads to": _replaced_by_link("cards/pictures"),
    "a picture in use by another card": _edit("cards/a.md", "A: A wave.\n", "A: ![x](pictures/other.svg)\n"),
    "a source that a link leads to": _replaced_by_link("cards/a.md"),
    "sources that a link leads to": _replaced_by_link("cards/sub"),
    "the ledger gone": _delete("cards/ledger.jsonl"),
    "the ledger gone, the memory too": _in_turn(
        _delete("cards/ledger.jsonl"), _delete(".flashgen_cache/built.jsonl"), lambda p: shutil.rmtree(p.root / "decks")
    ),
    "a row of the ledger": _edit("cards/ledger.jsonl", '"question": "What is light?"', '"question": "What is it?"'),
    "a ledger that is broken": _put("cards/ledger.jsonl", "{"),
    "a config that a link leads to": _replaced_by_link("pyproject.toml"),
    "a config that cannot be read": lambda project: (project.root / "flashgen.toml").symlink_to("flashgen.toml"),
    "the ledger of a hidden file": _put("cards/_y.ledger.jsonl", '{"flashgen ledger": 1, "namespace": "project/y"}\n'),
    "a name that is another's, its accents written in another way": _in_turn(
        _put("cards/e\u0301.md", "Q: one?\nA: 1\n"), _put("cards/\u00e9.md", "Q: two?\nA: 2\n")
    ),
    "a ledger that a link leads to": _replaced_by_link("cards/ledger.jsonl"),
    "the ledger of a file alone": _put("cards/a.ledger.jsonl", '{"flashgen ledger": 1, "namespace": "project/a"}\n'),
    "the ledger of a file that is gone": _put(
        "cards/y.ledger.jsonl", '{"flashgen ledger": 1, "namespace": "project/y"}\n'
    ),
    "the memory gone": _delete(".flashgen_cache/built.jsonl"),
    "the memory of a later build": lambda project: project.write(
        {
            ".flashgen_cache/built.jsonl": project.read(".flashgen_cache/built.jsonl")
            .replace('"digest": "', '"digest": "0')
            .replace('"modified": 1', '"modified": 2')
        }
    ),
    "a package gone": _delete("decks/a.apkg"),
    "a package that somebody has written": _put("decks/a.apkg", "no package"),
    "a package that a link leads to": _replaced_by_link("decks/a.apkg"),
    "a package of a deck that is no more, gone": _deck_renamed_and_its_package_deleted,
    "the flashgen that builds": lambda project: None,
}


@pytest.mark.parametrize("name", _CHANGES)
def test_a_change_is_seen(name: str, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _CHANGES[name](project)
    if name == "the flashgen that builds":
        monkeypatch.setattr(state, "program", lambda: "another")
    assert_alike(project, without_cache(project, tmp_path / "copy" / "project"))


def _taken_over(project: Project) -> set[str]:
    kept = pipeline.compile(project.root, clock=START + 10**6).sources.kept
    return set() if kept is None else set(kept.pages)


_ALL = {"cards/a.md", "cards/b.md", "cards/sub/c.md", "cards/sub/d.md"}


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("nothing", _ALL),
        ("an answer", _ALL - {"cards/a.md"}),
        ("a new file", _ALL),
        ("a file gone", _ALL - {"cards/a.md"}),
        ("a file of another name", _ALL - {"cards/a.md"}),
        ("a fault", _ALL - {"cards/a.md"}),
        ("a picture", _ALL - {"cards/b.md"}),
        ("a picture, in its size and time", _ALL - {"cards/b.md"}),
        ("a picture that is only younger", _ALL),
        ("an id written, of a card that is taken over", set()),
        ("tags of the project", set()),
        ("a row of the ledger", set()),
        ("the memory gone", set()),
        ("a package gone", _ALL),
    ],
)
def test_what_has_not_changed_is_taken_over(name: str, left: set[str], project: Project) -> None:
    _CHANGES[name](project)
    assert _taken_over(project) == left


def test_where_nothing_has_changed_nothing_is_read_but_to_be_compared(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("the project is compiled")

    project.run("build")
    monkeypatch.setattr(pipeline, "compile", fail)
    for command in ("build", "check", "status"):
        assert project.run(command).exit_code == 0
        assert project.run(command, path="cards").exit_code == 0
    with pytest.raises(AssertionError, match="compiled"):
        project.run("check", path="cards/a.md")


@pytest.mark.parametrize("is_built", [True, False])
@pytest.mark.parametrize("name", _CHANGES)
def test_a_change_is_seen_by_a_process_that_goes_on(name: str, is_built: bool, project: Project) -> None:
    if not is_built:
        for kept in (project.root / ".flashgen_cache").glob("*.json"):
            kept.unlink()
    before = pipeline.compile(project.root, clock=START, keep_cards=True).sources
    assert len(before.read) == (0 if is_built else len(_ALL))
    _CHANGES[name](project)
    now = pipeline.compile(project.root, clock=START + 10**6, before=before, keep_cards=True)
    anew = pipeline.compile(project.root, clock=START + 10**6, whole=True)
    assert now.diagnostics == anew.diagnostics
    assert now.identified.notes == anew.identified.notes
    assert now.identified.changes == anew.identified.changes
    assert now.ledger_after == anew.ledger_after
    assert {name: (one.path, one.digest) for name, one in now.media.items()} == {
        name: (one.path, one.digest) for name, one in anew.media.items()
    }
    if name == "nothing":
        assert [one for one in now.sources.read if one not in before.read] == []


def test_sources_that_have_let_go_of_their_cards_are_not_taken_for_read(project: Project) -> None:
    before = pipeline.compile(project.root, clock=START, refresh=True).sources
    with pytest.raises(ValueError, match="let go"):
        pipeline.compile(project.root, clock=START, refresh=True, before=before)
