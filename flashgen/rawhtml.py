"""Raw HTML that an author wrote: what of it may stand on a card, and the cleaning itself.

A card is a web page that runs on its reader's machine, and decks are shared: what is not on the lists below is taken
off by nh3. Tokens are read here first, so that each thing taken off is reported with its place, and so that `<ESC>` or
`List<int>`, which are no HTML at all, are kept as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final

from msgspec import Struct

from flashgen.markdown import links
from flashgen.patterns import late

TAGS: Final = frozenset(
    """a abbr audio b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em
    figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rb rp rt rtc ruby s samp small
    source span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var video wbr""".split()
)
_DROPPED_WHOLE: Final = frozenset({"script", "style"})
# Elements whose content goes with them.
WITH_CONTENT: Final = _DROPPED_WHOLE | {"template", "svg", "math"}
# Elements of HTML that a card may not have: known, so they are taken off and not shown as text.
_FORBIDDEN: Final = frozenset(
    """address animate applet area article aside base basefont body button canvas datalist dialog dir embed fieldset
    footer foreignobject form frame frameset head header hgroup html iframe input keygen label legend link main map
    marquee math menu meta meter nav noembed noframes noscript object optgroup option output param plaintext progress
    script section select slot style svg template textarea title track xmp""".split()
)
# Elements of SVG and MathML, which are taken off with all they hold; without attributes, `<path>` is a placeholder.
_FOREIGN: Final = frozenset(
    """animate circle defs ellipse g image line mfrac mi mn mo mrow msub msup path polygon polyline rect set symbol text
    tspan use""".split()
)
_REFERENCE: Final = late(r"&(?:#[xX]?[0-9a-fA-F]{1,8};?|(?:lcub|rcub|lbrace|rbrace|lsqb|lbrack|bsol|colon);)")
ASLEEP: Final = {"[": "\x02", ":": "\x04", "}": "\x05", "{": "\x07"}
"""Characters that mean something to Anki, as what `markup.finished` writes as references once the cleaner is done."""
BACKSLASH: Final = "\x0f"
"""A backslash that MathJax must not read together with what follows, until `markup.finished` parts the two by tags."""
_FOR_MATHJAX: Final = late(r"\\(?=[()\[\]]|\Z)")
_TAG_BEGINS: Final = late(r"<(?=[A-Za-z/])")
_GLOBAL: Final = frozenset({"class", "dir", "lang", "style", "title", "align"})
ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "a": frozenset({"href"}),
    "audio": frozenset({"src", "controls", "loop", "muted", "preload"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "details": frozenset({"open"}),
    "font": frozenset({"color", "face", "size"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "source": frozenset({"src", "type"}),
    "td": frozenset({"colspan", "rowspan", "valign"}),
    "th": frozenset({"colspan", "rowspan", "valign", "scope"}),
    "time": frozenset({"datetime"}),
    "video": frozenset({"src", "controls", "loop", "muted", "preload", "poster", "width", "height"}),
}
STYLE_PROPERTIES: Final = frozenset(
    """background-color border border-bottom border-collapse border-color border-left border-radius border-right
    border-style border-top border-width color direction display float font-family font-size font-style font-variant
    font-weight height letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right
    margin-top max-height max-width min-width padding padding-bottom padding-left padding-right padding-top text-align
    text-decoration text-indent text-transform unicode-bidi vertical-align white-space width word-break
    writing-mode""".split()
)
# Values are colours, lengths and words; what loads, runs or ends a declaration early is none of them.
_STYLE_VALUE: Final = late(
    r"""(?:[\w\s#%.,+*/!-]|"[\w\s-]*"|'[\w\s-]*'|(?:rgba?|hsla?|calc|min|max|clamp)\([\w\s#%.,+*/-]*\))*""",
    re.IGNORECASE,
)
_SCHEME: Final = late(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SPACES_IN_URL: Final = late(r"[\x00-\x20]")
_CONTROL: Final = late(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_URLS: Final = frozenset({"src", "poster"})
_MEDIA: Final = frozenset({("img", "src"), ("audio", "src"), ("video", "src"), ("source", "src"), ("video", "poster")})


class Fault(Struct, frozen=True):
    """Something that may not stand on a card. `unknown` is a tag that is no HTML and is shown as text."""

    offset: int
    what: str
    unknown: bool = False


class Reference(Struct, frozen=True):
    """A media file that a tag shows: its path as written, and the tag's name."""

    offset: int
    path: str
    tag: str
    alt: str | None = None


class Reading(Struct, frozen=True):
    """A token of raw HTML, read: comments gone, unknown tags as text, media under the names that `rename` gave."""

    html: str
    faults: tuple[Fault, ...]
    references: tuple[Reference, ...]


DEEPEST: Final = 200
"""How many tags may stand in one another, those that Markdown writes included."""
_ANY_TAG: Final = late(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
# Tags that hold nothing, and such as the next of their kind ends.
_END_BY_THEMSELVES: Final = frozenset(
    """area base br caption col colgroup dd dt embed hr img input li link meta option p param rb rp rt rtc source tbody
    td tfoot th thead tr track wbr""".split()
)
_PRE_BREAK: Final = late(r'<pre(?: [^\s=>]+="[^"]*")*>\n')
_SHORT: Final = 200
_NOTHING: Final = Reading("", (), ())


def read(html: str, rename: Callable[[str], str] | None = None, *, keep_all: bool = False) -> Reading:
    """Reads one token. `rename` gives the name in Anki of a path as written; without it paths stay.

    With `keep_all` every tag of HTML stays as it was written, and so does the text between them.
    """
    if is_comment(html):
        return _NOTHING
    # A tag is read for its faults, for its media and to be rendered, and there may be thousands of the same.
    known = _short_as_written if len(html) <= _SHORT else _read
    reading = known(html, _as_written, keep_all)
    return reading if rename is None or not reading.references else _read(html, rename, keep_all)


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


def asleep_for_mathjax(text: str) -> str:
    """Text in which no backslash makes a delimiter of a formula with what follows it, in the text or behind it."""
    return _FOR_MATHJAX.sub(BACKSLASH, text) if "\\" in text else text


def _whole(html: str) -> int:
    """Where the tags and comments of a token end that end at all.

    What is cut off would take the text behind it along, and the parser of the standard library takes quadratic time
    to find that it never ends.
    """
    end = max((end for _, end in comments(html)), default=0)
    comment = html.find("<!--", end)
    tag = _TAG_BEGINS.search(html, max(html.rfind(">") + 1, end))
    return min(comment if comment >= 0 else len(html), tag.start() if tag else len(html))


def without_comments(html: str) -> str:
    """A token without its comments."""
    kept, at = [], 0
    for start, end in comments(html):
        kept.append(html[at:start])
        at = end
    return "".join([*kept, html[at:]])


def comments(html: str) -> Iterator[tuple[int, int]]:
    """Where each comment of a token begins and ends. One that never ends is none; a regular expression would search all
    that follows it once more for each.
    """
    end = 0
    while (start := html.find("<!--", end)) >= 0 and (close := html.find("-->", start + 4)) >= 0:
        end = close + 3
        yield start, end


def _kept_reference(match: re.Match[str]) -> str:
    """A character reference as the cleaner may resolve it: it must bring in no control character, and wake nothing that
    its author wrote as a reference for that very reason.
    """
    character = unescape(match[0] if match[0].endswith(";") else f"{match[0]};")
    if match[0].startswith("&#") and (not character or ord(character[0]) < 32 or 127 <= ord(character[0]) < 160):
        return "\ufffd" if character not in ("\n", "\t") else match[0]
    return BACKSLASH if character == "\\" else ASLEEP.get(character, match[0])


def is_comment(html: str) -> bool:
    """Whether a token is one comment and nothing else."""
    text = html.strip()
    return text.startswith("<!--") and text.find("-->") == len(text) - 3


def is_too_deep(html: str) -> bool:
    """Whether more than `DEEPEST` tags stand open in one another; the cleaner looks at all of them for each tag."""
    depth = 0
    for tag in _ANY_TAG.finditer(html):
        if tag[2].lower() not in _END_BY_THEMSELVES:
            depth = max(depth - 1, 0) if tag[1] else depth + 1
            if depth > DEEPEST:
                return True
    return False


def clean(html: str) -> str:
    """The HTML of a field without all that the lists above do not allow; one that is not too deep."""
    import nh3  # only for cards with raw HTML

    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes={**{tag: set(names) for tag, names in ATTRIBUTES.items()}, "*": set(_GLOBAL)},
        url_schemes=set(links.SCHEMES),
        filter_style_properties=set(STYLE_PROPERTIES),
        link_rel=None,
        strip_comments=True,
    )
    # A line break that begins a <pre> counts for nothing each time that HTML is read, and Anki reads it once more.
    return _PRE_BREAK.sub(r"\g<0>\n", cleaned)


class TagParser(HTMLParser):
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


class _Reader(TagParser):
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
        forbidden = tag in _FORBIDDEN or (tag in _FOREIGN and bool(attrs or self._foreign))
        if self._keep_all and (forbidden or tag in TAGS or self._foreign or "-" in tag):
            self._keep(self._as_written(tag, attrs))
        elif forbidden:
            held = " with all that it holds" if tag in WITH_CONTENT or tag in _FOREIGN else ""
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
        elif self._keep_all and (tag in _FORBIDDEN or tag in _FOREIGN or self._foreign or "-" in tag):
            self._keep(written)
        elif tag in _FORBIDDEN or (tag in _FOREIGN and self._foreign):
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
            self._keep(asleep_for_mathjax(_REFERENCE.sub(_kept_reference, data)))

    def handle_entityref(self, name: str) -> None:
        self._keep(_REFERENCE.sub(_kept_reference, f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._keep(_REFERENCE.sub(_kept_reference, f"&#{name};"))

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
            if name not in _attributes_of(tag):
                self.faults.append(Fault(self._offset(), f"the attribute {name} of <{tag}>"))
            elif name == "style":
                self.faults += [
                    Fault(self._offset(), f"the style {key.strip().lower()} of <{tag}>")
                    for key, _, declared in _declarations(value)
                    if not _is_allowed_style(key, declared)
                ]
            elif value and not _allowed_url(name, value):
                self.faults.append(Fault(self._offset(), f"the address of <{tag}>"))

    def _allowed(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> str:
        """A tag with its allowed attributes, in a spelling that no two parsers read differently."""
        shown = ((name, _styled(value) if name == "style" else value) for name, value in self._shown(tag, attrs))
        return f"<{tag}{''.join(_attribute(*pair) for pair in shown if _is_allowed(tag, *pair))}>"

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


def _attributes_of(tag: str) -> frozenset[str]:
    return ATTRIBUTES.get(tag, frozenset()) | _GLOBAL


def _is_allowed(tag: str, name: str, value: str | None) -> bool:
    return name in _attributes_of(tag) and (value is None or _allowed_url(name, value))


def _declarations(style: str | None) -> Iterator[tuple[str, str, str]]:
    return (one.partition(":") for one in (style or "").split(";") if one.strip())


def _is_allowed_style(key: str, value: str) -> bool:
    return key.strip().lower() in STYLE_PROPERTIES and _STYLE_VALUE.fullmatch(value) is not None


def _styled(style: str | None) -> str:
    return ";".join(f"{key}:{value}" for key, _, value in _declarations(style) if _is_allowed_style(key, value))


def _attribute(name: str, value: str | None) -> str:
    if value is None:
        return f" {name}"
    # The parser has resolved the references.
    value = escape(_CONTROL.sub("\ufffd", value))
    return f' {name}="{value}"'


def _allowed_url(name: str, url: str) -> bool:
    if name == "href":
        return links.is_allowed(url)
    scheme = _SCHEME.match(_SPACES_IN_URL.sub("", url)) if name in _URLS else None
    return scheme is None or scheme[1].lower() in links.SCHEMES
