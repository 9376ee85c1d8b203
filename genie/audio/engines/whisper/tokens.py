"""The tokens of a checkpoint: the special ones, what is read before a transcript, and what the others spell."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from genie.audio.engine import Spoken
from genie.audio.engines.glossary import context
from genie.audio.engines.tongues import chosen
from genie.errors import BadInput

LONGEST_PROMPT = 96
"""Tokens of context at most; half of what Whisper could take, as each costs time in every decode."""


class Tokens:
    """What a checkpoint's tokenizer and generation_config say."""

    def __init__(self, tokenizer: Any, generation: Any, model: str, *, translates: bool = True) -> None:
        """Read them; `translates` says whether the network was trained to, as far as its shape tells."""
        self._tokenizer = tokenizer
        self._model = model
        self.start: int = generation.decoder_start_token_id
        self.end: int = _first(generation.eos_token_id)
        self.untimed: int | None = getattr(generation, "no_timestamps_token_id", None)
        self.silence = self._special("<|nospeech|>") or self._special("<|nocaptions|>")
        self.before = self._special("<|startofprev|>")
        self.multilingual = bool(getattr(generation, "is_multilingual", False))
        languages = getattr(generation, "lang_to_id", None) or {}
        self.languages = {name.strip("<|>"): number for name, number in languages.items()} if self.multilingual else {}
        self._tasks: dict[str, int] = getattr(generation, "task_to_id", None) or {}
        self._translates = translates and "translate" in self._tasks
        self._spelled = [_bytes(piece) for piece in tokenizer.convert_ids_to_tokens(list(range(self.end)))]

    def known(self, spoken: Spoken) -> Spoken:
        """Return what is known of an utterance with its languages as this model names them.

        One that it does not know is `unsupported_language`, a translation that it cannot make `cannot_translate`.
        """
        codes = chosen(spoken, tuple(self.languages) or ("en",), self._model)
        if spoken.translate and codes != ("en",) and not self._translates:
            raise BadInput(
                "cannot_translate",
                f"{self._model} cannot translate; a multilingual Whisper that is neither distil nor turbo can",
                field="translate",
            )
        return replace(spoken, language=codes[0] if len(codes) == 1 else None, languages=codes)

    def spelled(self, token: int) -> bytes:
        """Return the bytes that a token stands for; a special one stands for none."""
        return self._spelled[token] if token < self.end else b""

    def text(self, tokens: list[int]) -> str:
        """Return what the tokens spell, without bytes that are no text."""
        return b"".join(map(self.spelled, tokens)).decode(errors="ignore").strip()

    def context(self, words: Sequence[str], text: str, room: int) -> list[int]:
        """Return the tokens of names to expect and of what was said before, as far as they may be read."""
        return [] if self.before is None else context(self._encoded, words, text, min(room, LONGEST_PROMPT))

    def prompt(self, language: str | None, context: list[int], *, translate: bool, timed: bool) -> list[int]:
        """Return what is read before a transcript is written; the language is a known one."""
        read = [self.before, *context] if context and self.before is not None else []
        read.append(self.start)
        if self.multilingual and language:
            read.append(self.languages[language])
            task = self._tasks.get("translate" if translate else "transcribe")
            read += [] if task is None else [task]
        return read if timed or self.untimed is None else [*read, self.untimed]

    def _encoded(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return [token for token in found if token < self.end]  # a name may look like a special one

    def _special(self, name: str) -> int | None:
        number = self._tokenizer.convert_tokens_to_ids(name)
        found: bool = number is not None and self._tokenizer.convert_ids_to_tokens(number) == name
        return number if found else None


def _first(end: int | list[int]) -> int:
    return end[0] if isinstance(end, list) else end


def _bytes(piece: str) -> bytes:
    """Return the bytes of a piece as byte-level tokenizers write it: each byte as one printable letter."""
    return bytes(_BYTES[letter] for letter in piece if letter in _BYTES)


def _byte_letters() -> dict[str, int]:
    """Return the byte that each letter stands for (GPT-2's table: printable ones are themselves)."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(others)}


_BYTES = _byte_letters()
