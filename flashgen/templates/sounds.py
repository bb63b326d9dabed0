"""HTML with sounds and texts to be spoken in, the HTML with marks in their places and what they stand for out."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from flashgen.patterns import late
from flashgen.templates.plain import letters, spoken

# One that never ends is taken to the end of the text, so that no other one there is looked at again.
_MARKUP: Final = late(r"\[sound:([^\]]+)(?:\]|\Z)|\[anki:tts (.*?)\](.*?)\[/anki:tts\]", re.DOTALL)
_BLANK: Final = "[...]"


class Sound(Struct, frozen=True):
    """A file to be played: a sound, or a video. `name` is what it is called in Anki."""

    name: str


class Speech(Struct, frozen=True):
    """A text to be read out by a voice for `lang` (such as `fr_FR`), as `speed` times as fast as it is used to."""

    text: str
    lang: str
    voices: tuple[str, ...] = ()
    speed: float = 1.0


Played = Sound | Speech


def extract(html: str, side: str) -> tuple[str, tuple[Played, ...]]:
    """The HTML with `[anki:play:q:0]` (`side` is `q` or `a`) and so on for all that is played, in order."""
    played: list[Played] = []

    def mark(match: re.Match[str]) -> str:
        if not match[0].endswith("]"):
            return match[0]
        if match[2] is None:
            played.append(Sound(letters(match[1]).rpartition("/")[2]))
        else:
            played.append(_speech(match[2], match[3]))
        return f"[anki:play:{side}:{len(played) - 1}]"

    return _MARKUP.sub(mark, html), tuple(played)


def _speech(options: str, html: str) -> Speech:
    given = dict(option.partition("=")[::2] for option in options.split() if "=" in option)
    try:
        speed = float(given.get("speed", "1"))
    except ValueError:
        speed = 1.0
    voices = tuple(voice for voice in given.get("voices", "").split(",") if voice)
    return Speech(spoken(html.replace(_BLANK, "blank")), given.get("lang", ""), voices, speed)
