"""What the advice knows of languages: words and turns of phrase, as they stand in folded text in lower case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from msgspec import Struct

from flashgen.patterns import late

_Known = TypeVar("_Known", frozenset[str], tuple[str, ...], tuple[re.Pattern[str], ...])


class Words(Struct, frozen=True):
    """The words of one language.

    `function` say nothing of what a card is about; `articles` and `pronouns` are some of them. `polar` are the answers
    that only agree or deny. `asking` are words that ask for something, wherever they stand in a question; `relative`
    ask only where they begin it, alone or behind a word of `before`; what begins with one of `agreeing` asks for a yes
    or no all the same. `negations` turn a question into its contrary. Beside an `expletive` a pronoun stands for
    nothing. The patterns are searched in a question: `vague` leaves open what is asked, `alternatives` offers what to
    choose from, `compares` what stands in a list, `of_words` asks about words rather than things, `ordered` for a
    sequence, `twice` for two things.
    """

    function: frozenset[str]
    articles: frozenset[str]
    pronouns: frozenset[str]
    polar: frozenset[str]
    asking: frozenset[str]
    relative: frozenset[str]
    before: frozenset[str]
    agreeing: tuple[str, ...]
    negations: frozenset[str]
    expletive: frozenset[str]
    vague: tuple[re.Pattern[str], ...]
    alternatives: tuple[re.Pattern[str], ...]
    compares: tuple[re.Pattern[str], ...]
    of_words: tuple[re.Pattern[str], ...]
    ordered: tuple[re.Pattern[str], ...]
    twice: tuple[re.Pattern[str], ...]


# In a row of things: what stands before the last, what may stand behind it, and what looks like such a row.
BEFORE_THE_LAST: Final = late(r"\s(?:and|or|et|ou)\s")
OPEN_END: Final = late(r",?\s(?:etc|and so on|among others|and others|entre autres|et ainsi de suite)$|\.\.+$")
ENUMERATION: Final = late(r",[^,?]+(?:,| and | et )")


def _patterns(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(map(late, patterns))


_EN_ASKING: Final = "what which who whom whose when where why how".split()
_EN_BEFORE: Final = "in at of to from for with by on under into between among since until during about against".split()
_EN_AUXILIARY: Final = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)\b"
)
_EN_ASKS: Final = f"(?:{'|'.join(_EN_ASKING)})"
# What is told apart is one thing, though it is said by two question words.
_EN_APART: Final = r"^(?!.*\b(?:between|difference|distinguish)\b).*"

ENGLISH: Final = Words(
    function=frozenset(
        """
        a an the of in on at to for from by with without and or nor but as than if that this these those such so
        i you he she it we they me him her us them my your his its our their one
        is are was were be been being am do does did done has have had can could may might will would shall should must
        not no there here then also only just very more most up out off over into onto about after before during under
        between among through per via what which who whom whose when where why how
        """.split()
    ),
    articles=frozenset("a an the".split()),
    pronouns=frozenset("it he she they him her them his its their this that these those".split()),
    polar=frozenset("yes no true false correct incorrect".split()),
    asking=frozenset(),
    relative=frozenset(_EN_ASKING),
    before=frozenset(_EN_BEFORE),
    agreeing=(),
    negations=frozenset("not no never without except isn aren doesn don didn cannot nor neither".split()),
    # What time is it, how long does it take, why does it rain?
    expletive=frozenset("time rain rains raining snow snows snowing late cold hot possible take".split()),
    vague=_patterns(
        r"^(?:and )?(?:what|how) about\b",
        rf"^and (?!.*\b(?:{_EN_ASKS}\b|{_EN_AUXILIARY}))",
        r"^(?:please )?(?:describe|discuss|summari[sz]e|characteri[sz]e|comment on|talk about|write about)\b"
        rf"(?!.*\b{_EN_ASKS}\b)",
        r"^(?:please )?(?:give|write)(?: (?:me|us))?(?: an?)?(?: \w+)? ?(?:overview|account|outline|summary"
        r"|description) of\b",
        r"^tell (?:me|us) (?:about|what you know)\b",
        r"^(?:please )?explain (?!.*\b(?:what|which|who|when|where|why|how|difference|in (?:one|two|a)|the meaning)\b)",
        r"\bwhat (?:do|can|should|must) (?:you|we|i|one) (?:know|say|tell|remember|recall|learn|note)(?: about| of)?\b",
        r"\bwhat (?:is|are|was|were|makes?) (?:so |most |very )?"
        r"(?:important|interesting|special|noteworthy|remarkable|notable|significant) (?:about|of|in|here)\b",
    ),
    alternatives=_patterns(
        r"\b(?:or|between|among|whether|either|neither|than|versus|vs|which of|of these"
        r"|of the (?:two|three|four|five|following))\b"
    ),
    compares=_patterns(r"\b(?:most|least|first|last|larger|smaller|\w{2,}est|which)\b"),
    of_words=_patterns(
        r"\b(?:plural|singular|tense|participle|preterite|infinitive|feminine|masculine|gender|conjugat|translat|spell"
        r"|spelt|pronounc|rhyme|synonym|antonym|anagram|palindrome|prefix|suffix|noun|verb|adjective|adverb|preposition"
        r"|word|say|called in|stands? for|abbreviat|acronym|latin|greek|english|french|german|spanish|italian)"
    ),
    ordered=_patterns(
        r"\b(?:order|ordered|sequence|successive|chronological|steps?|stages|phases|outwards|inwards|upwards|downwards"
        r"|first|last|verse|lines?|lyrics)\b",
        r"\bfrom (?:the )?\w+ to\b",
    ),
    twice=_patterns(
        rf"^(?:in |at |to |from )?{_EN_ASKS} and (?:in |at |to |from |with |by )?{_EN_ASKS}\b",
        rf"{_EN_APART}\b{_EN_ASKS}\b.*,? and (?:also )?{_EN_ASKS}\?",
        rf"{_EN_APART}\b{_EN_ASKS}\b.*,? and (?:in |at |by |for |from |with )?(?:what|which) \w+\?",
        rf"{_EN_APART}\b{_EN_ASKS}\b.+,? (?:and|or) (?:in |at |to |from |with |by )?"
        rf"(?:(?:who|whom|when|where|why|how) |(?:what|which|how many|how much) (?:\w+ ){{0,2}}){_EN_AUXILIARY}",
    ),
)

_FR_ASKING: Final = (
    "quel quelle quels quelles lequel laquelle lesquels lesquelles duquel auquel auxquels desquels desquelles"
    " comment combien pourquoi quoi"
).split()
_FR_RELATIVE: Final = "qui que qu quand où".split()
_FR_BEFORE: Final = (
    "à de d dans par pour sur avec sans en depuis jusqu chez vers entre contre sous selon dès pendant parmi".split()
)
_FR_ASKS: Final = r"(?:quels?|quelles?|comment|combien|pourquoi|qui|que|qu'|quoi|quand|où)"
_FR_PLACE: Final = r"(?:à partir de |jusqu'à |à |de |d'|dans |par |pour |sur |avec |en |depuis |vers |chez )?"
_FR_ADVERB: Final = rf"{_FR_PLACE}(?:quand|où|comment|pourquoi|combien|qui|quoi|quels?|quelles?)"
_FR_SUBJECT: Final = r"-(?:t-)?(?:ils?|elles?|on|ce|vous|tu|nous)\b"
_FR_APART: Final = r"^(?!.*\b(?:entre|différence|distinguer?)\b).*"

FRENCH: Final = Words(
    function=frozenset(
        """
        le la les un une des du de au aux à en dans par pour sur avec sans sous chez vers entre et ou ni mais
        donc car que qui quoi dont où si comme quand lorsque
        je tu il elle on nous vous ils elles me te se lui leur y ce ça cela ceci cet cette ces celui celle ceux
        celles mon ma mes ton ta tes son sa ses notre nos votre vos leurs
        est sont était étaient fut furent été être sera serait ait soit a ont avait avaient eut eu avoir aura aurait ai
        fait font faire peut peuvent doit doivent faut va vont ne pas plus moins très aussi bien
        quel quelle quels quelles lequel laquelle lesquels lesquelles comment combien pourquoi selon
        """.split()
    ),
    articles=frozenset("le la les un une des du de au aux".split()),
    pronouns=frozenset("il elle ils elles cela ça ceci celui celle ceux celles".split()),
    polar=frozenset("oui non si vrai faux exact inexact".split()),
    asking=frozenset(_FR_ASKING),
    relative=frozenset(_FR_RELATIVE),
    before=frozenset(_FR_BEFORE),
    agreeing=("est ce que ", "est ce qu "),
    negations=frozenset("pas non jamais sans sauf ni aucun aucune".split()),
    expletive=frozenset("heure pleut neige temps possible".split()),
    vague=_patterns(
        rf"^et (?!.*(?:\b{_FR_ASKS}|{_FR_SUBJECT}|est-ce))",
        r"^(?:et )?(?:que|qu') ?(?:peut-on |pouvez-vous |pourrait-on |faut-il )?dire (?:de |d'|du |des |sur )",
        r"\b(?:que |qu')(?:savoir|savez-vous|sais-tu|sait-on|faut-il (?:savoir|retenir|dire)|doit-on (?:savoir|retenir)"
        r"|retenir|retenez-vous|sais-je)\b(?! comme)",
        r"^(?:décrivez|décrire|décris|présentez|présenter|commentez|commenter|discutez|discuter|résumez|résumer"
        rf"|caractérisez)\b(?!.*\b{_FR_ASKS}\b)",
        r"^(?:donnez|donner|donne|faites|faire)(?:[- ]moi)? (?:un aperçu|un résumé|une description|une synthèse)\b",
        r"^(?:parlez|parle|parler|dites|dis)(?:[- ](?:moi|nous))?(?: ce que vous savez)? (?:de |d'|du |des )",
        rf"^(?:expliquez|expliquer|explique) (?!.*\b(?:en quoi|ce qu|différence|sens|{_FR_ASKS})\b)",
        r"\bqu'est-ce qui est (?:si |le plus )?(?:important|intéressant|remarquable|notable)\b",
        r"\bqu'est-ce qu'il faut (?:savoir|retenir|dire)\b",
    ),
    alternatives=_patterns(
        r"\b(?:ou|entre|parmi|soit|plutôt|lequel|laquelle|lesquels|lesquelles|de ces|des (?:deux|trois|quatre))\b"
    ),
    compares=_patterns(r"\b(?:plus|moins|meilleur|meilleure|premier|première|dernier|dernière|mieux)\b"),
    of_words=_patterns(
        r"\b(?:pluriel|singulier|féminin|masculin|genre|participe|infinitif|subjonctif|imparfait|passé|conjug|auxiliaire"
        r"|tradui|traduction|dit-on|écrit-on|épel|prononc|rime|synonyme|antonyme|contraire|anagramme|palindrome|préfixe"
        r"|suffixe|nom|verbe|adjectif|adverbe|préposition|mot|sigle|abrév|signifie|latin|grec|anglais|allemand|espagnol"
        r"|italien|français)"
    ),
    ordered=_patterns(
        r"\b(?:ordre|suite|successi\w+|succéd\w+|chronologi\w+|étapes?|phases?|premiers?|premières?|derniers?|dernières?"
        r"|vers|strophe|couplet)\b",
        r"\b(?:du|de la|de l'|des?) ?\w+ (?:au|à la|à l'|aux|jusqu')",
    ),
    twice=_patterns(
        rf"^{_FR_ADVERB} et {_FR_ADVERB}\b",
        rf"{_FR_APART}\b{_FR_ASKS}.+,? et {_FR_ADVERB}\?",
        rf"{_FR_APART}\b{_FR_ASKS}.+,? et {_FR_PLACE}(?:quel|quelle|quels|quelles) \w+\?",
        rf"{_FR_APART}\b{_FR_ASKS}.+,? et (?:{_FR_ADVERB}\b|que |qu')[^?,;]*(?:{_FR_SUBJECT}|est-ce)",
        rf"{_FR_APART}\b{_FR_ASKS}.+,? et (?:quel|quelle|quels|quelles) (?:est|sont|était|étaient|fut|furent)\b",
    ),
)

_LANGUAGES: Final[Mapping[str, Words]] = MappingProxyType({"en": ENGLISH, "fr": FRENCH})


def _united(one: Words, other: Words) -> Words:
    # Sets are united, all else put together.
    return Words(*(_both(getattr(one, name), getattr(other, name)) for name in Words.__struct_fields__))


def _both(one: _Known, other: _Known) -> _Known:
    return one | other if isinstance(one, frozenset) and isinstance(other, frozenset) else (*one, *other)


_CLEARLY: Final = 2
_ALL: Final = _united(ENGLISH, FRENCH)


def words_of(lang: str, text: Iterable[str]) -> Words | None:
    """The words of the language in which a text is written; None where it is none of those here.

    `lang` is what its file says, which may be the language that is learnt rather than that of the questions: another
    one of which `text` has clearly more words is taken. Where nothing tells them apart, the words of all are.
    """
    found = set(text)
    often = {base: len(found & words.function) for base, words in _LANGUAGES.items()}
    said = lang.lower().partition("-")[0]
    lead = _CLEARLY if said else 1
    best = max(often, key=lambda base: often[base])
    if all(often[best] >= often.get(other, 0) + lead for other in {*often, said} - {best}):
        return _LANGUAGES[best]
    return _LANGUAGES.get(said) if said else _ALL
