"""IPA in the mnemonics by which eSpeak can be told how a word sounds. Each of its voices knows other ones. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType

LONGEST = 100
"""Characters of one word's IPA that are read."""

CONSONANTS = (
    "p", "b", "t", "d", "k", "g", "f", "v", "T", "D", "s", "z", "S", "Z", "x", "C", "h", "m", "n", "N", "n^", "l",
    "l^", "r", "r/", "R", "w", "j", "tS", "dZ", "ts", "dz", "?", "Q",
)  # fmt: skip
VOWELS = (
    "a", "a:", "aa", "A", "A:", "A~", "E", "E:", "E~", "e", "e:", "e~", "I", "i", "i:", "I2", "i2", "o", "o:",
    "o~", "O", "O:", "O~", "O2", "u", "u:", "U", "V", "V2", "@", "@2", "@L", "3", "3:", "0", "&", "y", "y:", "Y",
    "Y:", "W", "W:", "eI", "aI", "aU", "OI", "oU", "@U", "au", "OY", "i@", "e@", "U@", "I@", "aI@", "aU@", "A@",
    "O@", "o@", "I#",
)  # fmt: skip
"""Mnemonics that a voice may have."""

STRESS: Mapping[str, str] = MappingProxyType({"ˈ": "'", "'": "'", "’": "'", "ˌ": ","})
VOWEL = re.compile("[aeiouyɐɑɒæəɘɚɛɜɝɞɤɨɪᵻɔøœɶʉʊʌʏɯ]")

_NEAR: Mapping[str, str] = MappingProxyType(
    {
        "ɹ": "rɾʁ", "r": "ɹɾʁ", "ʁ": "ɹrɾ", "ʀ": "ʁɹrɾ", "ɾ": "ɹrd", "g": "ɡ", "ɫ": "l", "ʎ": "l", "ɲ": "n", "ŋ": "n",
        "x": "kh", "ç": "ʃx", "ɣ": "ɡ", "θ": "s", "ð": "zd", "ʒ": "ʃ", "z": "s", "v": "fb", "w": "vu", "h": "x",
        "a": "æɑɐ", "æ": "aɛ", "ɑ": "aɒʌ", "ɒ": "ɔɑo", "ɐ": "əaʌ", "ʌ": "əaɐ", "ə": "ɐɛɜ", "ɜ": "əɛ", "ɚ": "əɜ",
        "ɝ": "ɜə", "ᵻ": "ɪə", "e": "ɛ", "ɛ": "e", "i": "ɪ", "ɪ": "i", "o": "ɔ", "ɔ": "oɒ", "u": "ʊ", "ʊ": "u",
        "y": "ʏuɪi", "ʏ": "yʊɪ", "ø": "œɜeɛ", "œ": "øɜɛe", "ɨ": "ɪi", "ʉ": "uʊ", "ɯ": "uʊ",
    }
)  # fmt: skip
"""What is said instead of a sound that a voice does not have, the nearest first."""

_SILENT = re.compile("[\u035c\u0361/\\[\\]()\\s.]")


def mnemonics(ipa: str, sounds: Mapping[str, str]) -> str:
    """Return IPA in the mnemonics of a voice, by the sounds that it has; empty where it has none of them."""
    clean = _SILENT.sub("", unicodedata.normalize("NFC", ipa[:LONGEST]).replace(":", "ː"))
    said = list(_parts(clean, sounds))
    return "".join(said) if any(part not in STRESS.values() for part in said) else ""


def _parts(ipa: str, sounds: Mapping[str, str]) -> Iterator[str]:
    """Yield mnemonics, a bar after each; a stress, which IPA writes before its syllable, just before its vowel."""
    stress, at = "", 0
    while at < len(ipa):
        if ipa[at] in STRESS:
            stress, at = STRESS[ipa[at]], at + 1
            continue
        length, sound = _longest(ipa, at, sounds)
        if sound:
            if stress and VOWEL.match(ipa[at]):
                yield stress
                stress = ""
            yield f"{sound}|"
        at += length


def _longest(ipa: str, at: int, sounds: Mapping[str, str]) -> tuple[int, str]:
    """Return how many letters the next sound has and what it is, or the nearest one; empty for what is none."""
    for length in (4, 3, 2, 1):
        if found := sounds.get(ipa[at : at + length]):
            return length, found
    near = (sounds.get(form) for other in ipa[at] + _NEAR.get(ipa[at], "") for form in (other, other + "ː"))
    return 1, next(filter(None, near), "")
