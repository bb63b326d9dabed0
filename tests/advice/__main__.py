"""`python -m tests.advice [PATH …]`: what each rule finds among the bad cards, whom it blames, and what is missed."""

from __future__ import annotations

import sys
from pathlib import Path

from flashgen.diagnostics import ADVICE
from tests.advice.measure import SETS, Judged, judged, of_deck


def _print(name: str, cards: list[Judged]) -> None:
    good = sum(not card.wanted for card in cards)
    print(f"{name}: {good} good cards, {len(cards) - good} bad ones")
    for card in cards:
        for rule in sorted(card.given - card.wanted):
            print(f"  {'blamed' if not card.wanted else 'also'} {rule}: {card.place} {card.question[:80]}")
        for rule in sorted(card.wanted - card.given):
            print(f"  missed {rule}: {card.place} {card.question[:80]}")
    for rule in ADVICE:
        wanted = [card for card in cards if rule in card.wanted]
        found = sum(rule in card.given for card in wanted)
        blamed = sum(rule in card.given for card in cards if not card.wanted)
        print(f"  {rule:22} finds {found:2} of {len(wanted):2}, blames {blamed} of {good}")


def main(paths: list[str]) -> None:
    for path in paths:
        _print(path, list(of_deck(Path(path))))
    for name in () if paths else SETS:
        _print(name, list(judged(name)))


main(sys.argv[1:])
