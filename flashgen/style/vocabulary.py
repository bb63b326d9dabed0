"""Advice on words: what the fronts of their cards give away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from flashgen import diagnostics, keys
from flashgen.diagnostics import Diagnostic
from flashgen.model import Card
from flashgen.notetypes.languages import without_article
from flashgen.style import texts
from flashgen.style.asked import given_away


def answer_in_question(written: Card) -> Iterator[Diagnostic]:
    """A definition or an example that has the word in it which it asks for."""
    phrase = texts.words(bare(written))
    if sum(map(len, phrase)) <= 2 or "Word" not in written.fields:
        return
    definition = None if "Meaning" in written.fields else written.fields.get("Definition")
    if (
        definition is not None
        and "production" in written.ask
        and given_away(phrase, texts.read(definition.tokens).unquoted)
    ):
        yield diagnostics.ANSWER_IN_QUESTION.at(
            definition.span,
            "the definition has the word in it that it asks for",
            'define it by other words, or add a "Meaning:", which is shown in its place',
        )
    example = written.fields.get("Example")
    if example is not None and "example" in written.ask and given_away(phrase, _around_gaps(example.tokens)):
        yield diagnostics.ANSWER_IN_QUESTION.at(
            example.span,
            "the word stands in the example beside its gap as well",
            "make each of them bold, or word the example otherwise",
        )


def bare(written: Card) -> str:
    """The word of a note, folded, without its article."""
    word = written.keys.question
    return without_article(word, written.lang) or word


def _around_gaps(tokens: Sequence[Token]) -> str:
    """The text of an example without what is bold in it."""
    parts: list[str] = []
    for token in tokens:
        depth = 0
        for child in token.children or ():
            depth += child.nesting if child.type in ("strong_open", "strong_close") else 0
            parts.append(" \ufffd " if depth else texts.marked((child,)))
    return keys.folded("".join(parts))
