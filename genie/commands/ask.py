"""`genie ask`: ask a question, of a running server or in this process."""

import argparse
import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import datetime
from zoneinfo import ZoneInfo

from genie import zone
from genie.agents import router
from genie.agents.agent import Context
from genie.audio.encoding import encode
from genie.audio.format import Format
from genie.audio.pcm import Pcm
from genie.audio.speech import Manner
from genie.commands.engines import voice
from genie.commands.output import format_of, keep, tell
from genie.commands.server import NoServer, Server, address
from genie.commands.settings import settings_of, token
from genie.conversation import checked
from genie.settings import Settings


def run(options: argparse.Namespace) -> None:
    """Print the answer as it comes, and keep its speech where that is wanted."""
    settings = settings_of(options)
    kind = format_of(options.speak) if options.speak is not None else None
    question = checked(" ".join(options.question), settings.queue.question_chars)
    sound = asyncio.run(_ask(options.url, settings, question, kind))
    if sound is not None:
        keep(options.speak, sound)


async def _ask(url: str | None, settings: Settings, question: str, kind: Format | None) -> bytes | None:
    """Ask the server at `url`; without one, the server in the settings, or this process when there is none."""
    server = Server(url or address(settings.server), token())
    try:
        job = await server.ask(question, tell, zone=_zone(settings))
    except NoServer:
        if url is not None:
            raise
        sound = await _answer(settings, question, listen=kind is not None)
        tell("\n")
        return encode(sound, kind) if sound is not None and kind is not None else None
    tell("\n")
    return server.answer(job, kind) if kind is not None else None


async def _answer(settings: Settings, question: str, *, listen: bool) -> Pcm | None:
    """Answer in this process."""
    agent, slots = router.choose(router.agents(settings.llm), question)
    own = _zone(settings)
    context = Context(now=datetime.now(ZoneInfo(own)), timezone=own, locale=settings.user.locale)
    async with aclosing(_told(agent.answer(slots, context))) as text:
        if listen:
            async with voice(settings) as mouth:
                return await mouth.speak(text, Manner(speed=settings.tts.speed, pronunciations=settings.tts.lexicon))
        async for _ in text:
            continue
    return None


async def _told(text: AsyncIterator[str]) -> AsyncGenerator[str]:
    """Tell each piece of an answer as it passes."""
    async for piece in text:
        tell(piece)
        yield piece


def _zone(settings: Settings) -> str:
    return settings.user.timezone or zone.local()
