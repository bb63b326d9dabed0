"""What a source could smuggle past the checks: control characters, sleeping markup, tags that swallow text."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.learner import seen
from tests.project import Project
from tests.real_anki import fresh_anki, sides


def _answer(folder: Path, markdown: str) -> str:
    """What a learner sees of the answer of the one card of a source, as the real Anki shows it."""
    project = Project(folder)
    project.write({"cards/a.md": markdown})
    with fresh_anki() as anki:
        anki.import_package(project.package())
        (card,) = anki.cards()
        return seen(sides(card)[1]).partition("———\n")[2]


def _checked(folder: Path, markdown: str) -> str:
    """What `check` says of a source."""
    project = Project(folder)
    project.write({"cards/a.md": markdown})
    return project.run("check").stdout


@pytest.mark.parametrize(
    "files",
    [
        {"cards/a.md": 'Q: a\nA: b\n<!-- {source: "x\\x1fy"} -->\n'},
        {"cards/a.md": 'Q: a\nA: b\n<!-- {typed: "\\x010\\x01"} -->\n'},
        {"cards/a.md": '---\nsource: "\\x020"\n---\nQ: a\nA: b\n'},
        {"cards/a.md": "Q: a\nA: b\n", "flashgen.toml": 'source = "x\\u001fy"\n'},
    ],
)
def test_an_escape_brings_in_no_control_character(files: dict[str, str | bytes], tmp_path: Path) -> None:
    project = Project(tmp_path, config="")
    project.write(files)
    result = project.run("build")
    assert result.exit_code == 1
    assert "error[control-character]" in result.stderr


@pytest.mark.parametrize("reference", ["&#31;", "&#1;0&#1;", "&#x1f", "&#0;", "&#127;"])
@pytest.mark.parametrize("html", ["<span title='p{}q'>x{}y</span>", "<div>\nx{}y\n</div>"])
def test_a_reference_brings_in_no_control_character(html: str, reference: str, tmp_path: Path) -> None:
    assert _answer(tmp_path, f"Q: a\nA: b\n{html.replace('{}', reference)}\n").startswith("b")


def test_what_is_written_as_references_stays_asleep(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": "C: {{a}} and <b>&#123;&#123;c2::x}}</b> &#91;latex]y[/latex] &#92;(z&#92;)\n"})
    with fresh_anki() as anki:
        anki.import_package(project.package())
        (card,) = anki.cards()
        (note,) = anki.notes()
        assert "{{c2::x}}" not in note["Text"]
        assert "[latex]" not in note["Text"]
        assert "\\(z" not in note["Text"]
        assert seen(sides(card)[1]) == "a and {{c2::x}} [latex]y[/latex] \\(z\\)"
        assert anki.check_database() == []


@pytest.mark.parametrize(
    "markup",
    ["<div>[latex]x[/latex] [sound:evil.mp3]</div>", '<b title="[latex]">x</b>', "[la<!-- x -->tex]", "[$]x[/$]"],
)
def test_the_markup_of_anki_is_carried_out_nowhere(markup: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": f"Q: a\nA: b\n\n{markup}\n"})
    with fresh_anki() as anki:
        anki.import_package(project.package())
        (note,) = anki.notes()
        for live in ("[latex]", "[sound:", "[$]"):
            assert live not in note["Answer"]


@pytest.mark.parametrize("tag", ["iframe", "plaintext", "xmp", "noembed", "noscript", "textarea", "title", "object"])
def test_a_tag_that_is_taken_off_leaves_the_text_behind_it_alone(tag: str, tmp_path: Path) -> None:
    answer = _answer(tmp_path, f"Q: a\nA: text <{tag}> more **text**\n\nAnother paragraph.\n")
    assert answer == "text more text\nAnother paragraph."


def test_a_script_that_never_ends_takes_no_text_with_it(tmp_path: Path) -> None:
    assert _answer(tmp_path, "Q: a\nA: b <script> c\n\nd\n") == "b c\nd"


def test_the_boxes_of_a_question_tell_no_ticks(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": "Q: Which?\n\n> - [x] quoted\n\n- [ ] one\n  - [x] nested\n- [x] two\nA: b\n"})
    with fresh_anki() as anki:
        anki.import_package(project.package())
        (card,) = anki.cards()
        assert "☑" not in seen(sides(card)[0])


def test_an_article_is_found_under_its_markup(tmp_path: Path) -> None:
    project = Project(tmp_path)
    source = "---\nlang: fr\n---\nWord: **la** maison\nMeaning: house\nGender: féminin\n<!-- ask: gender -->\n"
    project.write({"cards/a.md": source})
    with fresh_anki() as anki:
        anki.import_package(project.package())
        assert anki.notes()[0]["Bare"] == "maison"


def test_a_quoted_word_is_typed_and_no_flag(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": 'Q: le pronom indéfini ?\nA: on\n<!-- typed: "on" -->\n'})
    with fresh_anki() as anki:
        anki.import_package(project.package())
        assert anki.notes()[0]["Typed"] == "on"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("comment", "Q: a\nA: b\n<!-- todo\n\nQ: c\nA: d\n<!-- id: abc -->\n"),
        ("fence", "Q: a\nA:\n```py\nx\n\nQ: c\nA:\n```py\ny\n```\n"),
        ("bare fence", "Q: a\nA:\n```\nx\n\nQ: c\nA:\n```\ny\n```\n\nQ: e\nA: f\n"),
        ("bare fence above several", "Q: a\nA:\n```\nx\n\nQ: c\nA:\n```\ny\n```\n\nQ: e\nA:\n```\nz\n```\n"),
        ("fence with a language above bare ones", "Q: a\nA:\n```py\nx\n\nQ: c\nA:\n```\ny\n```\n\nQ: e\nA: f\n"),
    ],
)
def test_what_is_closed_by_a_later_card_is_told(name: str, text: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": text})
    result = project.run("check")
    assert "error[unclosed-block]" in result.stdout, name
    assert "a.md:3:1:" in result.stdout


@pytest.mark.parametrize(
    "text",
    [
        "C: a {{b}}\n\n<div>\nand {{c1::lost}}\n</div>\n",
        "C: " + " ".join(f"{{{{{n}}}}}" for n in range(503)) + "\n",
        "C: {{a::a hint with {{b}}}}\n",
        "C: {{a}} {{}}\n",
    ],
)
def test_a_cloze_that_anki_would_never_ask_is_an_error(text: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": text})
    assert project.run("check").exit_code == 1


def test_an_emptied_ledger_is_an_error(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": "Q: a\nA: b\n"})
    project.build()
    project.write({"cards/ledger.jsonl": ""})
    result = project.run("build")
    assert result.exit_code == 1
    assert "error[ledger-corrupt]" in result.stderr


def test_a_ledger_that_is_a_link_stays_one(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": "Q: a\nA: b\n"})
    target = tmp_path / "elsewhere.jsonl"
    project.build()
    (tmp_path / "cards/ledger.jsonl").rename(target)
    (tmp_path / "cards/ledger.jsonl").symlink_to(target)
    project.write({"cards/b.md": "Q: c\nA: d\n"})
    project.build("--output", str(tmp_path))
    assert (tmp_path / "cards/ledger.jsonl").is_symlink()
    assert '"question": "c"' in target.read_text(encoding="utf-8")


def test_the_syntax_of_a_picture_does_not_count_for_its_card(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/x é.png": b"\x89PNG", "cards/a.md": "Q: ![a](<x é.png>)\nA: b\n"})
    project.build()
    before = project.read("cards/ledger.jsonl")
    project.write({"cards/a.md": "Q: ![[x é.png|a]]\nA: b\n"})
    project.build()
    assert [line.partition('"answer"')[0] for line in project.read("cards/ledger.jsonl").splitlines()] == [
        line.partition('"answer"')[0] for line in before.splitlines()
    ]


def test_text_behind_a_comment_is_a_part_of_the_card(tmp_path: Path) -> None:
    assert _answer(tmp_path, "Q: a\nA:\n<!-- a note --> <b>the answer</b>\n") == "the answer"


@pytest.mark.parametrize(
    "text",
    [
        "Q: a\nA: " + "e\u0301 <x> " * 5000 + "\n",
        "Q: a\nA: b\n" + "<x>\n" * 10_000,
        "C: " + "{{a}} " * 400 + "\n" + "x\n" * 20_000,
        "Q: a\nA: b" + " " * 50_000 + "!\n",
        "Q: a\nA: b\n\n" * 2_000,
        "Q: a\nA: b " + "<script>" * 12_000 + "\n",
        "Q: a\nA:\n<div>\n" + "<!--\n" * 16_000 + "</div>\n",
    ],
    ids=[
        "decomposed letters",
        "faults in many lines",
        "a long paragraph",
        "white space",
        "copies",
        "scripts",
        "comments",
    ],
)
def test_a_large_source_is_answered_in_time(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    start = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "flashgen", "check", str(tmp_path / "a.md")],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    "text",
    [
        "Q: one?\nA: ```python\nx=1\n\nQ: two?\nA: ```python\ny=2\n```\n\nQ: three?\nA: c\n",
        "Q: one?\nA: ```\nx=1\n\nQ: two?\nA: ```\ny=2\n```\n\nQ: three?\nA: c\n",
        "Q: one?\nA:\n\n$$\nx=1\n\nQ: two?\nA: b\n\n$$ z $$\n",
        "Q: one?\nA:\n\n<pre>\nx\n\nQ: two?\nA: b\n\n<pre>y</pre>\n",
    ],
)
def test_no_card_is_swallowed_by_a_block_that_a_later_card_closes(text: str, tmp_path: Path) -> None:
    assert "error[unclosed-block]" in _checked(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "Q: What does \\<!-- begin?\nA: A comment, as does &lt;!-- in HTML.\n",
        "Q: a\nA: b\n\n<!-- TODO: use <!-- in html -->\n",
        "Q: a\nA:\n````md\nQ: inner\nA:\n```py\nx\n```\n````\n",
        "Q: a\nA:\n```\nC: main\n```x``` inline\n```\n",
        "Q: a\nA: b\n\n<!--\nQ: commented out\nA: x\n-->\n",
        "Q: a\nA: <div>\n\nb\n\n</div>\n",
    ],
)
def test_what_is_closed_as_it_should_be_is_no_fault(text: str, tmp_path: Path) -> None:
    assert "unclosed-block" not in _checked(tmp_path, text)


@pytest.mark.parametrize("written", ["dot.png\n<!-- tags: [x] -->", "dot.png <!-- from the web -->", "`dot.png`"])
def test_a_bare_path_is_a_picture_whatever_stands_around_it(written: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write(
        {"cards/dot.png": b"\x89PNG", "cards/a.md": f"---\nlang: fr\n---\nWord: a\nMeaning: b\nImage: {written}\n"}
    )
    with fresh_anki() as anki:
        anki.import_package(project.package())
        assert anki.notes()[0]["Image"].startswith('<img src="dot-')


def test_a_media_field_without_a_file_is_an_error(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": "---\nlang: fr\n---\nWord: a\nMeaning: b\nAudio: the sound of it\n"})
    assert "error[missing-media]" in project.run("check").stdout


def test_a_cloze_that_is_never_closed_in_code_is_told(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": "C: x {{c1::a}} and `{{c1::std::vector`\n"})
    assert "error[unclosed-cloze]" in project.run("check").stdout


def test_text_behind_an_empty_drawing_stays(tmp_path: Path) -> None:
    assert _answer(tmp_path, "Q: a\nA:\n<div>before <svg/> after</div>\n") == "before after"


def test_what_is_taken_off_a_heading_is_told_once(tmp_path: Path) -> None:
    said = _checked(tmp_path, "# <ESC> and <script>alert(1)</script>\n\nQ: a\nA: b\n\nQ: c\nA: d\n")
    assert said.count("a.md:1:3: warning[unknown-html-tag]") == 1
    assert said.count("a.md:1:13: warning[unsafe-html]") == 1


@pytest.mark.parametrize("declaration", ["<![a]>", "<![[x]]>", "<![CDATA[x]]>", "<!DOCTYPE html>", "<!x", "<![", "<!>"])
def test_a_declaration_within_html_is_text(declaration: str, tmp_path: Path) -> None:
    source = f"Q: a\nA:\n<div>\nb {declaration} c\n</div>\n"
    assert "unknown-html-tag" in _checked(tmp_path / "checked", source)
    assert _answer(tmp_path / "built", source).startswith("b <!")
