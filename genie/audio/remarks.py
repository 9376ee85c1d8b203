"""What is said into an answer and asks nothing: "mhm" goes along with it, "stop" ends it, an echo repeats it. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Literal

from genie.tag import primary

Remark = Literal["nothing", "backchannel", "stop", "question"]

GOES_ALONG: Mapping[str, str] = MappingProxyType(
    {
        "en": "mhm mmhm mmm mm hmm hm uhhuh uh huh um ah oh aha yeah yes yep yup ya okay ok right sure cool wow great"
        " nice alright exactly true indeed i see got it all of course",
        "de": "mhm hmhm hmm hm äh ähm ah oh aha ja jaja okay ok genau gut klar richtig stimmt na so ach schön toll",
        "fr": "hum euh ah oh oui ouais ok okay bien voilà exactement super daccord bon",
        "es": "mmm eh ah oh sí si ajá ok okay vale claro bueno bien ya exacto",
        "it": "mmm eh ah oh sì si ok okay va bene certo già esatto giusto",
    }
)
"""Words with which a listener goes along; what consists of nothing else is no turn."""

ENDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": (
            "stop", "stop it", "stop that", "stop talking", "stop speaking", "be quiet", "quiet", "shut up", "silence",
            "hush", "halt", "enough", "thats enough", "that is enough", "wait", "wait a moment", "wait a minute",
            "wait a second", "hold on", "hang on", "never mind", "cancel",
        ),
        "de": (
            "stopp", "stop", "halt", "ruhe", "sei still", "sei ruhig", "sei leise", "hör auf", "aufhören", "genug",
            "warte", "schluss", "es reicht", "das reicht",
        ),
        "fr": ("stop", "arrête", "arrêtez", "silence", "tais toi", "taisez vous", "assez", "ça suffit", "attends"),
        "es": ("para", "alto", "basta", "silencio", "cállate", "espera", "detente", "ya basta"),
        "it": ("basta", "fermati", "silenzio", "zitto", "zitta", "stop", "aspetta", "taci"),
    }
)  # fmt: skip
"""What ends an answer, said alone."""

COURTESIES = frozenset({"genie", "please", "bitte", "hey", "ok", "okay", "no", "nein", "now", "jetzt", "thanks"})
"""Words around such a command that change nothing."""

LAUGH = re.compile(r"a?(h[aeio])\1+h?|(j[aei])\2+|hah?")
"""A laugh, as ears write it: "ha", "hahaha", "hehe", "jaja"."""

MIN_RUN = 3
"""Words that stand in what genie says as they do in what was heard, from which on they are taken for an echo of it."""


def words(text: str) -> list[str]:
    """Return the words of a text, without case and signs."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("'", "").replace("’", "")
    return re.findall(r"[^\W_]+", plain)


def remark(text: str, language: str) -> Remark:
    """Say what a text is that was said into an answer, in this language (BCP 47) or in English."""
    said = words(text)
    if not said:
        return "nothing"
    tongue = primary(language)
    core = [word for word, _ in groupby(said) if word not in COURTESIES]
    if " ".join(said) in _of(ENDS, tongue) or (core and " ".join(core) in _of(ENDS, tongue)):
        return "stop"
    return "question" if real_words(text, language) else "backchannel"


def real_words(text: str, language: str) -> int:
    """Count the words that do more than go along."""
    along = GOES_ALONG.get(primary(language), "")
    known = {*GOES_ALONG["en"].split(), *along.split()}
    return sum(word not in known and not LAUGH.fullmatch(word) for word in words(text))


def is_run(text: str, spoken: str, at_least: int = MIN_RUN) -> bool:
    """Say whether the words of a text, so many or more, stand together in what was spoken."""
    said = words(text)
    return len(said) >= at_least and f" {' '.join(said)} " in f" {' '.join(words(spoken))} "


def _of(table: Mapping[str, tuple[str, ...]], tongue: str) -> tuple[str, ...]:
    return table["en"] + table.get(tongue, ())
