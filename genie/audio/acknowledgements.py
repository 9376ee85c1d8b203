"""What is said often and in the same words: made before anybody wants it, so that it sounds at once."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from genie.audio.speech import Manner, Speech, pieces, whole
from genie.audio.studio import Studio
from genie.errors import GenieError

log = logging.getLogger(__name__)

ONE_MOMENT = {
    "en": "One moment.",
    "de": "Einen Moment.",
    "es": "Un momento.",
    "fr": "Un instant.",
    "it": "Un momento.",
    "pt": "Um momento.",
}
"""Said while an answer is awaited, by the language of the voice; a voice of another language keeps silent."""

PHRASES = (ONE_MOMENT["en"], "All right.", "You are welcome.", "Goodbye.")
"""What genie says as often as it is spoken to."""


@asynccontextmanager
async def acknowledging(speech: Speech | None, after_s: float) -> AsyncIterator[None]:
    """Say that an answer is on its way when its speech has nothing to say for `after_s` seconds (0: never).

    What is said so is no part of the answer.
    """
    if speech is None or not after_s:
        yield
        return
    timer = asyncio.get_running_loop().call_later(after_s, _acknowledge, speech)
    try:
        yield
    finally:
        timer.cancel()


def _acknowledge(speech: Speech) -> None:
    if speech.line is not None and not speech.fed:
        speech.line.say_before(speech, ONE_MOMENT)


async def rehearse(studio: Studio, manner: Manner) -> None:
    """Have the phrases made that are not kept yet, while nobody else wants the voice."""
    if studio.card.instant:
        return
    for phrase in PHRASES:
        try:
            async with aclosing(pieces(whole(phrase), studio.in_spare_time(), manner)) as sounds:
                async for _ in sounds:
                    pass
        except GenieError as error:
            log.warning("not_rehearsed", extra={"code": error.code})
            return
