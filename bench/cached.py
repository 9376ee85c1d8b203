"""How soon what was said before is heard again: kept passages against new ones, in one run.

A real server with a Kokoro of random weights, smaller than the real one, and one client on its socket. Questions of one
form are asked with new numbers each time, and one of them again and again; the same for texts over HTTP, and an answer
is replayed, and fetched in other formats. Times are taken at the client: from the first text of the answer to its
first frame of sound, from the request to its first frame, and from the request to the first sound in the reply.

    python -m bench.cached [--turns 30] [--engine kokoro|espeak] [--json FILE]
"""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path

import httpx

from bench.latencies import Latencies, latencies, show
from bench.repeats import keep
from genie import messages
from tests.models_small import save_kokoro
from tests.serving import Client, Served, client, serving, until_ready

GOAL_MS = 20.0
KEPT = ("kept: text", "replay", "HTTP, kept", "HTTP, after")
"""How the lines begin for which that is the goal."""

HEADER = 44
"""Bytes of a WAV before its first sound."""


async def asked(one: Client, question: str) -> tuple[float, float]:
    """Ask, and return how long the first frame took from the first text on, and from the question on (s)."""
    began = time.monotonic()
    await one.request(messages.Ask(text=question))
    await one.wait(messages.AnswerDelta)
    text = time.monotonic()
    sound = await _first_frame(one)
    await _quiet(one)
    return sound - text, sound - began


async def heard(one: Client, question: str) -> str:
    """Ask, listen to the end of the answer, and return its job."""
    accepted = await one.request(messages.Ask(text=question))
    assert isinstance(accepted, messages.Accepted) and accepted.job is not None
    begun = await one.wait(messages.AudioUpdate, lambda update: update.job == accepted.job)
    await one.wait(messages.AudioEnd, lambda end: end.speech == begun.speech)
    one.forget()
    return accepted.job


async def replayed(one: Client, job: str) -> float:
    """Have an answer spoken again, and return how long its first frame took (s)."""
    began = time.monotonic()
    await one.send(messages.JobReplay(job=job))
    sound = await _first_frame(one)
    await _quiet(one)
    return sound - began


async def fetched(http: httpx.AsyncClient, text: str) -> float:
    """Fetch a text as sound, and return how long its first sound took (s)."""
    return await first_sound(http, "/api/get_tts_audio", {"text": text})


async def first_sound(http: httpx.AsyncClient, path: str, params: dict[str, str]) -> float:
    """Fetch a sound to its end, and return how long what stands behind its header took (s)."""
    began, came = time.monotonic(), 0
    async with http.stream("GET", path, params=params) as reply:
        reply.raise_for_status()
        sound = began
        async for block in reply.aiter_raw():
            if came <= HEADER < came + len(block):
                sound = time.monotonic()
            came += len(block)  # to its end: what is broken off is not kept
    return sound - began


async def _first_frame(one: Client) -> float:
    async with asyncio.timeout(60):
        while not one.sound:
            await one.receive()
    return time.monotonic()


async def _quiet(one: Client) -> None:
    """Stop what is spoken, wait until it has ended, and keep nothing of it."""
    [speech] = one.sound
    await one.send(messages.SpeechStop())
    await one.wait(messages.AudioEnd, lambda end: end.speech == speech)
    one.forget()


async def run(served: Served, turns: int) -> list[Latencies]:
    """Ask, replay and fetch; return the table."""
    async with client(served) as one, httpx.AsyncClient(base_url=served.url, timeout=60) as http:
        repeated = "what is one thousand plus two hundred"
        await heard(one, repeated)
        new = [await asked(one, f"what is {1_100 + number} plus {205 + number}") for number in range(turns)]
        again = [await asked(one, repeated) for _ in range(turns)]
        whole = await heard(one, "what is three thousand plus two")
        replays = [await replayed(one, whole) for _ in range(turns)]
        kept = f"/api/get-answer/{whole}"
        forms = {
            form: [await first_sound(http, kept, {"format": form}) for _ in range(turns)]
            for form in ("wav", "mp3", "ogg")
        }
        http_new = [await fetched(http, text) for text in texts(turns)]
        http_again = [await fetched(http, text) for text in texts(turns)]
    return [
        latencies("new: text → first frame", (text for text, _ in new)),
        latencies("kept: text → first frame", (text for text, _ in again)),
        latencies("new: question → first frame", (question for _, question in new)),
        latencies("kept: question → first frame", (question for _, question in again)),
        latencies("replay → first frame", replays),
        latencies("HTTP, new: request → first sound", http_new),
        latencies("HTTP, kept: request → first sound", http_again),
        latencies("HTTP, kept answer, wav", forms["wav"]),
        *(latencies(f"HTTP, an answer encoded as {form}", forms[form][:1]) for form in ("mp3", "ogg")),
        *(latencies(f"HTTP, kept answer, {form}", forms[form][1:]) for form in ("mp3", "ogg")),
    ]


async def run_again(served: Served, turns: int) -> list[Latencies]:
    """Fetch what an earlier server kept: nothing of it is in memory."""
    async with httpx.AsyncClient(base_url=served.url, timeout=60) as http:
        from_disk = [await fetched(http, text) for text in texts(turns)]
    return [latencies("HTTP, after a restart", from_disk)]


def texts(turns: int) -> list[str]:
    """Return sentences that begin with different words."""
    return [f"{1_100 + number} sheep and {205 + number} goats are here." for number in range(turns)]


async def measure(turns: int, engine: str) -> list[Latencies]:
    """Serve with this engine, and return the table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = ["stt.engine=embedded", f"tts.engine={engine}", "queue.questions_per_minute=6000"]
        if engine == "kokoro":
            settings.append(f"tts.model={save_kokoro(Path(folder) / 'kokoro')}")
        table = []
        for each in (run, run_again):
            with serving(Path(folder) / "data", *settings) as served:
                await until_ready(served)
                table += await each(served, turns)
        return table


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--turns", type=int, default=30)
    options.add_argument("--engine", choices=("kokoro", "espeak"), default="kokoro")
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    load = os.getloadavg()[0]
    table = asyncio.run(measure(chosen.turns, chosen.engine))
    print(f"load before: {load:.2f}, {chosen.engine}")
    show(table, lambda what: f"≤ {GOAL_MS:g} at p50" if what.startswith(KEPT) else "")
    keep(table, chosen.json, load=load)


if __name__ == "__main__":
    main()
