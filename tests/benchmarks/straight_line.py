#!/usr/bin/env python3
"""The straight line: markdown-it-py and genanki as their READMEs show them, and nothing else. The yardstick S.

straight_line.py SRC_DIR OUT.apkg [v]     (SRC_DIR: corpus.py --dialect heading)
"""

import sys
import time

T0 = time.perf_counter()
from pathlib import Path

import genanki
from markdown_it import MarkdownIt

T1 = time.perf_counter()


def split_cards(text):
    """`## question`, answer up to the next heading; fences are respected."""
    out, q, buf, fence = [], None, [], False
    for line in text.splitlines():
        if line.startswith("```"):
            fence = not fence
        if not fence and line.startswith("## "):
            if q is not None:
                out.append(finish(q, buf))
            q, buf = line[3:].strip(), []
        elif q is not None:
            buf.append(line)
    if q is not None:
        out.append(finish(q, buf))
    return out


def finish(q, buf):
    while buf and not buf[-1]:
        buf.pop()
    tags = []
    if buf and buf[-1].startswith("Tags: "):
        tags = buf.pop()[6:].split()
    return q, "\n".join(buf).strip("\n"), tags


def math_rule(state, silent):
    src, pos = state.src, state.pos
    if src[pos] != "$":
        return False
    op = "$$" if src.startswith("$$", pos) else "$"
    start = pos + len(op)
    end = src.find(op, start, state.posMax)
    if end <= start or (op == "$" and (src[start] == " " or src[end - 1] == " ")):
        return False
    if not silent:
        tok = state.push("math", "math", 0)
        tok.content, tok.markup = src[start:end], op
    state.pos = end + len(op)
    return True


def render_math(self, tokens, idx, options, env):
    from html import escape

    t = tokens[idx]
    a, b = ("\\[", "\\]") if t.markup == "$$" else ("\\(", "\\)")
    return a + escape(t.content, quote=False) + b


def math_plugin(md):
    md.inline.ruler.before("escape", "math", math_rule)
    md.add_render_rule("math", render_math)


MODEL = genanki.Model(
    1607392319,
    "Bench Basic",
    fields=[{"name": "Front"}, {"name": "Back"}],
    templates=[{"name": "Card 1", "qfmt": "{{Front}}", "afmt": '{{FrontSide}}<hr id="answer">{{Back}}'}],
)


def main(src, out):
    stages = {"import": T1 - T0}
    md = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    md.use(math_plugin)
    t = time.perf_counter()
    cards = [(p.stem, *c) for p in sorted(Path(src).rglob("*.md")) for c in split_cards(p.read_text(encoding="utf-8"))]
    stages["read+split"] = -t + (t := time.perf_counter())
    html = [(md.renderInline(q), md.render(a)) for _, q, a, _ in cards]
    stages["markdown-it"] = -t + (t := time.perf_counter())
    deck = genanki.Deck(2059400110, "Bench")
    for (_, _, _, tags), (q, a) in zip(cards, html):
        deck.add_note(genanki.Note(model=MODEL, fields=[q, a], tags=tags))
    stages["Note()"] = -t + (t := time.perf_counter())
    genanki.Package(deck).write_to_file(out, timestamp=1_700_000_000.0)
    stages["write_to_file"] = time.perf_counter() - t
    if len(sys.argv) > 3:
        print(
            len(cards),
            " ".join(f"{k}={v * 1e3:.1f}ms" for k, v in stages.items()),
            f"total={1e3 * (time.perf_counter() - T0):.1f}ms",
            file=sys.stderr,
        )


main(sys.argv[1], sys.argv[2])
