#!/usr/bin/env python3
"""Deterministic corpus of realistic Markdown flashcards, in several input syntaxes.

    corpus.py OUT_DIR --cards 10000 [--dialect NAME ...] [--per-file 100]
                      [--seed 1] [--edit INDEX ...]

Card I of a corpus depends on (seed, I) alone: a corpus of 100 cards is the first
100 of a corpus of 100 000, and every dialect holds the same cards.  One card is:

    question   1 line; 15 % carry inline math, 10 % inline code
    answer     a sentence with **bold**, then one of: a list of 2-4 items (45 %),
               a second sentence (25 %), a fenced code block of 2-5 lines (20 %),
               a display formula (10 %)
    tags       0-2

--per-file K   K cards a file (default 100); 0 puts all in one file.
--edit I       appends a sentence to the answer of card I (one-edit rebuilds).

Stdlib only.  Prints one JSON line per dialect: cards, files, bytes.
"""

from __future__ import annotations

import argparse
import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

# --------------------------------------------------------------------- content

WORDS = ["ability", "access", "account", "action", "activity", "address", "adult", "agent", "agreement", "air", "amount", "analysis", "angle", "animal", "answer", "approach", "area", "argument", "article", "aspect", "attempt", "attention", "average", "axis", "balance", "base", "behaviour", "belief", "benefit", "blood", "board", "body", "bond", "boundary", "branch", "budget", "buffer", "cache", "capital", "carbon", "case", "cause", "cell", "centre", "century", "chain", "change", "channel", "charge", "choice", "circle", "circuit", "class", "client", "climate", "cluster", "code", "colour", "column", "community", "compiler", "compound", "concept", "condition", "conflict", "constant", "contact", "content", "context", "contract", "control", "copy", "core", "cost", "country", "course", "court", "crystal", "culture", "current", "curve", "cycle", "data", "database", "deal", "debate", "decade", "decision", "degree", "demand", "density", "depth", "design", "detail", "device", "diagram", "difference", "dimension", "direction", "disease", "distance", "district", "domain", "drug", "duration", "economy", "edge", "edition", "effect", "efficiency", "electron", "element", "empire", "energy", "engine", "entry", "enzyme", "equation", "equilibrium", "error", "estimate", "event", "evidence", "example", "exchange", "exception", "experiment", "factor", "failure", "family", "feature", "field", "figure", "filter", "flow", "fluid", "force", "form", "fraction", "frame", "frequency", "friction", "function", "future", "gene", "glucose", "goal", "government", "gradient", "graph", "gravity", "ground", "group", "growth", "habit", "hash", "heart", "heat", "height", "history", "hormone", "house", "idea", "image", "impact", "income", "index", "industry", "inflation", "information", "input", "instance", "institution", "integer", "interest", "interval", "iron", "island", "item", "job", "judge", "kernel", "key", "kidney", "knowledge", "label", "language", "law", "layer", "leader", "length", "lens", "level", "library", "light", "limit", "line", "link", "list", "liver", "load", "location", "lock", "logic", "loop", "loss", "machine", "market", "mass", "material", "matrix", "meaning", "measure", "membrane", "memory", "message", "metal", "method", "mineral", "minister", "mode", "model", "molecule", "moment", "momentum", "money", "motion", "muscle", "nation", "nature", "nerve", "network", "neuron", "node", "noise", "norm", "nucleus", "number", "object", "ocean", "offer", "office", "operator", "option", "orbit", "order", "organ", "origin", "output", "oxygen", "packet", "page", "pair", "parent", "parliament", "particle", "party", "path", "pattern", "peace", "period", "phase", "phrase", "plan", "planet", "plant", "plasma", "point", "policy", "polymer", "population", "position", "power", "practice", "pressure", "price", "principle", "problem", "process", "product", "profile", "program", "promise", "property", "proportion", "protein", "protocol", "province", "pulse", "purpose", "quality", "quantity", "query", "question", "queue", "radius", "range", "rate", "ratio", "reaction", "reason", "record", "reference", "reform", "region", "register", "relation", "relief", "reply", "report", "republic", "resistance", "resource", "response", "result", "revenue", "review", "revolution", "risk", "river", "role", "root", "rule", "salt", "sample", "scale", "schedule", "schema", "science", "scope", "season", "section", "sector", "seed", "segment", "sense", "sequence", "series", "server", "service", "session", "set", "shape", "share", "sign", "signal", "size", "skin", "soil", "solution", "sound", "source", "space", "species", "spectrum", "speech", "speed", "spin", "stack", "staff", "stage", "standard", "state", "station", "statue", "step", "stock", "storage", "strategy", "stream", "strength", "stress", "structure", "style", "subject", "substance", "sugar", "sum", "supply", "support", "surface", "surplus", "switch", "symbol", "system", "table", "target", "tax", "team", "temperature", "tension", "term", "test", "text", "theorem", "theory", "thread", "threshold", "thing", "time", "tissue", "title", "token", "tool", "topic", "torque", "town", "trade", "tradition", "traffic", "transaction", "transfer", "transition", "treaty", "tree", "trend", "trial", "tribe", "type", "union", "unit", "universe", "update", "valley", "value", "valve", "variable", "variance", "vector", "velocity", "vessel", "view", "virus", "voice", "volume", "vote", "wage", "water", "wave", "weight", "wind", "word", "work", "world", "yield", "zone"]

VERBS = ["absorbs", "adjusts", "affects", "allows", "balances", "binds", "blocks", "breaks", "builds", "carries", "causes", "changes", "combines", "compares", "connects", "contains", "controls", "converts", "creates", "defines", "delays", "depends", "describes", "determines", "drives", "encodes", "ensures", "extends", "follows", "forms", "generates", "guards", "handles", "holds", "identifies", "implies", "improves", "increases", "indicates", "inhibits", "keeps", "limits", "links", "locks", "lowers", "maintains", "maps", "marks", "matches", "measures", "moves", "needs", "offers", "orders", "precedes", "predicts", "preserves", "prevents", "produces", "protects", "provides", "raises", "reaches", "reduces", "reflects", "regulates", "releases", "removes", "repeats", "replaces", "requires", "resets", "resists", "returns", "scales", "selects", "sends", "separates", "shapes", "shares", "shifts", "slows", "solves", "splits", "starts", "stores", "supports", "transforms", "triggers", "uses"]

ADJ = ["abstract", "active", "adaptive", "ancient", "atomic", "automatic", "basic", "binary", "central", "chemical", "classic", "closed", "cold", "common", "complex", "concurrent", "constant", "continuous", "critical", "deep", "dense", "direct", "distant", "distributed", "dynamic", "early", "electric", "elastic", "empty", "exact", "external", "federal", "final", "finite", "fixed", "foreign", "formal", "fragile", "free", "general", "global", "hidden", "ideal", "immutable", "implicit", "inner", "internal", "inverse", "kinetic", "large", "lateral", "lazy", "linear", "liquid", "local", "logical", "lower", "magnetic", "major", "mechanical", "minimal", "modern", "mutable", "narrow", "native", "natural", "negative", "neutral", "nominal", "normal", "open", "optical", "optimal", "organic", "outer", "parallel", "partial", "passive", "primary", "private", "public", "pure", "quick", "random", "rapid", "rare", "raw", "real", "regular", "relative", "remote", "rigid", "safe", "secondary", "sequential", "shallow", "simple", "single", "social", "solid", "spatial", "stable", "static", "steady", "strict", "strong", "sudden", "thermal", "thin", "total", "typical", "uniform", "upper", "urban", "valid", "virtual", "visible", "weak", "wide"]

STEMS = (
    "What does the {a} {n} of a {n2} describe",
    "Why is the {a} {n} important for every {n2}",
    "How does a {a} {n} differ from a {a2} {n2}",
    "Which {n} {v} the {a} {n2}",
    "When was the {a} {n} of the {n2} introduced, and by whom",
    "Name the {n3} properties of the {a} {n}",
    "Define {a} {n} in the context of a {n2}",
    "What happens to the {n} when the {a} {n2} {v} it",
)

TEX = (
    r"\frac{a_{%d}}{b+%d}",
    r"x^{%d}+y_{%d}",
    r"\sum_{i=1}^{%d} i^{%d}",
    r"\sqrt{%d x + %d}",
    r"\int_0^{%d} t^{%d}\,dt",
    r"\alpha_{%d} \cdot \beta_{%d}",
    r"P(A_{%d} \mid B_{%d})",
)

DISPLAY = (
    r"E_{%d} = m c^2 + \frac{%d}{2} k x^2",
    r"\lim_{n \to \infty} \left(1 + \frac{%d}{n}\right)^{n} = e^{%d}",
    r"\begin{pmatrix} %d & 0 \\ 0 & %d \end{pmatrix}",
)

CODE = {
    "python": (
        "def {n}_{n2}({v}, limit={k}):",
        "    total = sum(x * {k} for x in {v})",
        '    return {{"{n}": total, "{a}": limit}}',
        "for {n2} in range({k}):",
        '    print(f"{n}: {{{n2}}}")',
    ),
    "javascript": (
        "const {n} = ({v}) => {v}.map(x => x + {k});",
        'export function {n2}(id) {{ return fetch("/{n}/" + id); }}',
        "if ({n}.length > {k} && {a} !== null) {{ {n2}(); }}",
        "let {a} = {n}.filter(Boolean).length;",
        'console.log("{n2}", {a});',
    ),
    "sql": (
        "SELECT {n}, COUNT(*) AS total",
        "FROM {n2} JOIN {a}_{n} USING ({n}_id)",
        "WHERE {n2}_size > {k} AND {a} = 'yes'",
        "GROUP BY {n}",
        "ORDER BY total DESC LIMIT {k};",
    ),
    "c": (
        "int {n}_{n2}(const char *{v}, size_t len) {{",
        "    for (size_t i = 0; i < len && {v}[i] != '<'; i++)",
        "        {a}[i] = {v}[i] & 0x{k};",
        "    return {k} << 2;",
        "}}",
    ),
}

TAGS = ("biology", "physics", "history", "cs::db", "cs::os", "maths", "chem", "law", "exam")


@dataclass
class Card:
    index: int
    question: str
    paragraphs: list[str]  # 1-2 lines of prose, after one another
    items: list[str] = field(default_factory=list)
    code: tuple[str, str] | None = None  # (language, text)
    display: str | None = None  # TeX
    tags: list[str] = field(default_factory=list)
    uid: str = ""  # 10 letters or digits
    uuid: str = ""


Math = Callable[[str], str]


def _sentence(r: random.Random, bold: bool) -> str:
    a, a2 = r.choice(ADJ), r.choice(ADJ)
    n, n2, n3 = r.choice(WORDS), r.choice(WORDS), r.choice(WORDS)
    v, v2 = r.choice(VERBS), r.choice(VERBS)
    subject = f"**{a} {n}**" if bold else f"{a} {n}"
    tail = r.choice(
        (
            f"because every {n3} {v2} it",
            f"while the {a2} {n3} {v2} the rest",
            f"in about {r.randint(2, 99)} % of cases",
            f"so that one *{n3}* {v2} another",
            f"unless a {a2} {n3} {v2} the {n}",
        )
    )
    return f"The {subject} {v} the {n2} {tail}."


def make_card(seed: int, index: int, edited: bool = False) -> Card:
    """The card at INDEX; inline math is written as \x01TEX\x02 until rendered."""
    r = random.Random(f"{seed}:{index}")
    stem = r.choice(STEMS).format(
        a=r.choice(ADJ),
        a2=r.choice(ADJ),
        n=r.choice(WORDS),
        n2=r.choice(WORDS),
        n3=r.choice(("two", "three", "four")),
        v=r.choice(VERBS),
    )
    question = f"{stem} no. {index}"
    roll = r.random()
    if roll < 0.15:
        question += " for \x01" + r.choice(TEX) % (r.randint(1, 9), r.randint(2, 20)) + "\x02"
    elif roll < 0.25:
        question += f" with `{r.choice(WORDS)}_{r.choice(WORDS)}()`"
    question += "?"

    card = Card(index, question, [_sentence(r, bold=True)])
    roll = r.random()
    if roll < 0.45:
        for _ in range(r.randint(2, 4)):
            item = f"{r.choice(ADJ)} {r.choice(WORDS)} {r.choice(VERBS)} the {r.choice(WORDS)}"
            if r.random() < 0.15:
                item += " (\x01" + r.choice(TEX) % (r.randint(1, 9), r.randint(2, 20)) + "\x02)"
            elif r.random() < 0.15:
                item = f"**{item.split()[0]}** {item.split(' ', 1)[1]}"
            card.items.append(item)
    elif roll < 0.70:
        card.paragraphs.append(_sentence(r, bold=False))
    elif roll < 0.90:
        language = r.choice(tuple(CODE))
        lines = CODE[language][: r.randint(2, 5)]
        names = dict(n=r.choice(WORDS), n2=r.choice(WORDS), v=r.choice(WORDS), a=r.choice(ADJ), k=r.randint(2, 99))
        card.code = language, "\n".join(line.format(**names) for line in lines)
    else:
        card.display = r.choice(DISPLAY) % (r.randint(1, 9), r.randint(2, 20))
    if edited:
        card.paragraphs.append("This sentence was added by an edit.")
    card.tags = r.sample(TAGS, r.choice((0, 1, 1, 2)))
    card.uid = "".join(r.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=10))
    card.uuid = str(uuid.UUID(int=r.getrandbits(128), version=4))
    return card


def cards(count: int, seed: int = 1, edits: frozenset[int] = frozenset()) -> Iterator[Card]:
    return (make_card(seed, i, i in edits) for i in range(count))


# -------------------------------------------------------------------- dialects


def _inline(text: str, op: str, cl: str) -> str:
    return text.replace("\x01", op).replace("\x02", cl)


def answer_markdown(card: Card, op: str = "$", cl: str = "$", dop: str = "$$", dcl: str = "$$") -> str:
    blocks = [" ".join(card.paragraphs)]
    if card.items:
        blocks.append("\n".join(f"- {_inline(i, op, cl)}" for i in card.items))
    if card.code:
        blocks.append(f"```{card.code[0]}\n{card.code[1]}\n```")
    if card.display:
        blocks.append(f"{dop}{card.display}{dcl}")
    return "\n\n".join(blocks)


class Dialect:
    """How one tool wants its cards: a file's head, one card, a file's name."""

    head = "# {deck}\n\n"
    math = ("$", "$", "$$", "$$")

    def card(self, c: Card) -> str:
        raise NotImplementedError

    def question(self, c: Card) -> str:
        return _inline(c.question, self.math[0], self.math[1])

    def answer(self, c: Card) -> str:
        return answer_markdown(c, *self.math)

    def file(self, deck: str, deck_id: int, group: list[Card]) -> str:
        return self.head.format(deck=deck, id=deck_id) + "".join(map(self.card, group))


class Heading(Dialect):
    """`## question`, then the answer up to the next heading (reference script)."""

    def card(self, c: Card) -> str:
        tags = f"\n\nTags: {' '.join(c.tags)}" if c.tags else ""
        return f"## {self.question(c)}\n\n{self.answer(c)}{tags}\n\n"


class Flashgen(Dialect):
    """flashgen: front matter, `Q:` and `A:`, tags in a card comment."""

    head = "---\ndeck: {deck}\n---\n\n"

    def card(self, c: Card) -> str:
        tags = f"\n<!-- tags: [{', '.join(c.tags)}] -->\n" if c.tags else ""
        return f"Q: {self.question(c)}\nA: {self.answer(c)}\n{tags}\n"


class MarkdownAnkiDecks(Dialect):
    """markdown-anki-decks: level-2 headings; math as \\\\( \\\\); no tags."""

    math = ("\\\\(", "\\\\)", "\\\\[", "\\\\]")

    def card(self, c: Card) -> str:
        return f"## {self.question(c)}\n\n{self.answer(c)}\n\n"


class Md2anki(Dialect):
    """md2anki: `# Deck (id)`, `## Question (uuid)`, tags as `{=:tag:=}`."""

    head = "# {deck} ({id})\n\n"

    def card(self, c: Card) -> str:
        tags = "".join(f"\n\n`{{=:{t.replace('::', '_')}:=}}`" for t in c.tags)
        return f"## {self.question(c)} ({c.uuid})\n\n{self.answer(c)}{tags}\n\n"


class AnkCompiler(Dialect):
    """ankcompiler: front matter; `---` blocks holding `front ::: back`; uid footnote."""

    head = "---\ndeck: {deck}\n---\n\n"

    def card(self, c: Card) -> str:
        tags = "".join(f"[^tag]: {t}\n" for t in c.tags)
        return f"---\n\n{self.question(c)}\n:::\n{self.answer(c)}\n\n---\n[^uid]: {c.uid}\n{tags}\n"

    def file(self, deck: str, deck_id: int, group: list[Card]) -> str:
        return super().file(deck.split("::")[0], deck_id, group)  # one deck over all files


class MdAnki(Dialect):
    """mdanki: level-2 headings; tags as links; math as \\\\( \\\\) (MathJax)."""

    math = ("\\\\(", "\\\\)", "\\\\[", "\\\\]")

    def card(self, c: Card) -> str:
        tags = " ".join(f"[#{t}]()" for t in c.tags)
        tags = f"\n\n{tags}" if tags else ""
        return f"## {self.question(c)}\n\n{self.answer(c)}{tags}\n\n"


class Ankdown(Dialect):
    """ankdown: front, `%`, back, `%`, tags; cards parted by `---`; math as \\( \\)."""

    head = ""
    math = ("\\(", "\\)", "\\[", "\\]")

    def card(self, c: Card) -> str:
        return f"{self.question(c)}\n\n%\n\n{self.answer(c)}\n\n%\n\n{', '.join(c.tags)}\n\n---\n\n"


DIALECTS: dict[str, Dialect] = {
    "heading": Heading(),
    "flashgen": Flashgen(),
    "markdown-anki-decks": MarkdownAnkiDecks(),
    "md2anki": Md2anki(),
    "ankcompiler": AnkCompiler(),
    "mdanki": MdAnki(),
    "ankdown": Ankdown(),
}


def write(
    out: Path, dialect: str, count: int, per_file: int = 100, seed: int = 1, edits: frozenset[int] = frozenset()
) -> dict:
    """Writes the corpus as OUT/*.md and says how big it is."""
    out.mkdir(parents=True, exist_ok=True)
    size = files = 0
    per_file = per_file or count
    group: list[Card] = []

    def flush() -> None:
        nonlocal size, files
        deck = f"Bench::{files:05d}" if count > per_file else "Bench"
        data = DIALECTS[dialect].file(deck, 1_500_000_000 + files, group).encode()
        (out / f"deck{files:05d}.md").write_bytes(data)
        size += len(data)
        files += 1
        group.clear()

    for card in cards(count, seed, edits):
        group.append(card)
        if len(group) == per_file:
            flush()
    if group:
        flush()
    return {"dialect": dialect, "cards": count, "files": files, "bytes": size, "out": str(out)}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out", type=Path)
    p.add_argument("--cards", type=int, required=True)
    p.add_argument(
        "--dialect",
        action="append",
        choices=sorted(DIALECTS),
        help="repeatable; the default is every dialect, each in OUT/DIALECT",
    )
    p.add_argument("--per-file", type=int, default=100)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--edit", type=int, action="append", default=[])
    a = p.parse_args()
    chosen = a.dialect or list(DIALECTS)
    for name in chosen:
        out = a.out if len(chosen) == 1 else a.out / name
        print(json.dumps(write(out, name, a.cards, a.per_file, a.seed, frozenset(a.edit))))


if __name__ == "__main__":
    main()
