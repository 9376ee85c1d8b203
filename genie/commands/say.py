"""`genie say`: speak a text into a file."""

import argparse
import asyncio
import sys

from genie.audio.encoding import encode
from genie.audio.pcm import Pcm
from genie.audio.speech import Manner, whole
from genie.audio.speed import checked_speed
from genie.commands.engines import voice
from genie.commands.output import format_of, keep
from genie.commands.server import Server
from genie.commands.settings import settings_of, token
from genie.progress import Progress
from genie.settings import Settings


def run(options: argparse.Namespace) -> None:
    """Write the speech of a text in the format that the file's name asks for."""
    settings = settings_of(options)
    kind = format_of(options.output)
    text = sys.stdin.read() if options.text == ["-"] else " ".join(options.text)
    if options.url is None:
        speed = settings.tts.speed if options.speed is None else checked_speed(options.speed)
        manner = Manner(options.voice, options.language, speed, settings.tts.lexicon)
        sound = encode(asyncio.run(_speak(settings, text, manner)), kind)
    else:
        with Progress("speaking"):
            sound = Server(options.url, token()).say(
                text, format=kind, voice=options.voice, language=options.language, speed=options.speed
            )
    keep(options.output, sound)


async def _speak(settings: Settings, text: str, manner: Manner) -> Pcm:
    async with voice(settings) as mouth:
        with Progress("speaking"):
            return await mouth.speak(whole(text), manner)
