"""The comments of raw HTML."""

from __future__ import annotations

from collections.abc import Iterator


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


def is_comment(html: str) -> bool:
    """Whether a token is one comment and nothing else."""
    text = html.strip()
    return text.startswith("<!--") and text.find("-->") == len(text) - 3
