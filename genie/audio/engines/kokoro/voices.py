"""The voices of a Kokoro folder: which one is meant, and its styles, of one voice or of several blended."""

from collections import OrderedDict
from pathlib import Path

import torch
from torch import Tensor

from genie.audio.blend import Blend, parse
from genie.audio.engine import Voice
from genie.audio.engines.kokoro_names import LANGUAGES, voice_of
from genie.errors import BadInput, StageFailed
from genie.tag import plain, primary

DEFAULT_VOICE = "af_heart"

PACKS_KEPT = 64
"""Voices and blends whose styles stay in memory, half a megabyte each."""

STYLE = 256


class Voices:
    """Find voices by name or language, and read their styles when they are first used."""

    def __init__(self, folder: Path, device: str, *, voice: str, language: str) -> None:
        """`voice` and `language` hold where a call names none."""
        self._files = {file.stem: file for file in sorted(folder.glob("voices/*.pt")) if file.stem[0] in LANGUAGES}
        self._device = device
        self._voice, self._language = voice, language or LANGUAGES["a"]
        self._packs: OrderedDict[Blend, Tensor] = OrderedDict()

    def all(self) -> list[Voice]:
        return [voice_of(name) for name in self._files]

    def find(self, voice: str | None, language: str | None) -> Blend:
        """Return the named voice or blend, which must speak the named language, or a voice that speaks the language.

        Raises BadInput `unknown_voice`, `bad_blend` or `unsupported_language`.
        """
        if not voice and not language:
            voice, language = self._voice, "" if self._voice else self._language
        if not voice:
            return ((self._speaker_of(language or ""), 1.0),)
        blend = tuple((name.lower(), share) for name, share in parse(voice))
        for name, _ in blend:
            self._check(name, language)
        if len({primary(LANGUAGES[name[0]]) for name, _ in blend}) > 1:
            spoken = ", ".join(f"{name} {LANGUAGES[name[0]]}" for name, _ in blend)
            raise BadInput("bad_blend", f"a blend has voices of one language, but {spoken}", field="voice")
        return blend

    def styles(self, blend: Blend) -> Tensor:
        """Return the styles of a voice, shape (phonemes, 256): one for each length of text. Raises `bad_voice`."""
        if blend not in self._packs:
            packs = [self._read(name) for name, _ in blend]
            shortest = min(len(pack) for pack in packs)
            mixed = [pack[:shortest] * share for pack, (_, share) in zip(packs, blend, strict=True)]
            self._packs[blend] = torch.stack(mixed).sum(0) if len(mixed) > 1 else packs[0]
            if len(self._packs) > PACKS_KEPT:
                self._packs.popitem(last=False)
        self._packs.move_to_end(blend)
        return self._packs[blend]

    def _read(self, name: str) -> Tensor:
        pack = torch.load(self._files[name], weights_only=True, map_location=self._device)
        if not isinstance(pack, Tensor) or pack.numel() == 0 or pack.numel() % STYLE or pack.shape[-1] != STYLE:
            raise StageFailed("bad_voice", f"{self._files[name].name} holds no styles of a voice of Kokoro")
        return pack.float().reshape(-1, STYLE)

    def _check(self, name: str, language: str | None) -> None:
        if name not in self._files:
            known = ", ".join(self._files)
            raise BadInput("unknown_voice", f"Kokoro has no voice {name}; it has {known}", field="voice")
        spoken = LANGUAGES[name[0]]
        if language and primary(language) != primary(spoken):
            raise BadInput(
                "unsupported_language", f"the voice {name} speaks {spoken}, not {language}", field="language"
            )

    def _speaker_of(self, language: str) -> str:
        """Return a voice for the language: the default where it fits, one of the very tag before one of its family."""
        tag = plain(language)
        names = sorted(self._files, key=lambda name: (LANGUAGES[name[0]] != tag, name != DEFAULT_VOICE))
        for name in names:
            if primary(LANGUAGES[name[0]]) == primary(tag):
                return name
        spoken = ", ".join(sorted({LANGUAGES[name[0]] for name in self._files}))
        raise BadInput("unsupported_language", f"Kokoro speaks {spoken}, not {language}", field="language")


def name_of(blend: Blend) -> str:
    """Return a blend as it is written."""
    return "+".join(name if len(blend) == 1 else f"{name}*{share:g}" for name, share in blend)
