"""How an English word sounds, by eSpeak's rules, in the phones of the CMU dictionary."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from genie.audio.engines.espeak_library import phonemes

_PHONES: Mapping[str, str] = MappingProxyType(
    {
        "tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "oʊ": "OW", "ɔɪ": "OY", "əl": "AH L", "n̩": "AH N",
        "iə": "IY AH", "aɪɚ": "AY ER", "ɔːɹ": "AO R", "oːɹ": "AO R", "ɑːɹ": "AA R", "ɪɹ": "IH R", "ɛɹ": "EH R",
        "ʊɹ": "UH R",
        "iː": "IY", "i": "IY", "ɪ": "IH", "ᵻ": "IH", "e": "EY", "ɛ": "EH", "æ": "AE", "aː": "AA", "a": "AA",
        "ɑː": "AA", "ɑ": "AA", "ɔː": "AO", "ɔ": "AO", "ɒ": "AA",
        "oː": "AO", "uː": "UW", "u": "UW", "ʊ": "UH", "ʌ": "AH",
        "ə": "AH", "ɐ": "AH", "ɚ": "ER", "ɜː": "ER", "p": "P", "b": "B", "t": "T", "d": "D", "k": "K", "ɡ": "G",
        "f": "F", "v": "V", "θ": "TH", "ð": "DH", "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "h": "HH", "x": "K",
        "m": "M", "n": "N", "ŋ": "NG", "l": "L", "ɹ": "R", "r": "R", "w": "W", "j": "Y", "ɾ": "T", "ʔ": "T",
    }
)  # fmt: skip
"""The phones of each sound that eSpeak's American English writes in IPA."""

_SOUND = re.compile("|".join(sorted(map(re.escape, _PHONES), key=len, reverse=True)))
_SILENT = re.compile(r"[ˈˌː\s_‖]")


def phones(word: str) -> str:
    """Return the phones with spaces between, empty when eSpeak makes a sound of it that the dictionary lacks."""
    ipa = phonemes(word, "en-us")
    found = _SOUND.findall(ipa)
    return " ".join(_PHONES[sound] for sound in found) if not _SILENT.sub("", _SOUND.sub("", ipa)) else ""
