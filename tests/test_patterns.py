"""Regular expressions that are made when they are first asked for."""

import copy
import pickle
import re
import subprocess
import sys
from contextlib import suppress
from types import ModuleType

import pytest

from flashgen import patterns
from flashgen.patterns import late, late_in


def test_a_late_pattern_answers_as_one_that_was_made_at_once() -> None:
    at_once = re.compile(r"(?P<word>\w+) (\d)", re.IGNORECASE)
    for text in ("Card 7", "card 7 and 8", "none"):
        pattern = late(r"(?P<word>\w+) (\d)", re.IGNORECASE)
        assert str(pattern.match(text)) == str(at_once.match(text))
        assert str(pattern.fullmatch(text)) == str(at_once.fullmatch(text))
        assert str(pattern.search(text, 1)) == str(at_once.search(text, 1))
        assert pattern.findall(text) == at_once.findall(text)
        assert list(map(str, pattern.finditer(text))) == list(map(str, at_once.finditer(text)))
        assert pattern.split(text) == at_once.split(text)
        assert pattern.sub("x", text) == at_once.sub("x", text)
    assert late("a", re.MULTILINE).flags == re.compile("a", re.MULTILINE).flags
    assert late("a+").pattern == "a+"
    assert late(rb"\d").findall(b"12") == [b"1", b"2"]


def test_a_late_pattern_is_made_once_and_not_before_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    compiled = re.compile

    def noted(text: str, flags: int = 0) -> re.Pattern[str]:
        made.append(text)
        return compiled(text, flags)

    monkeypatch.setattr(patterns, "_compile", noted)
    pattern = late("a+")
    assert made == []
    assert [pattern.sub("", "aab"), pattern.split("a"), pattern.findall("aba")] == ["b", ["", ""], ["a", "a"]]
    assert made == ["a+"]


def test_only_the_patterns_of_named_modules_are_made_late(monkeypatch: pytest.MonkeyPatch) -> None:
    def imported(name: str) -> ModuleType:
        module = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec("import re\npattern = re.compile('a')", module.__dict__)
        return module

    with late_in("one", "two"):
        late_ones = [imported(name).pattern for name in ("one", "one.below", "two")]
        others = [imported(name).pattern for name in ("three", "one_more")]
    assert not any(isinstance(one, re.Pattern) for one in late_ones)
    assert all(one.match("a") for one in late_ones)
    assert all(isinstance(one, re.Pattern) for one in others)
    assert isinstance(re.compile("b"), re.Pattern)


def test_whoever_makes_a_pattern_meanwhile_makes_it_as_ever() -> None:
    compiled = re.compile
    with late_in("zzz"):
        assert isinstance(re.compile(pattern="a", flags=re.IGNORECASE), re.Pattern)
        assert re.compile(re.compile("a")).match("a")
    with suppress(ImportError), late_in("zzz"):
        raise ImportError
    assert re.compile is compiled


def test_a_late_pattern_can_be_copied_and_sent() -> None:
    pattern = late("a+", re.IGNORECASE)
    for other in (copy.copy(pattern), copy.deepcopy(pattern), pickle.loads(pickle.dumps(pattern))):
        assert other == re.compile("a+", re.IGNORECASE)


def test_no_module_makes_a_pattern_while_it_is_imported() -> None:
    program = (
        "import importlib, pkgutil, re, sys\n"
        "import flashgen\n"
        "from flashgen import patterns\n"
        "compiled = re.compile\n"
        "made = set()\n"
        "def noted(text, flags=0):\n"
        "    asker = sys._getframe(1).f_globals['__name__']\n"
        "    if asker.startswith('flashgen'): made.add(f'{asker}: {text}')\n"
        "    return compiled(text, flags)\n"
        "re.compile = patterns._compile = noted\n"
        "for found in pkgutil.walk_packages(flashgen.__path__, 'flashgen.'):\n"
        "    if not found.name.endswith('__main__'): importlib.import_module(found.name)\n"
        "print(len([name for name in sys.modules if name.startswith('flashgen.')]) > 100, sorted(made))\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == "True []\n"
