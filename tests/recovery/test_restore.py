"""A lost ledger is restored, and the next import knows every note again: with the real Anki, from each format."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from flashgen.ledger import guid_of, read, serialize
from flashgen.model import Ledger
from tests.project import CONFIG, Project
from tests.real_anki import Outcome, fresh_anki
from tests.recovery.exports import FORMATS, collection_package
from tests.study import Study

_EVERYTHING = Path(__file__).parents[1] / "projects/everything"
_LEDGER = "cards/ledger.jsonl"
_CARDS = """\
Q: What is the capital of France?
A: Paris

Q: Which river runs through Vienna and Budapest?
A: The Danube
<!-- reverse: true -->

Q: What does the heart pump?
A: Blood
<!-- id: heart -->

C: Oslo and Bergen lie in {{Norway}}, Lund in {{Sweden}}.
"""


def _lose(project: Project) -> None:
    """The ledger and the memory of the machine are gone."""
    (project.root / _LEDGER).unlink()
    shutil.rmtree(project.root / ".flashgen_cache")


def _restore(project: Project, *files: Path) -> str:
    """Restore the ledger from these files one after another; what was said of the last."""
    said = ""
    for file in files:
        result = project.restore(file)
        assert result.exit_code == 0, result.output
        said = result.stdout
    return said


def _without_birthdays(rows: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """Anki gives notes that are to be created in its future, as these are, another time of creation."""
    return {question: {key: row[key] for key in row if key != "created"} for question, row in rows.items()}


@contextmanager
def _studied(root: Path, files: dict[str, str | bytes], config: str = CONFIG) -> Iterator[Study]:
    """A project, built and imported, whose every card was reviewed."""
    with fresh_anki() as anki:
        study = Study(Project(root, config=config), anki)
        study.project.write(files)
        study.update()
        study.review_all()
        yield study


def _everything() -> dict[str, str | bytes]:
    return {str(path.relative_to(_EVERYTHING)): path.read_bytes() for path in _EVERYTHING.rglob("*") if path.is_file()}


@pytest.mark.parametrize("format", FORMATS)
def test_after_a_loss_each_format_brings_back_every_note(format: str, tmp_path: Path) -> None:
    with _studied(tmp_path / "project", _everything(), config="") as study:
        before, notes, lost = study.schedules(), len(study.anki.notes()), study.project.rows()
        files = FORMATS[format](study, tmp_path)
        _lose(study.project)
        _restore(study.project, *files)
        # A draft that was never built is in no package.
        kept = {question: row for question, row in lost.items() if not row.get("draft")}
        assert _without_birthdays(study.project.rows()) == _without_birthdays(kept)

        (study.project.root / _LEDGER).unlink()
        study.project.edit("cards/1-basics.md", "What does a catalyst do?", "What does any catalyst do?")
        study.project.edit("cards/2-clozes.md", "passes", "flows past")
        _restore(study.project, *files)
        assert study.project.status() == {"edited": 2, "drafted": 1}
        assert study.update() == Outcome(updated=2, duplicate=notes - 2)
        assert study.schedules() == before
        study.assert_sound()


def test_cloze_numbers_and_reverse_cards_stay_with_their_reviews(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        # The first deletion is gone, its number is not given again; the new one gets the third.
        study.project.edit("cards/a.md", "{{Norway}}, Lund in {{Sweden}}", "Norway, Lund in {{Sweden}}")
        study.update()
        before = study.schedules()
        files = collection_package(study, tmp_path, legacy=False)
        _lose(study.project)
        study.project.edit("cards/a.md", "C: Oslo", "C: {{Oslo}}")
        study.project.edit(
            "cards/a.md", "<!-- reverse: true -->", "E: It rises in the Black Forest.\n<!-- reverse: true -->"
        )
        _restore(study.project, *files)
        assert study.update() == Outcome(updated=2, duplicate=2)
        (note,) = study.anki.notes("note:*Cloze")
        assert note["Text"] == "{{c3::Oslo}} and Bergen lie in Norway, Lund in {{c2::Sweden}}."
        assert study.schedules() == before
        assert len(study.note("Which river runs through Vienna and Budapest?").cards()) == 2


def test_what_was_edited_in_anki_is_told_and_not_lost_silently(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        study.edit_in_anki("Id:heart")
        files = collection_package(study, tmp_path, legacy=False)
        _lose(study.project)
        said = _restore(study.project, *files)
        assert 'a.md:8 in export.colpkg: Extra "edited in Anki", tags +mine' in said
        assert "3 notes as in the sources, 1 different" in said
        assert "the next build puts the sources' text into 1 note" in said
        # The package is newer than what was edited in Anki.
        assert study.update() == Outcome(updated=1, duplicate=3)
        assert study.note("What does the heart pump?")["Extra"] == ""


def test_with_its_memory_the_machine_knows_what_was_edited_in_anki_alone(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        study.edit_in_anki("Id:heart")
        files = collection_package(study, tmp_path, legacy=False)
        (study.project.root / _LEDGER).unlink()
        study.project.edit("cards/a.md", "A: Paris", "A: Paris, on the Seine")
        said = _restore(study.project, *files)
        assert "1 note of these were edited in Anki alone" in said
        assert study.update() == Outcome(updated=1, duplicate=3)
        assert study.note("What does the heart pump?")["Extra"] == "edited in Anki"


def test_an_edit_after_one_in_anki_makes_a_newer_package(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        (note,) = study.edit_in_anki("Id:heart")
        # The clock of the other machine is ahead by years.
        study.anki.col.db.execute("update notes set mod = mod + 99000000 where id = ?", note.id)
        files = collection_package(study, tmp_path, legacy=True)
        _lose(study.project)
        study.project.edit("cards/a.md", "A: Blood", "A: Blood, all of it")
        _restore(study.project, *files)
        assert study.update() == Outcome(updated=1, duplicate=3)
        assert study.answer("What does the heart pump?") == "Blood, all of it"


def test_a_note_that_left_the_sources_becomes_a_removed_row_and_can_come_back(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        files = FORMATS["deck package"](study, tmp_path)
        _lose(study.project)
        lost = "Q: What is the capital of France?\nA: Paris\n"
        study.project.edit("cards/a.md", lost, "")
        said = _restore(study.project, *files)
        assert "1 no longer in the sources" in said
        assert "delete 1 note that left the sources:" in said
        row = study.project.rows()["What is the capital of France?"]
        assert (row["removed"], row["file"]) == (True, "cards/a.md")
        study.project.write({"cards/b.md": lost})
        assert study.update() == Outcome(duplicate=4)


def test_an_old_ledger_learns_what_the_package_knows(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        old = study.project.read(_LEDGER)
        study.project.edit(
            "cards/a.md", "What is the capital of France?", "Which city is the seat of the French state?"
        )
        study.project.edit("cards/a.md", "A: Paris", "A: Paris\n<!-- id: seat -->")
        study.project.edit("cards/a.md", "A: Blood", "A: Blood and more")
        study.update()
        study.review_all()
        study.project.write({_LEDGER: old})
        shutil.rmtree(study.project.root / ".flashgen_cache")
        before = study.schedules()
        said = _restore(study.project, *FORMATS["collection package"](study, tmp_path))
        assert "the ledger that was there keeps all it knew of 4 notes" in said
        assert study.update() == Outcome(duplicate=4)
        assert study.schedules() == before


def test_an_older_package_does_not_make_the_ledger_forget_what_anki_has(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        old = tmp_path / "old.apkg"
        old.write_bytes((study.project.root / "decks/a.apkg").read_bytes())
        study.project.edit("cards/a.md", "A: Blood", "A: Only blood")
        study.update()
        study.project.edit("cards/a.md", "A: Only blood", "A: Blood")
        shutil.rmtree(study.project.root / ".flashgen_cache")
        _restore(study.project, old)
        assert study.project.status() == {"edited": 1}
        assert study.update() == Outcome(updated=1, duplicate=3)
        assert study.answer("What does the heart pump?") == "Blood"


def test_the_lines_of_a_broken_ledger_that_can_be_read_are_kept(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        lines = study.project.read(_LEDGER).splitlines()
        broken = "\n".join([lines[0][:20], *(line[:-9] if "capital" in line else line for line in lines[1:])])
        study.project.write({_LEDGER: broken})
        said = _restore(study.project, *FORMATS["built by flashgen"](study, tmp_path))
        assert "lines of the old ledger cannot be read" in said
        assert study.project.read(_LEDGER).splitlines() == lines
        (aside,) = (study.project.root / "cards").glob("ledger.jsonl.*.old")
        assert aside.read_text() == broken
        assert study.update() == study.unchanged()


def test_force_puts_the_file_in_the_place_of_the_ledger(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}, config="") as study:
        files = FORMATS["built by flashgen"](study, tmp_path)
        right = study.project.read(_LEDGER)
        known, _ = read(right, "")
        assert known is not None
        # Somebody built anew under another name, and what is in Anki is no longer known.
        study.project.write({_LEDGER: serialize(replace(known, namespace="another"))})
        refused = study.project.restore(files[0])
        assert refused.exit_code == 1
        assert "foreign-package" in refused.stderr
        assert study.project.restore(files[0], "--force").exit_code == 0
        assert study.project.read(_LEDGER) == right
        (aside,) = (study.project.root / "cards").glob("ledger.jsonl.*.old")
        assert '"another"' in aside.read_text()


def test_guids_of_a_lost_namespace_are_kept_in_the_rows(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        guids = {note["Id"]: note.guid for note in study.anki.notes()}
        _lose(study.project)
        study.project.write({"pyproject.toml": '[tool.flashgen]\nnamespace = "invented"\n'})
        _restore(study.project, *FORMATS["built by flashgen"](study, tmp_path))
        known, _ = read(study.project.read(_LEDGER), "")
        assert known is not None
        assert known.namespace == "invented"
        assert {row.id: guid_of(known, row) for row in known.rows} == guids
        assert study.update() == study.unchanged()


def test_a_collection_with_two_projects_gives_each_its_own_notes(tmp_path: Path) -> None:
    other = CONFIG.replace("test-a2b3c", "other-x9y8z")
    with _studied(tmp_path / "one", {"cards/a.md": _CARDS}) as study:
        neighbour = Project(tmp_path / "two", config=other)
        neighbour.write({"cards/b.md": _CARDS.replace("capital", "largest city").replace("Norway", "Norge")})
        study.anki.import_package(neighbour.package())
        files = collection_package(study, tmp_path, legacy=False)
        for project in (study.project, neighbour):
            lost = _without_birthdays(project.rows())
            _lose(project)
            said = _restore(project, *files)
            assert "4 notes left out: by their GUIDs" in said
            assert "0 no longer in the sources" in said
            assert _without_birthdays(project.rows()) == lost


def test_a_file_that_stands_alone_is_restored_beside_itself(tmp_path: Path) -> None:
    with _studied(tmp_path / "alone", {"notes.md": _CARDS}, config="") as study:
        ledger = study.project.root / "notes.ledger.jsonl"
        study.project.build(path="notes.md")
        lost = ledger.read_text()
        ledger.unlink()
        result = study.project.run("status", path="notes.md")
        assert "4 added" in result.stdout
        restored = study.project.restore(Path("notes.apkg"), path="notes.md")
        assert restored.exit_code == 0, restored.output
        assert ledger.read_text() == lost


def test_a_copy_that_was_made_in_anki_takes_nothing_from_its_note(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        lost = _without_birthdays(study.project.rows())
        (note,) = study.anki.notes("Id:heart")
        copy = study.anki.col.new_note(note.note_type())
        copy.fields = list(note.fields)
        study.anki.col.add_note(copy, study.anki.deck_id("a"))
        strange = study.anki.col.new_note(note.note_type())
        strange.fields[0], strange["Id"] = "Mine?", "not an id"
        study.anki.col.add_note(strange, study.anki.deck_id("a"))
        _lose(study.project)
        said = _restore(study.project, *collection_package(study, tmp_path, legacy=False))
        assert "1 note left out: the field Id holds no id" in said
        assert "1 note left out: by their GUIDs" in said
        assert _without_birthdays(study.project.rows()) == lost


def test_notes_of_a_note_type_that_was_changed_or_renamed_in_anki_are_known(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        models = study.anki.col.models
        for name in ("Flashgen Q&A", "Flashgen Cloze"):
            notetype = study.anki.notetype(name)
            models.add_field(notetype, models.new_field("Mine"))
            models.update_dict(notetype)
        study.project.write({"cards/b.md": "Q: Is this one new?\nA: Yes\n"})
        assert study.update().new == 1
        # Anki has put the new note on a copy of its note type; its learner calls the other one otherwise.
        assert study.anki.notetype_names() == [
            *("Flashgen Cloze", "Flashgen Cloze+"),
            *("Flashgen Q&A", "Flashgen Q&A+"),
        ]
        notetype = study.anki.notetype("Flashgen Q&A")
        notetype["name"] = "Questions"
        models.update_dict(notetype)
        lost = {row["id"] for row in study.project.rows().values()}
        for legacy in (True, False):
            files = collection_package(study, tmp_path, legacy=legacy)
            _lose(study.project)
            said = _restore(study.project, *files)
            assert "5 notes as in the sources" in said
            assert {row["id"] for row in study.project.rows().values()} == lost
            assert study.project.status() == {}
            study.project.build()


def test_faults_of_the_sources_stop_a_restoration(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _CARDS})
    project.build()
    _lose(project)
    project.write({"cards/b.md": "Q: And this one?\n"})
    result = project.restore(Path("decks/a.apkg"))
    assert result.exit_code == 1
    assert "missing-answer" in result.stderr
    assert not (project.root / _LEDGER).exists()


def test_what_only_the_author_can_decide_is_asked_and_counts_as_nothing_yet(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        before = study.schedules()
        _lose(study.project)
        study.project.edit(
            "cards/a.md",
            "Q: What is the capital of France?\nA: Paris",
            "Q: What was the capital of Vichy France?\nA: Vichy, not Paris",
        )
        result = study.project.restore(Path("decks/a.apkg"))
        assert result.exit_code == 1
        assert "ambiguous-edit" in result.stderr
        assert "the ledger is written" in result.stdout
        assert not any(row.get("removed") for row in study.project.rows().values())
        (keep,) = re.findall(r"write (<!-- id: \S+ -->) into it to keep", result.stderr)
        study.project.edit("cards/a.md", "A: Vichy, not Paris", f"A: Vichy, not Paris\n{keep}")
        assert study.update() == Outcome(updated=1, duplicate=3)
        assert study.schedules() == before


def test_restoring_twice_changes_nothing_more(tmp_path: Path) -> None:
    with _studied(tmp_path / "project", {"cards/a.md": _CARDS}) as study:
        study.edit_in_anki("Id:heart")
        files = collection_package(study, tmp_path, legacy=False)
        _lose(study.project)
        _restore(study.project, *files)
        once = study.project.read(_LEDGER)
        _restore(study.project, *files)
        assert study.project.read(_LEDGER) == once


def test_a_ledger_without_rows_is_no_ledger(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _CARDS})
    project.build()
    lost = project.read(_LEDGER)
    for left in ("", serialize(Ledger("test-a2b3c")), "\x00\x01"):
        project.write({_LEDGER: left})
        assert project.restore(Path("decks/a.apkg")).exit_code == 0
        assert project.read(_LEDGER) == lost


def test_a_ledger_of_a_later_release_and_one_of_two_namespaces_are_left_to_their_author(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _CARDS})
    project.build()
    header, *rows = project.read(_LEDGER).splitlines()
    later = "\n".join([header.replace(": 1,", ": 2,"), *rows])
    torn = "\n".join([header, header.replace("test-a2b3c", "another"), *rows])
    for text, rule in ((later, "ledger-corrupt"), (torn, "ledger-conflict")):
        project.write({_LEDGER: text})
        result = project.restore(Path("decks/a.apkg"))
        assert result.exit_code == 1
        assert f"error[{rule}]" in result.stderr
        assert project.read(_LEDGER) == text


def test_a_link_out_of_the_project_is_neither_read_nor_written_as_its_ledger(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    project.write({"cards/a.md": "Q: What is light?\nA: A wave.\n"})
    project.build()
    victim = tmp_path / "victim.jsonl"
    (project.root / _LEDGER).rename(victim)
    (project.root / _LEDGER).symlink_to(victim)
    before = victim.read_bytes()
    for command in (lambda: project.restore(project.root / "decks/a.apkg"), lambda: project.run("build")):
        result = command()
        assert result.exit_code == 1
        assert "a link leads from it out of the project" in result.output
    assert victim.read_bytes() == before


def _reworded(root: Path) -> Project:
    """A project of one card whose note is known by the ledger alone."""
    project = Project(root)
    project.write({"cards/a.md": "Q: What is light?\nA: A wave.\n"})
    project.build()
    project.edit("cards/a.md", "What is light?", "What is light made of?")
    project.build()
    return project


def test_a_package_is_not_written_over_where_its_notes_need_the_ledger(tmp_path: Path) -> None:
    project = _reworded(tmp_path)
    package = (tmp_path / "decks/a.apkg").read_bytes()
    _lose(project)
    result = project.run("build")
    assert result.exit_code == 1
    assert "error[ledger-lost] the ledger is lost, or its rows are, and 1 note of decks/a.apkg is not" in result.stderr
    assert "delete decks/a.apkg\n" in result.stderr
    assert (tmp_path / "decks/a.apkg").read_bytes() == package
    assert project.restore(tmp_path / "decks/a.apkg").exit_code == 0
    project.build()
    assert [row["id"] for row in project.rows().values()] == [
        row["id"] for row in project.rows().values() if row["question"] == "What is light made of?"
    ]


def test_what_a_build_would_refuse_for_a_lost_ledger_check_and_status_tell_before(tmp_path: Path) -> None:
    project = _reworded(tmp_path)
    _lose(project)
    fault = project.run("build").stderr
    assert "error[ledger-lost]" in fault
    for command in ("check", "status"):
        result = project.run(command)
        assert result.exit_code == 1
        assert result.output.startswith(fault)
        (told,) = json.loads(project.run(command, "--format", "json").output)
        assert told["rule"] == "ledger-lost"
        assert "decks/a.apkg" in told["message"]
    (tmp_path / "decks/a.apkg").unlink()
    for command in ("check", "status", "build"):
        assert project.run(command).exit_code == 0
