"""Whatever is edited from build to build: with the cache all comes out as without it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cache.twins import assert_alike, without_cache
from tests.project import Project

_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>'
_FILES = ("cards/1.md", "cards/2.md", "cards/sub/3.md")
_questions = st.sampled_from(["What is light", "What is sound", "Where is Paris", "Who was first", "What is blue"])
_answers = st.sampled_from(["a wave", "in France", "300 000 km", "![map](map.svg)", "`x` and $x$", "no"])
_cards = st.one_of(
    st.builds("Q: {}{}?\nA: {}\n{}".format, _questions, st.sampled_from(["", " now"]), _answers, st.just("")),
    st.builds(
        "C: It is {{{{{}}}}}, {}.\n{}".format, _answers, _questions, st.sampled_from(["", "<!-- draft: true -->\n"])
    ),
    st.builds("Q: {}?\nA: {}\n<!-- id: {} -->\n".format, _questions, _answers, st.sampled_from(["one", "two"])),
)
_texts = st.builds(
    "{}{}".format,
    st.sampled_from(["", "---\ntags: [a]\n---\n\n", "---\ndeck: Far\n---\n\n", "# Above\n\n"]),
    st.lists(_cards, max_size=3).map("\n".join),
)
_edits = st.lists(st.tuples(st.sampled_from(_FILES), st.one_of(st.none(), _texts)), min_size=1, max_size=4)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(first=st.tuples(*(_texts for _ in _FILES)), edits=_edits)
def test_builds_with_the_cache_are_those_without_it(
    first: tuple[str, ...], edits: list[tuple[str, str | None]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder) / "project")
        project.write(
            {"cards/map.svg": _PICTURE, "cards/sub/map.svg": _PICTURE, **dict(zip(_FILES, first, strict=True))}
        )
        project.run("build")
        for number, (name, text) in enumerate(edits):
            if text is None:
                (project.root / name).unlink(missing_ok=True)
            else:
                project.write({name: text})
            assert_alike(project, without_cache(project, Path(folder) / f"copy {number}" / "project"))
