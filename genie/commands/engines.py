"""Engines in the process of a command: loaded for one use, and let go."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np

from genie.agents.phrases import sentences
from genie.audio.cast import Cast, Role
from genie.audio.engine import Transcriber
from genie.audio.engines.choose import choose
from genie.audio.engines.slot import E, Slot
from genie.audio.lane import Lane
from genie.audio.pcm import Pcm
from genie.audio.speech import Manner, pieces
from genie.audio.studio import Studio
from genie.errors import BadInput
from genie.progress import Progress
from genie.settings import Settings
from genie.weights import settled


@asynccontextmanager
async def ear(settings: Settings) -> AsyncIterator[Lane[Transcriber]]:
    """Load the transcriber that the settings ask for."""
    async with _loaded(
        choose(settled(settings), tuple(text for _, text in sentences()), fetch=False).stt, "loading the ear"
    ) as slot:
        yield slot.lane


@asynccontextmanager
async def voice(settings: Settings) -> AsyncIterator["Voice"]:
    """Load the synthesizer that the settings ask for."""
    async with _loaded(choose(settled(settings), (), fetch=False).tts, "loading the voice") as slot:
        yield Voice(Studio(slot.lane, slot.card))


class Voice:
    """A loaded synthesizer."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def speak(self, text: AsyncIterator[str], manner: Manner) -> Pcm:
        """Return the whole speech of a text by just the voice that is named, or raise `nothing_to_say`."""
        Cast(self._studio.card).exact(Role(manner.voice, manner.language))
        sounds = [piece.samples async for piece in pieces(text, self._studio, manner)]
        if not sounds:
            raise BadInput("nothing_to_say", "there is nothing in this text that can be spoken")
        return Pcm(self._studio.rate, np.concatenate(sounds))


@asynccontextmanager
async def _loaded(slot: Slot[E], label: str) -> AsyncIterator[Slot[E]]:
    try:
        with Progress(label, note=lambda: slot.state.reason):
            await slot.start()
        yield slot
    finally:
        slot.close()
