"""Words that join and ask, and say nothing of what a card is about, in the languages that people learn most."""

from __future__ import annotations

from typing import Final

# Folded: without accents, in lower case, no elided ones. Words of place and order (before, under) tell cards apart.
_ARTICLES: Final = """
a an the
le la les un une des du de au aux
der die das den dem des ein eine einen einem einer eines
el los las unos unas lo il gli i uno um uma os as o
""".split()

_ASKING: Final = """
what which who whom whose when where why how
quel quelle quels quelles lequel laquelle lesquels lesquelles que qui quoi quand ou pourquoi comment combien
was wer wen wem wessen wann wo wohin woher warum wie welche welcher welches welchen
cual cuales quien quienes cuando donde como cuanto cuantos cuanta cuantas
quale quali chi quando dove perche come quanto quanti quanta quante che cosa
qual quais quem onde quantos quantas
кто что где куда откуда когда почему зачем как какой какая какое какие сколько чей
""".split()

_JOINING: Final = """
of in on at to for from by with and or as than this that these those it its there
is are was were be been am do does did has have had can may will would should must
dont y en dans par pour chez et si ce cet cette ces son sa ses leur leurs se on il elle ils elles
est sont etait etaient fut ont ete faut peut doit
und oder in im an am auf von vom zu zum zur mit fur bei als ist sind war waren wird werden hat haben kann man sich es
del al e en por para con se es son era fue ha han su sus
di da dei delle della dello degli del per con e ed si sono era fu ha hanno
do da dos das em no na nos nas ao com sao foi seu sua
и в во на с со к ко у о об по из за от для это был была было были есть ли же
""".split()

ARTICLES: Final = frozenset(_ARTICLES)
ASKING: Final = frozenset(_ASKING)
FUNCTION_WORDS: Final = ARTICLES | ASKING | frozenset(_JOINING)

# One put in or taken out turns a question into its contrary.
NEGATIONS: Final = frozenset(
    """
    not no never without except
    pas jamais sans sauf non aucun aucune
    nicht kein keine keinen ohne nie
    sin nunca excepto
    senza mai tranne
    nao sem
    не нет без
    """.split()
)
