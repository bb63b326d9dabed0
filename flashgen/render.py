"""A card in, the HTML of its fields out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from html import escape
from typing import TYPE_CHECKING, Final

from flashgen import choices, diagnostics, highlight, markup, positions, rawhtml
from flashgen.diagnostics import Diagnostic
from flashgen.highlight import Highlighter
from flashgen.markdown import dialect, embeds, links, math
from flashgen.model import Card, Document, Field, Rendered, SimpleNote, Span
from flashgen.notetypes import languages
from flashgen.notetypes.forms import Form, form_of
from flashgen.patterns import late
from flashgen.suggestions import did_you_mean

if TYPE_CHECKING:
    from markdown_it.token import Token
    from markdown_it.utils import OptionsDict

    from flashgen.fields import FieldRenderer

_TAG: Final = late(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_SUSPECT: Final = late(r"[$<\[]")
_CONTEXT: Final = " › "
_GAP: Final = '<span class="gap">[…]</span>'
_LINE_BREAKS: Final = frozenset({"softbreak", "hardbreak"})
_IMAGE_TAG: Final = late(r"<img\b[^>]*>|\[sound:[^\]]*\]|<(?:audio|video)\b", re.IGNORECASE)


class CardRenderer:
    """Renders cards of one project.

    `name_of` gives the name in Anki of a media path in a source file; `is_played` whether Anki plays such a file.
    With `unsafe_html` raw HTML stays as its author wrote it.
    """

    def __init__(
        self,
        name_of: Callable[[str, str], str],
        is_played: Callable[[str], bool],
        highlighter: Highlighter,
        *,
        unsafe_html: bool = False,
    ) -> None:
        self._name_of = name_of
        self._is_played = is_played
        self._unsafe_html = unsafe_html
        self._document: Document | None = None
        self._used: dict[str, None] = {}
        self._cloze_note = False
        self._highlighter = highlighter
        self._sources: dict[tuple[str, Span, bool], str] = {}
        self._contexts: dict[tuple[bool, tuple[int, ...]], tuple[str, dict[str, None]]] = {}
        self._faults: list[Diagnostic] = []

    def render(self, card: Card) -> tuple[Rendered, tuple[Diagnostic, ...]]:
        """The HTML of the card's filled fields by name, the media that it uses, and what was wrong with its text."""
        document, form = card.document, form_of(card.kind)
        assert document is not None, "a card that was gathered has its document"
        self._used, self._faults = {}, []
        if document is not self._document:
            self._document, self._contexts = document, {}
        self._cloze_note = bool(form.clozes)
        if card.simple is not None:
            html = self._simple(card.simple)
        else:
            html = {
                name: self._field(document, field, clozes_on=name == form.clozes) for name, field in card.fields.items()
            }
        if form.kind == "qa":
            self._choices(card, html)
            html["Reverse"] = "1" if card.reverse else ""
        if form.asks:
            self._vocabulary(card, form, html)
        html["Context"] = self._context(document, card.context)
        html["Source"] = self._source(card)
        html["Typed"] = self._typed(card, form)
        rendered = Rendered({name: text for name, text in html.items() if text}, tuple(self._used))
        return rendered, tuple(self._faults)

    @cached_property
    def _options(self) -> OptionsDict:
        return dialect().options

    @cached_property
    def _renderer(self) -> FieldRenderer:
        from flashgen.fields import FieldRenderer  # simple notes do without it, and without the parser

        return FieldRenderer(self._media, self._rename, self._highlighter, unsafe_html=self._unsafe_html)

    def _simple(self, note: SimpleNote) -> dict[str, str]:
        html = {}
        for name, parts in note.fields.items():
            field = "".join(
                part if isinstance(part, str) else markup.coloured(self._highlighter, part.text, part.language)
                for part in parts
            )
            # None of the signs that stand for others until a field is finished is in a simple one.
            html[name] = markup.finished(field) if "[" in field else field
        return html

    def _media(self, token: Token) -> tuple[str, bool]:
        path = embeds.path_of(token)
        return self._rename(path), self._is_played(path)

    def _rename(self, path: str) -> str:
        assert self._document is not None, "media are named for a card"
        name = self._name_of(self._document.source.file, path)
        if name != path:
            self._used[name] = None
        return name

    def _field(self, document: Document, field: Field, *, clozes_on: bool = False) -> str:
        self._faults += _token_faults(document, field.tokens, self._highlighter, unsafe_html=self._unsafe_html)
        return self._html(field.tokens, document, field, clozes_on=clozes_on)

    def _html(self, tokens: Sequence[Token], document: Document, field: Field, *, clozes_on: bool = False) -> str:
        self._renderer.begin(cloze_note=self._cloze_note, clozes_on=clozes_on)
        content = tokens
        if any("<" in token.content for token in tokens):
            content = [self._without_scripts(token) for token in tokens if not _is_comment(token)]
        if len(content) == 3 and content[0].type == "paragraph_open":
            html = self._renderer.renderInline(content[1].children or [], self._options, {})
        else:
            html = self._renderer.render(content, self._options, {})
        html = html.strip()
        if self._renderer.has_raw_html and not self._unsafe_html and rawhtml.is_too_deep(html):
            self._faults.append(
                diagnostics.DEEP_NESTING.at(
                    field.span,
                    "tags of HTML stand in one another too deeply in this field",
                    f"end them, or take some apart: at most {rawhtml.DEEPEST}",
                )
            )
            html = escape(html)
        elif self._renderer.has_raw_html and not self._unsafe_html:
            cleaned = rawhtml.clean(html)
            is_told = cleaned == html or any(fault.rule is diagnostics.UNSAFE_HTML for fault in self._faults)
            if not is_told and rawhtml.tags(cleaned) != rawhtml.tags(html):
                self._faults.append(
                    diagnostics.UNSAFE_HTML.at(
                        field.span,
                        "some HTML of this field stands where it may not and was taken off",
                        "write Markdown, or mend the HTML",
                    )
                )
            html = cleaned.strip()
        return markup.finished(html)

    def _inline(self, token: Token) -> str:
        self._renderer.begin(cloze_note=self._cloze_note)
        children = [child for child in self._without_scripts(token).children or () if not _is_comment(child)]
        html = self._renderer.renderInline(children, self._options, {})
        if self._renderer.has_raw_html and not self._unsafe_html:
            html = rawhtml.clean(html)
        return markup.finished(html.strip())

    def _without_scripts(self, token: Token) -> Token:
        return token if self._unsafe_html else _without_scripts(token)

    def _context(self, document: Document, headings: Sequence[Token]) -> str:
        """The headings above a card, which are told and rendered once for all the cards below them."""
        key = (self._cloze_note, tuple(map(id, headings)))
        if key not in self._contexts:
            self._faults += _token_faults(document, headings, self._highlighter, unsafe_html=self._unsafe_html)
            before, self._used = self._used, {}
            html = _CONTEXT.join(self._inline(heading) for heading in headings)
            self._contexts[key], self._used = (html, self._used), before
        html, used = self._contexts[key]
        self._used.update(used)
        return html

    def _source(self, card: Card) -> str:
        if not card.source:
            return ""
        span = card.source_span or card.span
        key = (card.source, span, self._cloze_note)
        if key not in self._sources:
            inline = dialect().parseInline(card.source, {})[0]
            self._faults += _source_faults(inline, span, unsafe_html=self._unsafe_html)
            self._sources[key] = self._inline(inline)
        return self._sources[key]

    def _choices(self, card: Card, html: dict[str, str]) -> None:
        """Empty boxes on the question, ticked ones on the answer, above what `A:` says."""
        question = card.fields.get("Question")
        if question is None or card.document is None or not any("task" in token.meta for token in question.tokens):
            return
        asked: list[Token] = []
        answered: list[Token] = []
        end = 0
        for start, stop in choices.lists(question.tokens):
            asked += [*question.tokens[end:start], *_boxes(question.tokens[start:stop], shown=False)]
            answered += _boxes(question.tokens[start:stop], shown=True)
            end = stop
        asked += question.tokens[end:]
        html["Question"] = self._html([_unticked(token) for token in asked], card.document, question)
        ticked = self._html(answered, card.document, question) if answered else ""
        html["Answer"] = "\n".join(part for part in (ticked, html.get("Answer", "")) if part)

    def _vocabulary(self, card: Card, form: Form, html: dict[str, str]) -> None:
        html["Bare"] = languages.without_article(_bare(card, html), card.lang) or ""
        if (example := card.fields.get("Example")) is not None and card.document is not None:
            gapped = _gapped(example.tokens)
            if gapped is not None:
                html["ExampleGap"] = self._html(gapped, card.document, example).replace("\x06", _GAP)
        has_meaning = bool(html.get("Meaning") or html.get("Definition"))
        needs = {
            "recognition": (has_meaning, 'a "Meaning"'),
            "production": (has_meaning, 'a "Meaning"'),
            "gender": (
                bool(html["Bare"] and html.get("Gender")),
                'a "Gender"' if html["Bare"] else "a language whose articles flashgen knows",
            ),
            "listening": (
                bool(html.get("Audio") or languages.tts_locale(card.lang)),
                'an "Audio"; Anki has no voice for the language',
            ),
            "example": (bool(html.get("ExampleGap")), 'an "Example" with the word in bold'),
        }
        for ask in card.ask:
            met, need = needs[ask]
            if met:
                html[form.asks[ask]] = "1"
            elif has_meaning or ask not in ("recognition", "production"):  # else the missing answer is told already
                self._faults.append(
                    diagnostics.UNMET_ASK.at(
                        card.span, f'the card "{ask}" is asked for but cannot be made', f"it needs {need}"
                    )
                )

    def _typed(self, card: Card, form: Form) -> str:
        if card.typed is False:
            return ""
        if form.clozes:
            return "1"
        if isinstance(card.typed, str):
            return markup.finished(escape(card.typed, quote=False))
        name = form.question if form.per_language else form.answers[0]
        field = card.fields.get(name)
        text = _line(field.tokens) if field is not None else None
        if not text:
            self._faults.append(
                diagnostics.WRONG_TYPE.at(
                    card.span,
                    "only an answer that is one line of text can be typed",
                    'shorten it, or give the text to be typed: typed: "…"',
                )
            )
            return ""
        return markup.finished(escape(text, quote=False))


def _token_faults(
    document: Document, tokens: Iterable[Token], highlighter: Highlighter, *, unsafe_html: bool
) -> Iterator[Diagnostic]:
    """What is wrong with the code, math, links and HTML of a field, or of the headings above a note."""
    source = document.source
    for token in tokens:
        if token.type == "fence":
            language = markup.language_of(token)
            if not highlighter.is_known(language):
                line = token.map[0] if token.map else 0
                column = max(source.lines[line].rfind(language), 0)
                yield diagnostics.UNKNOWN_CODE_LANGUAGE.at(
                    positions.at(source, line, column),
                    f'"{language}" is no language that can be coloured',
                    _language_help(language),
                )
            elif token.meta.get("plain") and highlighter.is_coloured(language):
                yield diagnostics.LONG_CODE.at(
                    positions.of_block(source, token),
                    "there is too much code in this file for this block to be coloured",
                    "show less of it on a card, or move cards to another file",
                )
        elif token.type == "math_block":
            yield from _math_faults(token.content, positions.of_block(source, token), unsafe_html=unsafe_html)
        elif token.type == "html_block":
            for found in rawhtml.read(token.content, keep_all=unsafe_html).faults:
                yield _html_fault(found, positions.in_block(source, token, found.offset))
        elif token.type == "inline" and _SUSPECT.search(token.content):
            yield from _inline_faults(token, partial(positions.in_block, source, token), unsafe_html=unsafe_html)


def _source_faults(inline: Token, span: Span, *, unsafe_html: bool) -> Iterator[Diagnostic]:
    """What is wrong with a `source`, whose text is a value of YAML or TOML: all of it stands where that begins."""
    for child in inline.children or ():
        if child.type == "image" or (child.type == "html_inline" and rawhtml.read(child.content).references):
            yield diagnostics.MISSING_MEDIA.at(
                span, "a picture in a source is not put on the cards", "move it into the cards that need it"
            )
    yield from _inline_faults(inline, lambda offset: span, unsafe_html=unsafe_html)


def _inline_faults(token: Token, place: Callable[[int], Span], *, unsafe_html: bool) -> Iterator[Diagnostic]:
    """What is wrong within a paragraph; `place` gives the place of an offset in it."""
    for child in token.children or ():
        offset = child.meta.get("pos", 0)
        if child.type == "math_inline":
            yield from _math_faults(child.content, place(offset), unsafe_html=unsafe_html)
        elif child.type == "html_inline":
            for found in rawhtml.read(child.content, keep_all=unsafe_html).faults:
                yield _html_fault(found, place(offset + found.offset))
        elif child.type == "link_open" and not unsafe_html:
            address = str(child.attrs.get("href", ""))
            if not links.is_allowed(address):
                yield diagnostics.UNSAFE_LINK.at(
                    place(offset),
                    f'the address "{address}" of this link leads nowhere from a card and is taken off',
                    "begin it with https://, http://, mailto: or tel:; what stands in this project is no page of Anki",
                )
        elif child.type == "text" and (match := markup.ANKI_MARKUP.search(child.content)):
            start = max(token.content.find(child.content[match.start() :][:8]), 0)
            yield diagnostics.BAD_MATH.at(
                place(start),
                "Anki's own markup is shown as text, not carried out",
                "write math as $…$, sound as ![](file.mp3), and markup that is meant as text in code",
            )


def _math_faults(tex: str, span: Span, *, unsafe_html: bool) -> Iterator[Diagnostic]:
    if fault := math.fault(tex):
        yield diagnostics.BAD_MATH.at(span, fault, "mend the formula; a dollar sign that is money is written \\$")
    if not unsafe_html and (macro := markup.reaches_out(tex)):
        yield diagnostics.UNSAFE_MATH.at(
            span,
            f"{macro} reaches out of this formula into the page; it is shown as text",
            "take it out; colours are \\color and \\bbox[yellow], links stand around a formula: [$x$](https://…)",
        )


def _language_help(language: str) -> str:
    help = did_you_mean(language, highlight.known_languages())
    return help if help.startswith("did") else 'name a language that Pygments knows, or "text"'


def _html_fault(found: rawhtml.Fault, span: Span) -> Diagnostic:
    if found.unknown:
        return diagnostics.UNKNOWN_HTML_TAG.at(
            span, f'"{found.what}" is no tag of HTML and is shown as text', f"write it as code: `{found.what}`"
        )
    return diagnostics.UNSAFE_HTML.at(
        span,
        f"{found.what} may not stand on a card and is taken off",
        "write Markdown; unsafe-html = true in the config allows everything, for cards that only you read",
    )


def _boxes(tokens: Sequence[Token], *, shown: bool) -> list[Token]:
    """A list of choices with empty boxes, or with its ticks shown."""
    boxed = []
    for token in tokens:
        if token.level == 0 and token.nesting == 1:
            token = token.copy(attrs={**token.attrs, "class": "choices"})
        elif token.level == 1 and token.type == "list_item_open" and "task" in token.meta:
            state = (" right" if token.meta["task"] else " wrong") if shown else ""
            token = token.copy(attrs={"class": f"choice{state}"}, meta={})
        boxed.append(token)
    return boxed


def _unticked(token: Token) -> Token:
    """A box of a question, in a list within a list or a quote, that does not tell its tick."""
    return token.copy(meta={**token.meta, "task": False}) if token.meta.get("task") else token


def _gapped(tokens: Sequence[Token]) -> list[Token] | None:
    """The tokens with each bold part replaced by a gap; None where nothing is bold."""
    from markdown_it.token import Token  # only words have gaps

    found = False
    gapped: list[Token] = []
    for token in tokens:
        if token.type == "inline":
            children: list[Token] = []
            depth = 0
            for child in token.children or ():
                if child.type == "strong_open":
                    if depth == 0:
                        children.append(Token("text", "", 0, content="\x06"))
                    depth, found = depth + 1, True
                elif child.type == "strong_close":
                    depth -= 1
                elif not depth:
                    children.append(child)
            token = token.copy(children=children)
        gapped.append(token)
    return gapped if found else None


def _bare(card: Card, html: dict[str, str]) -> str:
    """The word for a table of articles: without markup, which could stand before or around the article."""
    field = card.fields.get("Word")
    text = _line(field.tokens) if field is not None else None
    return markup.finished(rawhtml.asleep_for_mathjax(escape(text, quote=False))) if text else html.get("Word", "")


def _line(tokens: Sequence[Token]) -> str | None:
    """The plain text of a field of one line; None for any other."""
    content = [token for token in tokens if not _is_comment(token)]
    if len(content) != 3 or content[0].type != "paragraph_open":
        return None
    children = [child for child in content[1].children or () if not _is_comment(child)]
    while children and children[-1].type in _LINE_BREAKS:
        children.pop()
    if any(child.type in _LINE_BREAKS for child in children):
        return None
    return "".join(child.content for child in children if child.type in ("text", "code_inline", "math_inline")).strip()


def _without_scripts(token: Token) -> Token:
    """A paragraph without what stands between the tags of a script, a style or a drawing."""
    if token.type != "inline" or "<" not in token.content:
        return token
    children = token.children or []
    kept: list[Token] = []
    dropping = ""
    tags = [_TAG.match(child.content) if child.type == "html_inline" else None for child in children]
    last_end = {tag[2].casefold(): index for index, tag in enumerate(tags) if tag and tag[1]}
    for index, (child, tag) in enumerate(zip(children, tags, strict=True)):
        name = tag[2].casefold() if tag else ""
        if dropping:
            dropping = "" if tag and tag[1] and name == dropping else dropping
        elif tag and not tag[1] and name in rawhtml.WITH_CONTENT and last_end.get(name, -1) > index:
            dropping = name
        else:
            kept.append(child)
    return token if len(kept) == len(children) else token.copy(children=kept)


def _is_comment(token: Token) -> bool:
    return token.type in ("html_block", "html_inline") and rawhtml.is_comment(token.content)
