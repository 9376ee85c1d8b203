"""What is decoded where nobody speaks: nothing, in both modes, of ten minutes each of rooms, machines and music.

Sound passes the real detector and the real listening as fast as they go; a transcriber counts what reaches it. Each
kind is heard at six loudnesses, from full to 40 dB below.

    python -m bench.silence [--seconds 600] [--kinds "violin,fan"] [--json FILE]
"""

import argparse
import asyncio
import itertools
import json
import time
from contextlib import aclosing
from pathlib import Path

from genie import config
from genie.audio.engine import Detector, Spoken, Transcriber
from genie.audio.engines.vad import SileroDetector
from genie.audio.lane import Lane
from genie.audio.listening import Listening, Mode
from genie.audio.transcription import Ears
from genie.messages import Message, Transcript
from tests.fakes import FakeTranscriber
from tests.noises import NOISES, pcm

LEVELS = (1.0, 0.5, 0.2, 0.1, 0.03, 0.01)


async def hear(sound: bytes, mode: Mode) -> tuple[int, int]:
    """Return how many decodes were asked for and how many transcripts held words."""
    engine, told = FakeTranscriber(), list[Message]()
    ear: Lane[Transcriber] = Lane(lambda: engine, name="ear")
    detector: Lane[Detector] = Lane(SileroDetector, name="detector")
    settings = config.load(environment={}, flags={"stt.backlog_s": 3_600.0})
    ears = Ears(ear, detector, settings.stt, settings.vad, Spoken("en"))
    listening = Listening(mode, 16_000, lambda: ears, told.append, "s", itertools.count(1))
    listening.push(sound)
    listening.stop()
    try:
        async with aclosing(listening.utterances()) as utterances:
            async for _ in utterances:
                pass
    finally:
        ear.close()
        detector.close()
    decodes = sum(call in ("hear", "anticipate", "finish") for call in engine.calls)
    return decodes, sum(isinstance(message, Transcript) and bool(message.committed) for message in told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--kinds", default=",".join(NOISES).replace(", ", "; "))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures, each = {}, options.seconds / len(LEVELS)
    for kind in options.kinds.replace("; ", "\0").split(","):
        name, began = kind.replace("\0", ", "), time.perf_counter()
        sound = b"".join(pcm(name, each, level=level, seed=seed) for seed, level in enumerate(LEVELS))
        counts = [asyncio.run(hear(sound, mode)) for mode in ("push_to_talk", "hands_free")]
        decodes, transcripts = (sum(column) for column in zip(*counts, strict=True))
        figures[name] = {"decodes": decodes, "transcripts": transcripts}
        took = time.perf_counter() - began
        print(
            f"{name:18} {2 * options.seconds:6.0f} s  {decodes:3} decodes  {transcripts:3} transcripts  ({took:.0f} s)"
        )
    wrong = sum(figure["decodes"] + figure["transcripts"] for figure in figures.values())
    print(f"{'all':18} {'0: as it should be' if wrong == 0 else f'{wrong}: SOMETHING WAS DECODED'}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
