"""`python -m tests.benchmarks.preview`: how long after a save the page of the preview shows it.

A project of that many cards, built once, is open in Chromium; its open card is edited again and again. From the moment
when the file is written to the moment when the card on the page is another one: the median, and all, in milliseconds.
With `--unbuilt` it was never built, so that nothing is kept from a build and all sources are read at each save.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from tests.benchmarks import corpus
from tests.benchmarks.measuring import run
from tests.preview.served import opened, served
from tests.screenshots.page import browser


def latency(page: Page, source: Path, number: int) -> float:
    """Writes another answer of the first card; the milliseconds until the page shows it."""
    text = re.sub(r"(?m)^A: (?:saved \d+ )?", f"A: saved {number} ", source.read_text(encoding="utf-8"), count=1)
    page.evaluate(
        """() => {
          window.shown = new Promise((resolve) => {
            new MutationObserver((_, observer) => { observer.disconnect(); resolve(Date.now()); })
              .observe(document.documentElement, {attributeFilter: ["data-shown"]});
          });
        }"""
    )
    start = time.time()
    source.write_text(text, encoding="utf-8")
    shown: float = page.evaluate("window.shown")
    assert f"saved {number} " in page.frame_locator("#card").locator("#qa").inner_text()
    return shown - start * 1000


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=1000)
    parser.add_argument("--saves", type=int, default=20)
    parser.add_argument("--unbuilt", action="store_true")
    options = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        cards = Path(folder) / "cards"
        corpus.write(cards, "flashgen", options.cards)
        if not options.unbuilt:
            run([sys.executable, "-m", "flashgen", "build", folder])
        source = next(path for path in sorted(cards.rglob("*.md")) if "\nA: " in path.read_text(encoding="utf-8"))
        with served(Path(folder)) as address, browser() as chromium, opened(chromium, address) as view:
            name = source.relative_to(folder).as_posix()
            view.page.evaluate(
                """name => {
                  const card = state.cards.find((one) => one.entry.kind === "qa" && one.entry.file === name);
                  open(nameOf(card), {side: "back"});
                }""",
                name,
            )
            view.page.wait_for_timeout(1500)
            taken = []
            for number in range(options.saves):
                taken.append(latency(view.page, source, number))
                view.page.wait_for_timeout(200)
    print(f"{options.cards} cards, {options.saves} saves: median {statistics.median(taken):.0f} ms")
    print(" ".join(f"{one:.0f}" for one in taken))


if __name__ == "__main__":
    main()
