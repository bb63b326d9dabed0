"""What of HTML may stand on a card: tags, their attributes, styles and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from flashgen.markdown import links
from flashgen.patterns import late

TAGS: Final = frozenset(
    """a abbr audio b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em
    figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rb rp rt rtc ruby s samp small
    source span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var video wbr""".split()
)
DROPPED_WHOLE: Final = frozenset({"script", "style"})
# Elements whose content goes with them.
WITH_CONTENT: Final = DROPPED_WHOLE | {"template", "svg", "math"}
# Elements of HTML that a card may not have: known, so they are taken off and not shown as text.
FORBIDDEN: Final = frozenset(
    """address animate applet area article aside base basefont body button canvas datalist dialog dir embed fieldset
    footer foreignobject form frame frameset head header hgroup html iframe input keygen label legend link main map
    marquee math menu meta meter nav noembed noframes noscript object optgroup option output param plaintext progress
    script section select slot style svg template textarea title track xmp""".split()
)
# Elements of SVG and MathML, which are taken off with all they hold; without attributes, `<path>` is a placeholder.
FOREIGN: Final = frozenset(
    """animate circle defs ellipse g image line mfrac mi mn mo mrow msub msup path polygon polyline rect set symbol text
    tspan use""".split()
)
GLOBAL: Final = frozenset({"class", "dir", "lang", "style", "title", "align"})
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
_URLS: Final = frozenset({"src", "poster"})


def attributes_of(tag: str) -> frozenset[str]:
    """The attributes that a tag may have."""
    return ATTRIBUTES.get(tag, frozenset()) | GLOBAL


def is_allowed(tag: str, name: str, value: str | None) -> bool:
    """Whether a tag may have this attribute, with this value."""
    return name in attributes_of(tag) and (value is None or is_allowed_url(name, value))


def declarations(style: str | None) -> Iterator[tuple[str, str, str]]:
    """What stands in an attribute `style`: the name of each property, a colon, its value."""
    return (one.partition(":") for one in (style or "").split(";") if one.strip())


def is_allowed_style(key: str, value: str) -> bool:
    """Whether a property of a style may stand there, with this value."""
    return key.strip().lower() in STYLE_PROPERTIES and _STYLE_VALUE.fullmatch(value) is not None


def styled(style: str | None) -> str:
    """A style without what it may not have."""
    return ";".join(f"{key}:{value}" for key, _, value in declarations(style) if is_allowed_style(key, value))


def is_allowed_url(name: str, url: str) -> bool:
    """Whether an attribute of this name may have this value, as an address where it holds one."""
    if name == "href":
        return links.is_allowed(url)
    scheme = _SCHEME.match(_SPACES_IN_URL.sub("", url)) if name in _URLS else None
    return scheme is None or scheme[1].lower() in links.SCHEMES
