"""Faults as data: a rule that names the fault, a place, a sentence that says what is, and one that says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct

from flashgen.model import Span


class Severity(Enum):
    """An error stops the package; a warning does not; advice is an opinion, given when it is asked for."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Rule(Struct, frozen=True):
    """A kind of fault, named for it. `flashgen/rules/<name>.md` explains it and is its test."""

    name: str
    severity: Severity

    def at(self, span: Span, message: str, help: str) -> Diagnostic:
        """This fault at `span`: `message` says what is, `help` what to do."""
        return Diagnostic(self, span, message, help)


class Diagnostic(Struct, frozen=True):
    """One fault found at one place."""

    rule: Rule
    span: Span
    message: str
    help: str

    @property
    def is_error(self) -> bool:
        return self.rule.severity is Severity.ERROR


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """All diagnostics once, by file, line, column and rule."""
    return tuple(
        sorted(set(diagnostics), key=lambda d: (d.span.file, d.span.line, d.span.column, d.rule.name, d.message))
    )


def _error(name: str) -> Rule:
    return Rule(name, Severity.ERROR)


def _warning(name: str) -> Rule:
    return Rule(name, Severity.WARNING)


def _advice(name: str) -> Rule:
    return Rule(name, Severity.ADVICE)


# Reading a file
NOT_UTF8 = _error("not-utf8")
CONTROL_CHARACTER = _error("control-character")
STACKED_MARKS = _error("stacked-marks")
MERGE_CONFLICT = _error("merge-conflict")
UNREADABLE_FILE = _error("unreadable-file")
TOO_LARGE = _error("too-large")
MALFORMED_FRONT_MATTER = _error("malformed-front-matter")
MALFORMED_COMMENT = _error("malformed-comment")
MALFORMED_CONFIG = _error("malformed-config")
UNKNOWN_KEY = _error("unknown-key")
WRONG_TYPE = _error("wrong-type")

# Labels and notes
ALMOST_LABEL = _warning("almost-label")
CARD_OUTSIDE = _warning("card-outside")
ORPHAN_LABEL = _error("orphan-label")
MISSING_ANSWER = _error("missing-answer")
MISSING_BOX = _error("missing-box")
MISSING_QUESTION = _error("missing-question")
REPEATED_LABEL = _error("repeated-label")
EMPTY_FIELD = _error("empty-field")
MISPLACED_COMMENT = _error("misplaced-comment")
UNCLOSED_BLOCK = _error("unclosed-block")
UNKNOWN_COLUMN = _error("unknown-column")
DEEP_NESTING = _error("deep-nesting")
TABLE_IN_FIELD = _warning("table-in-field")
MISSING_LANG = _error("missing-lang")
UNMET_ASK = _warning("unmet-ask")
NO_CARDS = _error("no-cards")
LONG_HEADING = _error("long-heading")

# Clozes
NO_CLOZE = _error("no-cloze")
UNCLOSED_CLOZE = _error("unclosed-cloze")
EMPTY_CLOZE = _error("empty-cloze")
BAD_CLOZE_NUMBER = _error("bad-cloze-number")
CLOZE_ACROSS_BLOCKS = _error("cloze-across-blocks")
CLOZE_OUTSIDE = _error("cloze-outside")

# Names
BAD_TAG = _error("bad-tag")
BAD_DECK_NAME = _error("bad-deck-name")

# Identity
BAD_ID = _error("bad-id")
DUPLICATE_ID = _error("duplicate-id")
ID_MISMATCH = _error("id-mismatch")
DUPLICATE_CARD = _error("duplicate-card")
DUPLICATE_QUESTION = _warning("duplicate-question")
AMBIGUOUS_EDIT = _error("ambiguous-edit")
NAMESPACE_CHANGED = _error("namespace-changed")
LEDGER_CONFLICT = _error("ledger-conflict")
STRAY_LEDGER = _error("stray-ledger")
LEDGER_CORRUPT = _error("ledger-corrupt")
LEDGER_LOST = _error("ledger-lost")
LEDGER_MERGED = _warning("ledger-merged")

# Media
MISSING_MEDIA = _error("missing-media")
MEDIA_OUTSIDE_PROJECT = _error("media-outside-project")
MEDIA_CASE = _error("media-case")
REMOTE_MEDIA = _warning("remote-media")
NOT_MEDIA = _error("not-media")
UNPLAYABLE_MEDIA = _warning("unplayable-media")
LARGE_MEDIA = _warning("large-media")
MISSING_ALT = _warning("missing-alt")

# Recovery
UNREADABLE_PACKAGE = _error("unreadable-package")
FOREIGN_PACKAGE = _error("foreign-package")
UNCOMMITTED_CHANGES = _error("uncommitted-changes")

# Writing
UNWRITABLE_OUTPUT = _error("unwritable-output")

# Rendering
UNSAFE_HTML = _warning("unsafe-html")
UNSAFE_LINK = _warning("unsafe-link")
UNSAFE_MATH = _warning("unsafe-math")
UNKNOWN_HTML_TAG = _warning("unknown-html-tag")
BAD_MATH = _warning("bad-math")
UNKNOWN_CODE_LANGUAGE = _warning("unknown-code-language")
LONG_CODE = _warning("long-code")

# The quality of cards
LONG_ANSWER = _advice("long-answer")
UNORDERED_SET = _advice("unordered-set")
YES_NO = _advice("yes-no")
VAGUE_QUESTION = _advice("vague-question")
ANSWER_IN_QUESTION = _advice("answer-in-question")
NEAR_DUPLICATE = _advice("near-duplicate")
LONG_CLOZE = _advice("long-cloze")
MANY_CLOZES = _advice("many-clozes")
REVERSED_LONG_ANSWER = _advice("reversed-long-answer")
TWO_QUESTIONS = _advice("two-questions")

RULES: dict[str, Rule] = {rule.name: rule for rule in tuple(globals().values()) if isinstance(rule, Rule)}
ADVICE: tuple[str, ...] = tuple(name for name, rule in RULES.items() if rule.severity is Severity.ADVICE)
