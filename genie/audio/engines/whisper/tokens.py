"""The tokens of a checkpoint: the special ones, what is read before a transcript, and what the others spell."""

import re
from typing import Any

from genie.errors import BadInput

LONGEST_PROMPT = 96
"""Tokens of context at most; half of what Whisper could take, as each costs time in every decode."""


class Tokens:
    """What a checkpoint's tokenizer and generation_config say."""

    def __init__(self, tokenizer: Any, generation: Any, model: str) -> None:
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
        self._spelled = [_bytes(piece) for piece in tokenizer.convert_ids_to_tokens(list(range(self.end)))]

    def known(self, language: str) -> str:
        """Return the language as this model names it; one that it does not know is `unsupported_language`."""
        code = re.split("[-_]", language.lower())[0]
        codes = list(self.languages) or ["en"]
        if code in codes:
            return code
        raise BadInput(
            "unsupported_language", f"{self._model} hears {', '.join(codes)}, not {language}", field="language"
        )

    def spelled(self, token: int) -> bytes:
        """Return the bytes that a token stands for; a special one stands for none."""
        return self._spelled[token] if token < self.end else b""

    def text(self, tokens: list[int]) -> str:
        """Return what the tokens spell, without bytes that are no text."""
        return b"".join(map(self.spelled, tokens)).decode(errors="ignore").strip()

    def context(self, text: str) -> list[int]:
        """Return the tokens of what was said before, or is likely; its end where it is long."""
        if self.before is None or not text.strip():
            return []
        found: list[int] = self._tokenizer.encode(" " + text.strip(), add_special_tokens=False)
        return [token for token in found if token < self.end][-LONGEST_PROMPT:]

    def prompt(self, language: str | None, context: list[int], *, translate: bool, timed: bool) -> list[int]:
        """Return what is read before a transcript is written; the language is a known one."""
        read = [self.before, *context] if context and self.before is not None else []
        read.append(self.start)
        if self.multilingual and language:
            read.append(self.languages[language])
            task = self._tasks.get("translate" if translate else "transcribe")
            read += [] if task is None else [task]
        return read if timed or self.untimed is None else [*read, self.untimed]

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
