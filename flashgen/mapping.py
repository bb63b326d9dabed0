"""The text of a YAML mapping in, its keys and values with their places out, within limits that no author meets.

The events of the parser are read one after another: its own tree of nodes is built by recursion in C, which a few
thousand opening brackets bring down together with the interpreter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from flashgen.diagnostics import Diagnostic, Rule
from flashgen.model import Claim, Span

if TYPE_CHECKING:
    # Not every build meets a mapping that no build before has read.
    import yaml

LONGEST: Final = 20_000
"""How many characters the YAML of a file or a card may have: the parser takes quadratic time for some texts."""
DEEPEST: Final = 20
"""How many lists and mappings may stand in one another."""

# Line breaks to YAML, and to nobody else who counts lines.
_NO_BREAKS: Final = str.maketrans(dict.fromkeys("\x85\u2028\u2029", " "))

Place = Callable[[int, int], Span]
"""The place in a file of a line and a column of a text, counted from 0."""


class Entry(Struct, frozen=True):
    """A key with its value: one text, or several of a list. A value of another shape has none of both."""

    key: str
    span: Span
    values: tuple[Claim, ...]
    is_list: bool = False
    is_text: bool = True
    is_quoted: bool = False


def read(text: str, place: Place, rule: Rule) -> tuple[list[Entry] | None, Diagnostic | None]:
    """The entries of a YAML mapping; None for a text that is no mapping, with a fault of `rule` unless it is empty."""
    try:
        node = _node(text)
    except _RefusedError as fault:
        return None, rule.at(place(fault.line, fault.column), fault.what, fault.help)
    if node is None:
        return [], None
    if not node.is_mapping:
        return None, rule.at(place(0, 0), "this is no list of keys and values", 'write "key: value" lines')
    return [_entry(key, value, place) for key, value in zip(node.items[::2], node.items[1::2], strict=True)], None


class _RefusedError(Exception):
    """A text that is no YAML, or more of it than anybody writes; with its place in the text, counted from 0."""

    def __init__(self, line: int, column: int, what: str, help: str) -> None:
        super().__init__(what)
        self.line, self.column, self.what, self.help = line, column, what, help


class _Node(Struct):
    """A scalar with its `text`, else a list, or a mapping whose `items` are keys and values by turns."""

    line: int
    column: int
    text: str | None
    items: list[_Node]
    is_mapping: bool = False
    is_quoted: bool = False


@lru_cache(maxsize=1024)
def _node(text: str) -> _Node | None:
    from flashgen.yaml_alone import yaml

    # Many cards of a deck have the same comment, and YAML is slow.
    if len(text) > LONGEST:
        what = f"this has {len(text)} characters, more than the {LONGEST} that are read"
        raise _RefusedError(0, 0, what, "keep what the cards need, and put the rest into cards or other files")
    # The loader that reads every scalar as text, so that `id: 0123` stays itself; libyaml's where it is built in.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return _tree(yaml.parse(text.translate(_NO_BREAKS), Loader=loader))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line, column = (mark.line, mark.column) if mark is not None else (0, 0)
        problem = getattr(fault, "problem", None) or "it cannot be read"
        help = 'write one "key: value" a line, and quotes around a value that has a colon'
        raise _RefusedError(line, column, f"this is not valid YAML: {problem}", help) from None


def _tree(events: Iterator[yaml.Event]) -> _Node | None:
    from flashgen.yaml_alone import yaml

    root: _Node | None = None
    stack: list[_Node] = []
    anchors: dict[str, _Node] = {}
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise _RefusedError(*_mark(event), "a second YAML document begins here", 'take the "---" out')
        if not isinstance(event, yaml.NodeEvent):
            continue
        node = _alias(event, anchors) if isinstance(event, yaml.AliasEvent) else _new(event)
        if event.anchor:
            anchors[event.anchor] = node
        if root is None:
            root = node
        elif stack:
            stack[-1].items.append(node)
        if isinstance(event, yaml.CollectionStartEvent):
            stack.append(node)
            if len(stack) > DEEPEST:
                what = "lists and mappings stand in one another too deeply here"
                raise _RefusedError(node.line, node.column, what, "write texts, and lists of texts")
    return root


def _alias(event: yaml.AliasEvent, anchors: dict[str, _Node]) -> _Node:
    node = anchors.get(event.anchor or "")
    if node is None:
        what = f'this is not valid YAML: there is no "&{event.anchor}" above "*{event.anchor}"'
        raise _RefusedError(*_mark(event), what, "write the value itself, or quotes around a text that begins with *")
    return node


def _new(event: yaml.NodeEvent) -> _Node:
    from flashgen.yaml_alone import yaml

    line, column = _mark(event)
    if isinstance(event, yaml.ScalarEvent):
        return _Node(line, column, event.value, [], is_quoted=bool(event.style))
    return _Node(line, column, None, [], is_mapping=isinstance(event, yaml.MappingStartEvent))


def _mark(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line, mark.column) if mark is not None else (0, 0)


def _entry(key: _Node, value: _Node, place: Place) -> Entry:
    span = place(key.line, key.column)
    name = key.text or ""
    if value.text is not None:
        return Entry(name, span, (Claim(value.text, place(value.line, value.column)),), is_quoted=value.is_quoted)
    if value.is_mapping or any(item.text is None for item in value.items):
        return Entry(name, span, (), is_text=False)
    claims = tuple(Claim(item.text or "", place(item.line, item.column)) for item in value.items)
    return Entry(name, span, claims, is_list=True, is_text=False)
