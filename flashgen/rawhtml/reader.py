"""The parser of the standard library over raw HTML. Most projects have none, and do without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Final

from flashgen.patterns import late
from flashgen.rawhtml.allowed import (
    FORBIDDEN,
    FOREIGN,
    TAGS,
    WITH_CONTENT,
    attributes_of,
    declarations,
    is_allowed,
    is_allowed_style,
    is_allowed_url,
    styled,
)
from flashgen.rawhtml.comments import comments
from flashgen.rawhtml.found import Fault, Reading, Reference
from flashgen.rawhtml.text import asleep_for_anki, asleep_for_mathjax

_TAG_BEGINS: Final = late(r"<(?=[A-Za-z/])")
_CONTROL: Final = late(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MEDIA: Final = frozenset({("img", "src"), ("audio", "src"), ("video", "src"), ("source", "src"), ("video", "poster")})
_SHORT: Final = 200


def read(html: str, rename: Callable[[str], str] | None, *, keep_all: bool) -> Reading:
    """Reads one token, as `rawhtml.read` says."""
    # A tag is read for its faults, for its media and to be rendered, and there may be thousands of the same.
    known = _short_as_written if len(html) <= _SHORT else _read
    reading = known(html, _as_written, keep_all)
    return reading if rename is None or not reading.references else _read(html, rename, keep_all)


def tags(html: str) -> list[str]:
    """The tags that begin in some HTML, in their order."""
    found = _TagList()
    found.feed(html)
    found.close()
    return found.tags


def _as_written(path: str) -> str:
    return path


def _read(html: str, rename: Callable[[str], str], keep_all: bool) -> Reading:
    reader = _Reader(html, rename, keep_all=keep_all)
    whole = len(html) if keep_all else _whole(html)
    reader.feed(html[:whole])
    if whole < len(html):
        reader.as_text(html[whole:], whole)
    reader.close()
    return Reading("".join(reader.parts), tuple(reader.faults), tuple(reader.references))


_short_as_written = lru_cache(maxsize=2048)(_read)


def _whole(html: str) -> int:
    """Where the tags and comments of a token end that end at all.

    What is cut off would take the text behind it along, and the parser of the standard library takes quadratic time
    to find that it never ends.
    """
    end = max((end for _, end in comments(html)), default=0)
    comment = html.find("<!--", end)
    tag = _TAG_BEGINS.search(html, max(html.rfind(">") + 1, end))
    return min(comment if comment >= 0 else len(html), tag.start() if tag else len(html))


class _TagParser(HTMLParser):
    """The parser of the standard library, without its quadratic time for comments and instructions that never end."""

    _searched = ""
    _last_comment_end = -1
    _last_end = -1

    def parse_comment(self, i: int, report: int = True) -> int:
        """Where a comment ends, -1 where it never does; the parser itself would search all that follows for each."""
        self._search()
        return super().parse_comment(i, bool(report)) if self._last_comment_end > i + 3 else -1

    def parse_pi(self, i: int) -> int:
        """Where an instruction `<?…>` ends, -1 where it never does."""
        self._search()
        return super().parse_pi(i) if self._last_end > i + 1 else -1

    def _search(self) -> None:
        if self._searched is not self.rawdata:
            self._searched = self.rawdata
            self._last_comment_end, self._last_end = self.rawdata.rfind("-->"), self.rawdata.rfind(">")


class _Reader(_TagParser):
    def __init__(self, source: str, rename: Callable[[str], str], *, keep_all: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self.faults: list[Fault] = []
        self.references: list[Reference] = []
        self._source = source
        self._rename = rename
        self._keep_all = keep_all
        self._foreign = False
        self._dropping = ""
        self._starts = [0]
        for line in source.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in ("svg", "math"):
            self._foreign = True
        forbidden = tag in FORBIDDEN or (tag in FOREIGN and bool(attrs or self._foreign))
        if self._keep_all and (forbidden or tag in TAGS or self._foreign or "-" in tag):
            self._keep(self._as_written(tag, attrs))
        elif forbidden:
            held = " with all that it holds" if tag in WITH_CONTENT or tag in FOREIGN else ""
            self.faults.append(Fault(self._offset(), f"<{tag}>{held}"))
            # The tag itself would make the cleaner take what follows for the raw text of a frame, or for a script.
            if tag in WITH_CONTENT and not self._dropping:
                self._dropping = tag
        elif tag not in TAGS:
            self.as_text(self.get_starttag_text() or "", self._offset())
        else:
            self._report(tag, attrs)
            self._keep(self._allowed(tag, attrs))

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        within = self._dropping
        self.handle_starttag(tag, attrs)
        self._dropping = within

    def handle_endtag(self, tag: str) -> None:
        start = self._offset()
        written = self._source[start : self._source.find(">", start) + 1]
        if tag == self._dropping:
            self._dropping = ""
        elif tag in TAGS:
            self._keep(f"</{tag}>")
        elif self._keep_all and (tag in FORBIDDEN or tag in FOREIGN or self._foreign or "-" in tag):
            self._keep(written)
        elif tag in FORBIDDEN or (tag in FOREIGN and self._foreign):
            pass
        else:
            self.as_text(written, start)

    def _keep(self, text: str) -> None:
        if not self._dropping:
            self.parts.append(text)

    def handle_data(self, data: str) -> None:
        if self._keep_all:
            self._keep(data)
        else:
            self._keep(asleep_for_mathjax(asleep_for_anki(data)))

    def handle_entityref(self, name: str) -> None:
        self._keep(asleep_for_anki(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._keep(asleep_for_anki(f"&#{name};"))

    def parse_html_declaration(self, i: int) -> int:
        """Takes `<!…>` for text, unless it is a comment: the parser itself fails on sections that it does not know."""
        if self.rawdata.startswith("<!--", i):
            return self.parse_comment(i)
        close = self.rawdata.find(">", i)
        end = close + 1 if close >= 0 else len(self.rawdata)
        self.as_text(self.rawdata[i:end], self._offset())
        return end

    def handle_pi(self, data: str) -> None:
        self.as_text(f"<?{data}>", self._offset())

    def as_text(self, text: str, offset: int) -> None:
        """Keeps what is no HTML as the text that it is."""
        shown = " ".join(text[:1000].split())
        self.faults.append(Fault(offset, shown if len(shown) < 30 else shown[:27] + "…", unknown=True))
        self._keep(asleep_for_mathjax(escape(text, quote=False)))

    def _report(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name not in attributes_of(tag):
                self.faults.append(Fault(self._offset(), f"the attribute {name} of <{tag}>"))
            elif name == "style":
                self.faults += [
                    Fault(self._offset(), f"the style {key.strip().lower()} of <{tag}>")
                    for key, _, declared in declarations(value)
                    if not is_allowed_style(key, declared)
                ]
            elif value and not is_allowed_url(name, value):
                self.faults.append(Fault(self._offset(), f"the address of <{tag}>"))

    def _allowed(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> str:
        """A tag with its allowed attributes, in a spelling that no two parsers read differently."""
        shown = ((name, styled(value) if name == "style" else value) for name, value in self._shown(tag, attrs))
        return f"<{tag}{''.join(_attribute(*pair) for pair in shown if is_allowed(tag, *pair))}>"

    def _as_written(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> str:
        if not any((tag, name) in _MEDIA for name, _ in attrs):
            return self.get_starttag_text() or ""
        return f"<{tag}{''.join(_attribute(*pair) for pair in self._shown(tag, attrs))}>"

    def _shown(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> Iterator[tuple[str, str | None]]:
        """The attributes, media under the names that they have in Anki; these are noted."""
        alt = next((value or "" for name, value in attrs if name == "alt"), None)
        for name, value in attrs:
            if value is not None and (tag, name) in _MEDIA:
                self.references.append(Reference(self._offset(), value, tag, alt))
                yield name, self._rename(value)
            else:
                yield name, value


class _TagList(_TagParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def _attribute(name: str, value: str | None) -> str:
    if value is None:
        return f" {name}"
    # The parser has resolved the references.
    value = escape(_CONTROL.sub("\ufffd", value))
    return f' {name}="{value}"'
