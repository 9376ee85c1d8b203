"""Which engines serve: the small ones that need nothing, and the neural ones where their weights can be had."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

from genie import messages
from genie.audio.engine import Detector, Synthesizer, Transcriber
from genie.audio.engines.fetch import Found
from genie.audio.engines.slot import Described, Neural, Slot, Small
from genie.audio.remote import in_process
from genie.settings import Settings, SttSettings, TtsSettings

DETECTOR_DEADLINE_S = 10.0

ESPEAK_DEADLINE_S = 10.0
"""It makes a sentence in 3 ms and the longest piece, 500 Chinese characters that it names, in 0.3 s: what takes thirty
times as long hangs, on a busy laptop, too."""

E = TypeVar("E", bound=Described)
S = TypeVar("S", SttSettings, TtsSettings)


@dataclass(frozen=True, slots=True)
class Engines:
    """The three engines of a server, shared by all its sessions."""

    stt: Slot[Transcriber]
    tts: Slot[Synthesizer]
    vad: Slot[Detector]

    async def start(self) -> None:
        """Load the engines, fetching weights where they are wanted; return when each serves or has failed."""
        await asyncio.gather(self.stt.start(), self.tts.start(), self.vad.start())

    async def serve(self) -> None:
        """Load the engines, and try what failed again, until nothing will change any more.

        Run it as a task and cancel it at the end: a fetch may take many minutes.
        """
        await asyncio.gather(self.stt.serve(), self.tts.serve(), self.vad.serve())

    def ready(self) -> bool:
        """Say whether every engine serves; a small one that stands in for a neural one does."""
        return all(slot.state.state == "ready" for slot in (self.stt, self.tts, self.vad))

    def states(self) -> messages.Engines:
        return messages.Engines(stt=self.stt.state, tts=self.tts.state, vad=self.vad.state)

    def close(self) -> None:
        """Let every engine go."""
        for slot in (self.stt, self.tts, self.vad):
            slot.close()


def choose(settings: Settings, phrases: tuple[str, ...], *, fetch: bool = True) -> Engines:
    """Plan the engines that the settings ask for; `phrases` are what the small ear is to understand best.

    Without `fetch` an engine whose weights are not on disk fails.
    """
    return Engines(
        stt=_ear(settings.stt, phrases, fetch=fetch),
        tts=_voice(settings.tts, fetch=fetch),
        vad=Slot(Small("silero", _silero), None, DETECTOR_DEADLINE_S),
    )


def _ear(settings: SttSettings, phrases: tuple[str, ...], *, fetch: bool) -> Slot[Transcriber]:
    small = Small("pocketsphinx", in_process(partial(_pocketsphinx, phrases)))
    neural = Neural("whisper", settings.model, settings.device, partial(_fitting, _whisper, settings), fetch)
    wants_small, wants_neural = _wants(settings.engine)
    return Slot(small if wants_small else None, neural if wants_neural else None, settings.deadline_s)


def _voice(settings: TtsSettings, *, fetch: bool) -> Slot[Synthesizer]:
    small = Small("espeak", partial(_espeak, settings), ESPEAK_DEADLINE_S)
    neural = Neural("kokoro", settings.model, settings.device, partial(_fitting, _kokoro, settings), fetch)
    wants_small, wants_neural = _wants(settings.engine)
    return Slot(small if wants_small else None, neural if wants_neural else None, settings.deadline_s)


def _wants(engine: Literal["auto", "embedded", "whisper", "pocketsphinx", "kokoro", "espeak"]) -> tuple[bool, bool]:
    """Say whether the small and the neural engine are wanted."""
    match engine:
        case "auto":
            return True, True
        case "embedded" | "pocketsphinx" | "espeak":
            return True, False
        case "whisper" | "kokoro":
            return False, True


def _pocketsphinx(phrases: tuple[str, ...]) -> Transcriber:
    from genie.audio.engines.pocketsphinx import PocketSphinxTranscriber

    return PocketSphinxTranscriber(phrases)


def _silero() -> Detector:
    from genie.audio.engines.vad import SileroDetector

    return SileroDetector()


def _espeak(settings: TtsSettings) -> Synthesizer:
    from genie.audio.engines.espeak import EspeakSynthesizer  # which gives the library a process of its own

    voice = "" if settings.engine == "auto" else settings.voice  # with auto, a named voice is Kokoro's
    return EspeakSynthesizer(voice, settings.language)


def _fitting(make: Callable[[S, Found], E], settings: S, found: Found) -> E:
    """Make a neural engine on the device of its settings, or on the processor where it does not fit there."""
    from genie.audio.engines import accelerator

    return accelerator.where_it_fits(
        settings.device, lambda device: make(settings.model_copy(update={"device": device}), found)
    )


def _whisper(settings: SttSettings, found: Found) -> Transcriber:
    from genie.audio.engines.whisper.transcriber import WhisperTranscriber

    return WhisperTranscriber(
        found.folder,
        model=found.model,
        device=settings.device,
        threads=settings.threads,
        precision=settings.precision,
        crop_s=settings.crop_s,
        guard_s=settings.guard_s,
    )


def _kokoro(settings: TtsSettings, found: Found) -> Synthesizer:
    from genie.audio.engines.kokoro.synthesizer import KokoroSynthesizer

    return KokoroSynthesizer(
        found.folder,
        model=found.model,
        voice=settings.voice,
        language=settings.language,
        device=settings.device,
        threads=settings.threads,
        precision=settings.precision,
    )
