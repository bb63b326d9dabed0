"""SECURITY.md promises nothing that no test holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (_ROOT / "SECURITY.md").read_text(encoding="utf-8"))


def test_promises_name_their_tests() -> None:
    promised = (
        (_ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("## What is promised")[2].partition("## ")[0]
    )
    promises = promised.split("\n- ")[1:]
    assert promises
    assert all("::test_" in promise for promise in promises)


@pytest.mark.parametrize(("file", "name"), sorted(set(_NAMED)))
def test_each_test_that_is_named_exists(file: str, name: str) -> None:
    tree = ast.parse((_ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
