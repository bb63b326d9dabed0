"""What the vocabulary cards need to know of languages: the locale of a voice, and the articles that tell the gender."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

_LOCALES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "af": "af_ZA",
        "ar": "ar_SA",
        "bg": "bg_BG",
        "bn": "bn_BD",
        "ca": "ca_ES",
        "cmn": "zh_CN",
        "cs": "cs_CZ",
        "cy": "cy_GB",
        "da": "da_DK",
        "de": "de_DE",
        "el": "el_GR",
        "en": "en_US",
        "es": "es_ES",
        "et": "et_EE",
        "eu": "eu_ES",
        "fa": "fa_IR",
        "fi": "fi_FI",
        "fil": "fil_PH",
        "fr": "fr_FR",
        "ga": "ga_IE",
        "gl": "gl_ES",
        "he": "he_IL",
        "hi": "hi_IN",
        "hr": "hr_HR",
        "hu": "hu_HU",
        "hy": "hy_AM",
        "id": "id_ID",
        "is": "is_IS",
        "it": "it_IT",
        "ja": "ja_JP",
        "ka": "ka_GE",
        "ko": "ko_KR",
        "lt": "lt_LT",
        "lv": "lv_LV",
        "ms": "ms_MY",
        "nb": "nb_NO",
        "nl": "nl_NL",
        "nn": "nn_NO",
        "no": "nb_NO",
        "pl": "pl_PL",
        "pt": "pt_PT",
        "ro": "ro_RO",
        "ru": "ru_RU",
        "sk": "sk_SK",
        "sl": "sl_SI",
        "sr": "sr_RS",
        "sv": "sv_SE",
        "sw": "sw_KE",
        "ta": "ta_IN",
        "te": "te_IN",
        "th": "th_TH",
        "tr": "tr_TR",
        "uk": "uk_UA",
        "ur": "ur_PK",
        "vi": "vi_VN",
        "yue": "zh_HK",
        "zh": "zh_CN",
    }
)

# Tags that name a place or a script without naming the country whose voice is meant.
_PLACES: Final[Mapping[str, str]] = MappingProxyType({"es-419": "es_MX", "zh-hans": "zh_CN", "zh-hant": "zh_TW"})

_SCANDINAVIAN: Final = ("en", "ei", "ein", "et", "eit", "den", "det", "de")

# An article that ends in an apostrophe stands right before its word. An empty table means: the word does not tell its
# gender by an article, so that it can be asked for as it stands.
_ARTICLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ar": (),
        "br": ("an", "ar", "al", "un", "ur", "ul"),
        "bg": (),
        "bs": (),
        "ca": ("el", "la", "els", "les", "l'", "un", "una", "uns", "unes"),
        "cs": (),
        "cy": ("y", "yr"),
        "da": ("en", "et", "den", "det", "de"),
        "de": ("der", "die", "das", "ein", "eine"),
        "el": ("ο", "η", "το", "οι", "τα", "ένας", "μία", "μια", "ένα"),
        "es": ("el", "la", "los", "las", "lo", "un", "una", "unos", "unas"),
        "fr": ("le", "la", "les", "l'", "un", "une", "des"),
        "ga": ("an", "na"),
        "gl": ("o", "a", "os", "as", "un", "unha", "uns", "unhas"),
        "he": (),
        "hi": (),
        "hr": (),
        "is": (),
        "it": ("il", "lo", "la", "i", "gli", "le", "l'", "gl'", "un", "uno", "una", "un'"),
        "la": (),
        "lb": ("de", "den", "déi", "dat", "d'", "en", "eng"),
        "lt": (),
        "lv": (),
        "mk": (),
        "nb": _SCANDINAVIAN,
        "nl": ("de", "het", "'t", "een", "'n"),
        "nn": _SCANDINAVIAN,
        "no": _SCANDINAVIAN,
        "oc": ("lo", "la", "los", "las", "l'", "un", "una"),
        "pl": (),
        "pt": ("o", "a", "os", "as", "um", "uma", "uns", "umas"),
        "ro": ("un", "o", "niște"),
        "ru": (),
        "sc": ("su", "sa", "sos", "sas", "is", "s'", "unu", "una"),
        "sk": (),
        "sl": (),
        "sr": (),
        "sv": ("en", "ett", "den", "det", "de"),
        "uk": (),
        "ur": (),
        "yi": ("דער", "די", "דאָס", "דאס", "אַ", "אַן", "א", "אן"),
    }
)


def tts_locale(lang: str) -> str | None:
    """The locale of Anki's `{{tts …}}` for a BCP 47 tag, such as `fr_FR`; None for a language without usual voices."""
    tag = lang.lower()
    base, *subtags = tag.split("-")
    if base not in _LOCALES:
        return None
    for subtag in subtags:
        if len(subtag) == 1:
            break
        if len(subtag) == 2 and subtag.isalpha():
            language = _LOCALES[base].partition("_")[0]
            return f"{language}_{subtag.upper()}"
    return next((locale for place, locale in _PLACES.items() if f"{tag}-".startswith(f"{place}-")), _LOCALES[base])


def without_article(text: str, lang: str) -> str | None:
    """The word without its leading article: `la maison` → `maison`; None for a language whose articles are unknown.

    Two articles with a stroke between them (`le/la collègue`) count as one. A text that is nothing but an article
    stays as it is.
    """
    articles = _article(lang.lower().partition("-")[0])
    return None if articles is None else articles.sub("", text, count=1)


@cache
def _article(base: str) -> re.Pattern[str] | None:
    articles = _ARTICLES.get(base)
    if articles is None:
        return None
    apart = "|".join(_either_apostrophe(a) for a in articles if not a.endswith("'"))
    joined = "|".join(_either_apostrophe(a) for a in articles if a.endswith("'"))
    alternatives = []
    if apart:
        alternatives.append(rf"(?:{apart})(?:\s*/\s*(?:{apart}))*\s+")
    if joined:
        alternatives.append(rf"(?:{joined})\s*")
    if not alternatives:
        return re.compile(r"(?!)")
    return re.compile(rf"^\s*(?:{'|'.join(alternatives)})(?=\S)", re.IGNORECASE)


def _either_apostrophe(article: str) -> str:
    return re.escape(article).replace("'", "['’]")
