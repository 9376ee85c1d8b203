"""How long a pause ends a turn, judged by what was said before it. Pure.

The lists are of words with which hardly anybody ends: they make the wait longer, never shorter. Only a full stop, a
question or an exclamation mark makes it shorter: a recognizer that writes none is waited for as by default.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from genie.settings import VadSettings
from genie.tag import primary

STOPS = tuple(".?!。？！｡؟।")
LEFT_OPEN = (",", "、", "，", "،", ";", ":", "-", "–", "—", "...", "…")
QUOTES = "\"'”’»)]」』"


class Words(NamedTuple):
    """How turns of a language do not end: `never` at all, `seldom` unless the recognizer wrote a full stop.

    Two `digits` in a row are a number that is being dictated.
    """

    never: frozenset[str]
    seldom: frozenset[str]
    digits: frozenset[str]


def _words(never: str, seldom: str, digits: str = "") -> Words:
    return Words(frozenset(never.split()), frozenset(seldom.split()), frozenset(digits.split()))


SPACED: Mapping[str, Words] = MappingProxyType(
    {
        "en": _words(
            "and or but because the a an my your his our their if than um uh er erm hmm plus minus times",
            "of to for with from at in on by about is are was what which when where how so then that like point",
            "zero oh one two three four five six seven eight nine",
        ),
        "de": _words(
            "und oder aber weil dass der die das den dem ein eine einen einem einer mein meine dein wenn äh ähm hm "
            "mal plus minus als",
            "von zu für mit aus bei in im auf an um über ist sind was wie wo wann also komma",
            "null eins zwei zwo drei vier fünf sechs sieben acht neun",
        ),
        "fr": _words(
            "et ou mais parce que le la les un une des du de mon ma mes ton ta son sa si euh heu plus moins fois",
            "à pour avec dans sur chez par est sont quand comment où alors virgule",
            "zéro un deux trois quatre cinq six sept huit neuf",
        ),
        "es": _words(
            "y e o u pero porque que el la los las un una unos unas mi tu su si eh em más menos por",
            "de del a al para con en sobre es son qué cómo cuándo dónde entonces coma",
            "cero uno dos tres cuatro cinco seis siete ocho nueve",
        ),
        "it": _words(
            "e o ma perché che il lo la i gli le un uno una mio mia tuo tua se ehm eh più meno per",
            "di del a al da con in su è sono quando come dove allora virgola",
            "zero uno due tre quattro cinque sei sette otto nove",
        ),
        "pt": _words(
            "e ou mas porque que o a os as um uma meu minha teu seu sua se hum é mais menos vezes",
            "de do da para com em no na por são quando como onde então vírgula",
            "zero um dois três quatro cinco seis sete oito nove",
        ),
        "nl": _words(
            "en of maar omdat dat de het een mijn jouw zijn haar als eh ehm uh plus min keer",
            "van naar voor met uit bij in op aan om over is zijn wat hoe waar wanneer dus komma",
            "nul een twee drie vier vijf zes zeven acht negen",
        ),
    }
)  # fmt: skip

JOINED: Mapping[str, Words] = MappingProxyType(
    {
        "ja": _words("と が を に の は て で から けど ので えっと あの ええと", "も や へ"),
        "zh": _words("的 和 跟 把 在 因为 所以 但是 如果 那个 嗯 呃", "是 对 给 到"),
    }
)
"""Languages without spaces: endings, not words."""


def patience(text: str, language: str, settings: VadSettings) -> float:
    """Return the seconds of silence that end a turn of which `text` was heard, in `language` ("" or "en-US", ...)."""
    said = text.strip().rstrip(QUOTES)
    tongue = primary(language)
    if said.endswith(LEFT_OPEN):
        return settings.long_silence_s
    stopped = said.endswith(STOPS)
    if not said.endswith(("?", "？", "؟")) and _is_open(said.rstrip("".join(STOPS)), tongue, stopped=stopped):
        return settings.long_silence_s
    return settings.short_silence_s if stopped else settings.silence_s


def _is_open(said: str, tongue: str, *, stopped: bool) -> bool:
    """Say whether what was said wants to go on: it ends with such a word, or in the middle of a row of digits."""
    spoken = said.casefold()
    if tongue in JOINED:
        words = JOINED[tongue]
        return spoken.endswith(tuple(words.never)) or (not stopped and spoken.endswith(tuple(words.seldom)))
    last = [word.strip(",.") for word in spoken.split()[-2:]]
    if not last or tongue not in SPACED:
        return False
    words = SPACED[tongue]
    row = len(last) == 2 and all(word in words.digits or (len(word) == 1 and word.isdecimal()) for word in last)
    return last[-1] in words.never or (not stopped and (row or last[-1] in words.seldom))
