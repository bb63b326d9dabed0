"""One Anki of whatever version, asked what packages do to it; run by its own interpreter, which knows no flashgen.

    python probe.py FOLDER < rounds.json

imports the packages of each round into a new profile in FOLDER and studies all cards after the first round; with both
importers where Anki has two. What it then has goes as JSON into FOLDER/found.json. `rounds.json` is a list of lists of
paths. Nothing here may be newer than Anki 2.1.44.
"""

from __future__ import annotations

import json
import os
import sys

from anki.buildinfo import version
from anki.collection import Collection

VERSION = tuple(int(part) for part in version.split("."))


def probe(folder, rounds):
    """What each importer of this Anki makes of the rounds."""
    if VERSION >= (2, 1, 50):
        from anki.lang import set_lang

        set_lang("en")
    by = {}
    if VERSION < (23, 10):
        by["python"] = _study_rounds(os.path.join(folder, "python"), _import_by_python, rounds)
    if VERSION >= (2, 1, 55):
        by["rust"] = _study_rounds(os.path.join(folder, "rust"), _import_by_rust, rounds)
    return {"anki": VERSION, "by": by}


def _study_rounds(folder, import_package, rounds):
    """What the profile holds after each round, and at the end what Anki's own checks say of it."""
    os.makedirs(folder)
    path = os.path.join(folder, "collection.anki2")
    col = Collection(path)
    states = []
    for number, packages in enumerate(rounds):
        conflicting = sum(import_package(col, package) for package in packages)
        # Some versions go on with what they knew of note types before.
        col.close()
        col = Collection(path)
        if number == 0:
            _study(col)
        states.append({"conflicting": conflicting, **_state(col)})
    found = {"states": states, "sides": _sides(col), "empty": _notes_with_empty_cards(col)}
    cards = _count(col)
    found["report"], _ = col.fix_integrity() if hasattr(col, "fix_integrity") else col.fixIntegrity()
    found["missing cards"] = _count(col) - cards
    col.close()
    return found


def _import_by_python(col, package):
    from anki.importing.apkg import AnkiPackageImporter

    importer = AnkiPackageImporter(col, package)
    importer.run()
    return len(importer._ignoredGuids)


def _import_by_rust(col, package):
    request = package
    if VERSION >= (23, 10):
        from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

        # By default notes and note types are updated if newer, and the rest is off.
        request = ImportAnkiPackageRequest(package_path=package, options=ImportAnkiPackageOptions())
    return len(col.import_anki_package(request).log.conflicting)


def _state(col):
    names = dict(col.db.all("select id, name from notetypes"))
    decks = {}
    for did in col.db.list("select did from cards"):
        name = col.decks.name(did)
        decks[name] = decks.get(name, 0) + 1
    return {
        "notes": {
            guid: [names[mid], fields.split("\x1f"), tags.split()]
            for guid, mid, fields, tags in col.db.all("select guid, mid, flds, tags from notes")
        },
        "decks": decks,
        "notetypes": sorted(name for name in names.values() if name.startswith("Flashgen")),
        "media": sorted(os.listdir(col.media.dir())),
        "schedules": _schedules(col),
    }


def _study(col):
    if hasattr(col.sched, "reset"):
        # The oldest schedulers answer only once they have filled their queues.
        col.sched.reset()
    for id in col.db.list("select id from cards"):
        card = _card(col, id)
        card.start_timer() if hasattr(card, "start_timer") else card.startTimer()
        col.sched.answerCard(card, 3)


def _schedules(col):
    """By GUID and ordinal: type, queue, interval and repetitions of a card, and how many reviews the log has of it."""
    rows = col.db.all(
        "select n.guid, c.ord, c.type, c.queue, c.ivl, c.reps, (select count() from revlog where cid = c.id)"
        " from cards c join notes n on n.id = c.nid"
    )
    return {f"{guid} {ord}": rest for guid, ord, *rest in rows}


def _sides(col):
    """By GUID and ordinal: the HTML of front and back."""
    sides = {}
    for id, guid, ord in col.db.all("select c.id, n.guid, c.ord from cards c join notes n on n.id = c.nid"):
        output = _card(col, id).render_output()
        sides[f"{guid} {ord}"] = [output.question_text, output.answer_text]
    return sides


def _notes_with_empty_cards(col):
    ids = ",".join(str(note.note_id) for note in col.get_empty_cards().notes)
    return col.db.list(f"select guid from notes where id in ({ids})")


def _card(col, id):
    return col.get_card(id) if hasattr(col, "get_card") else col.getCard(id)


def _count(col):
    return col.db.scalar("select count() from cards")


if __name__ == "__main__":
    answer = probe(sys.argv[1], json.load(sys.stdin))
    # Not to standard output, on which some versions say things of their own.
    with open(os.path.join(sys.argv[1], "found.json"), "w", encoding="utf-8") as file:
        json.dump(answer, file)
