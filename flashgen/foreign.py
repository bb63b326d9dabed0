"""What people call labels and columns in other languages and in other tools, as data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# English, French, German, Spanish, Italian, Portuguese, Dutch, Polish, Swedish, Russian, Chinese, Japanese, Korean.
QUESTIONS: Final = frozenset(
    "question front recto frage vorderseite pregunta anverso domanda fronte pergunta frente vraag voorkant pytanie"
    " fråga framsida вопрос 问题 问 問題 問 質問 질문".split()
)
ANSWERS: Final = frozenset(
    "answer ans back verso réponse reponse rép antwort rückseite respuesta reverso risposta retro resposta antwoord"
    " achterkant odpowiedź svar baksida ответ 答案 答 回答 答え 답".split()
)
_WORDS: Final = (
    "word vocab vocabulary term expression concept mot terme vocabulaire notion wort vokabel begriff ausdruck palabra"
    " término termino vocablo expresión concepto parola termine espressione concetto palavra termo expressão conceito"
    " woord begrip słowo słówko pojęcie ord glosa begrepp слово термин понятие 单词 詞 词 生词 単語 言葉 단어"
)
_MEANINGS: Final = (
    "meaning translation sens signification traduction bedeutung sinn übersetzung significado sentido traducción"
    " traduccion significato senso traduzione tradução traducao betekenis vertaling znaczenie tłumaczenie betydelse"
    " översättning значение перевод 意思 翻译 翻訳 意味 뜻"
)
_DEFINITIONS: Final = (
    "definition explanation définition explication erklärung definición definicion explicación definizione spiegazione"
    " definição explicação definitie uitleg definicja wyjaśnienie förklaring определение объяснение 定义 定義 정의"
)
_EXAMPLES: Final = "example exemple beispiel ejemplo esempio exemplo voorbeeld przykład exempel пример 例句 例文 예문"
_GENDERS: Final = "gender genre genus geschlecht género genere gênero geslacht rodzaj род"
_SOUNDS: Final = "ipa api pronunciation prononciation aussprache pronunciación pronuncia pronúncia uitspraak wymowa"

WORDS: Final = frozenset(_WORDS.split())
MEANINGS: Final = frozenset(_MEANINGS.split())
DEFINITIONS: Final = frozenset(_DEFINITIONS.split())
OF_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        word: label
        for label, words in (
            ("Word", WORDS),
            ("Meaning", MEANINGS),
            ("Definition", DEFINITIONS),
            ("Example", _EXAMPLES.split()),
            ("Gender", _GENDERS.split()),
            ("IPA", _SOUNDS.split()),
        )
        for word in words
    }
)
"""The label of a word's note that a word in small letters stands for."""
ASKED: Final[Mapping[str, str]] = MappingProxyType(dict.fromkeys(QUESTIONS, "Q") | dict.fromkeys(ANSWERS, "A"))
"""The label of a question's note that a word in small letters stands for."""
# What heads the two columns of a list of words, where nothing else does; each in itself and in some others.
LANGUAGES: Final = frozenset(
    "en english anglais englisch inglés ingles inglese inglês engels английский 英语 英語"
    " fr french français francais französisch francés frances francese francês frans французский 法语"
    " de german allemand deutsch alemán aleman tedesco alemão duits немецкий 德语"
    " es spanish espagnol spanisch español espanol spagnolo espanhol spaans испанский"
    " it italian italien italienisch italiano italiaans итальянский pt portuguese portugais portugiesisch portugués"
    " portoghese português nl dutch néerlandais niederländisch nederlands pl polish polonais polnisch polski"
    " ru russian russe russisch ruso russo русский sv swedish schwedisch svenska"
    " zh chinese chinois chinesisch chino cinese 中文 ja japanese japonais japanisch japonés giapponese 日本語"
    " ko korean coréen koreanisch 한국어 la latin latein latín latino ar arabic arabe arabisch el greek grec griechisch"
    " tr turkish turc türkisch türkçe uk ukrainian ukrainien ukrainisch українська".split()
)
