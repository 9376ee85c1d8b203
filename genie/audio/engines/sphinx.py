"""PocketSphinx's models for US English, read once, and the decoders that share them."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from genie.audio.engine import LISTENING_RATE
from genie.audio.engines.commands import Commands, dictionary
from genie.audio.engines.phones import phones

NARROW = {"maxhmmpf": 3000, "maxwpf": 10, "pl_window": 10}
"""Bounds on dictation's search: a third faster than the defaults, and no less right on spoken clips."""

SETTINGS = {"samprate": LISTENING_RATE, "loglevel": "FATAL"}

UNKNOWN = -500_000_000
"""Logarithm, to the base 1.0001, below which the language model does not know a word."""

BOOST = 100.0
"""How many times likelier than one of all words a user's own word is."""

USUAL = -66_000
"""Logarithm above which a word is as likely as that without being boosted."""

MARK = "~"
"""In the decoder a user's own word has this behind it: there the same word may be known, and rare."""

Sounds = Mapping[str, list[str]]


class Models:
    """The carried models without the 55,000 words that their language model lacks: a decoder takes 45 MiB, not 88."""

    def __init__(self, phrases: Iterable[str]) -> None:
        """Read the models (0.3 s) and learn `phrases`, the sentences that are to be understood best."""
        from pocketsphinx import get_model_path

        self._language = _language()
        carried = Path(get_model_path("en-us/cmudict-en-us.dict")).read_text(encoding="utf-8")
        self._sounds = _sounds(carried)
        self._words = self._known(carried)
        self.commands = Commands.of(phrases, self.sounds)

    def sounds(self, word: str) -> list[str]:
        """Return how a word is pronounced, all variants; one that the dictionary lacks by eSpeak's rules."""
        return self._sounds.get(word) or [said for said in [phones(word)] if said]

    def dictation(self, own: Iterable[str] = ()) -> Any:
        """Return a decoder for anything, to which these words of a user's own are likely (0.3 s)."""
        from pocketsphinx import Decoder

        said = self._said(own)
        language = self._taught(said) if said else self._language
        with _files(self._words + "".join(f"{name} {sound}\n" for name, sound in said.items())) as (words,):
            decoder = Decoder(**SETTINGS, **NARROW, lm=None, dict=words)
        decoder.add_lm("dictation", language)
        decoder.activate_search("dictation")
        return decoder

    def command(self) -> Any | None:
        """Return a decoder that expects nothing but the phrases, None without any."""
        from pocketsphinx import Decoder

        if self.commands is None:
            return None
        with _files(self.commands.model, self.commands.dictionary) as (model, words):
            return Decoder(**SETTINGS, lm=model, dict=words)

    def spotting(self, phrases: Mapping[str, float]) -> Any:
        """Return a decoder that spots each phrase where it is so much likelier than any other sound (10 ms, 6 MiB)."""
        from pocketsphinx import Decoder

        words = {word: self.sounds(word) for word in " ".join(phrases).split()}
        known = "".join(f"{phrase} /{ratio:g}/\n" for phrase, ratio in phrases.items())
        with _files(dictionary(words), known) as (said, spotted):
            decoder = Decoder(**SETTINGS, lm=None, dict=said)
            decoder.add_kws("phrases", spotted)
        decoder.activate_search("phrases")
        return decoder

    def _said(self, own: Iterable[str]) -> dict[str, str]:
        """Return a name in the decoder and its pronunciation for each variant of a user's own words."""
        return {
            f"{word}{MARK * number}": sound
            for word in own
            if self._language.prob([word]) < USUAL
            for number, sound in enumerate(self._variants(word), 1)
        }

    def _taught(self, names: Iterable[str]) -> Any:
        """Return a language model of its own (20 MiB) that knows the names: one that decoders use must not change."""
        language = _language()
        for name in names:
            language.add_word(name, BOOST)
        return language

    def _variants(self, word: str) -> list[str]:
        """Return the dictionary's variants and eSpeak's, which knows more names."""
        return list(dict.fromkeys(said for said in (*self._sounds.get(word, ()), phones(word)) if said))

    def _known(self, carried: str) -> str:
        """Return the dictionary's lines whose words the language model knows."""
        lines = carried.splitlines(keepends=True)
        return "".join(line for line in lines if self._language.prob([_word(line)]) > UNKNOWN)


def _language() -> Any:
    """Read the language model of US English (0.1 s)."""
    from pocketsphinx import Config, LogMath, NGramModel, get_model_path

    return NGramModel(Config(**SETTINGS), LogMath(), get_model_path("en-us/en-us.lm.bin"))


@contextmanager
def _files(*texts: str) -> Iterator[list[str]]:
    """Write each text into a file and yield their paths: the library reads models from files only."""
    with tempfile.TemporaryDirectory(prefix="genie-sphinx-") as folder:
        paths = [Path(folder) / str(number) for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        yield [str(path) for path in paths]


def _sounds(carried: str) -> Sounds:
    sounds: dict[str, list[str]] = {}
    for line in carried.splitlines():
        sounds.setdefault(_word(line), []).append(line.split(" ", 1)[1])
    return sounds


def _word(line: str) -> str:
    """Return the word of a dictionary's line; the second variant of "read" is written "read(2)"."""
    return re.sub(r"\(\d+\)$", "", line.split(" ", 1)[0])
