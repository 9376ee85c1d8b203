"""IPA, as dictionaries and people write it, in the phonemes that Kokoro was trained with. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

LONGEST = 100
"""Characters of one word's IPA that are read."""

_TIES = re.compile("[\u035c\u0361/\\[\\]()\\s.]")
"""Ties between two letters, brackets around IPA, dots between syllables."""

_EVERYWHERE: Mapping[str, str] = MappingProxyType(
    {
        "tʃ": "ʧ", "dʒ": "ʤ", "ts": "ʦ", "dz": "ʣ",
        "eɪ": "A", "aɪ": "I", "aʊ": "W", "ɔɪ": "Y", "oʊ": "O", "əʊ": "Q",
        "'": "ˈ", "’": "ˈ", ":": "ː", "g": "ɡ", "ɫ": "l",
    }
)  # fmt: skip
"""What Kokoro writes with a letter of its own, and what people write who lack the letter."""

_ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "ej": "A", "aj": "I", "aw": "W", "oj": "Y", "ɔj": "Y", "ow": "O", "ei": "A", "ai": "I", "au": "W", "ou": "O",
        "ɔi": "Y", "oi": "Y",
        "ɚ": "əɹ", "ɝ": "ɜɹ", "ɜː": "ɜɹ", "r": "ɹ", "ɾ": "T", "ʔ": "t", "e": "ɛ", "o": "ɔ", "a": "æ", "ɐ": "ə",
        "x": "k", "ç": "k", "ɬ": "l", "y": "i", "ø": "ɜ", "œ": "ɜ", "ʁ": "ɹ", "ʀ": "ɹ", "ɲ": "nj", "ʎ": "lj",
    }
)  # fmt: skip
"""The sounds of other languages, and other ways to write English ones, in those that its English knows."""


def kokoro_phonemes(ipa: str, *, english: bool) -> str:
    """Return IPA as phonemes; what Kokoro does not know is left to be left out."""
    table = {**_EVERYWHERE, **(_ENGLISH if english else {})}
    some = "|".join(re.escape(sound) for sound in sorted(table, key=len, reverse=True))
    clean = _TIES.sub("", unicodedata.normalize("NFC", ipa[:LONGEST]))
    return re.sub(some, lambda match: table[match[0]], clean)
