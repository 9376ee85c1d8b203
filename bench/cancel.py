"""How soon a cancel is answered, and how soon text, sound and the work behind them end, in every unfinished state.

A real server, whose language model (a small one here, on loopback) says a word every 30 ms and never ends. A question
is cancelled while it waits, while it runs without a word yet, and while its answer is streamed and spoken. The goal is
100 ms for each.

    python -m bench.cancel [--times 20] [--json FILE]
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.latencies import Latencies, latencies, show
from bench.repeats import keep
from genie import messages
from tests.serving import Client, Served, client, serving, until_ready

WORD_S = 0.03
AFTER_S = 0.3
"""What still comes after a cancel is waited for this long."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
AT_ONCE = 4


class Model:
    """An endpoint that talks for ever; of a question that says "silent" it says nothing."""

    def __init__(self) -> None:
        self.base_url = ""
        self.left_at = 0.0
        self.talking = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in request.split(b"\r\n") if line.lower().startswith(b"content-l")
        )
        silent = b"silent" in await reader.readexactly(length)
        self.talking += 1
        talk = asyncio.create_task(self._talk(writer, silent=silent))
        await reader.read()  # ends when the server lets go
        self.left_at = time.monotonic()
        self.talking -= 1
        talk.cancel()
        writer.close()

    async def _talk(self, writer: asyncio.StreamWriter, *, silent: bool) -> None:
        writer.write(HEAD)
        while True:
            if not silent:
                delta = json.dumps({"choices": [{"delta": {"content": "word. "}}]})
                writer.write(f"data: {delta}\n\n".encode())
            await asyncio.sleep(WORD_S)


@asynccontextmanager
async def modelling() -> AsyncIterator[Model]:
    model = Model()
    endpoint = await asyncio.start_server(model.answer, "127.0.0.1", 0)
    model.base_url = f"http://127.0.0.1:{endpoint.sockets[0].getsockname()[1]}/v1"
    async with endpoint:
        yield model


async def asked_for(one: Client, question: str) -> str:
    """Ask, and return the job."""
    accepted = await one.request(messages.Ask(text=question))
    assert isinstance(accepted, messages.Accepted) and accepted.job is not None
    return accepted.job


async def cancelled(one: Client, job: str) -> tuple[float, float, float]:
    """Cancel a job; return when that was asked and answered, and when the last text or sound of it came (s)."""
    asked = last = time.monotonic()
    await one.send(messages.JobCancel(job=job, ref="cancel"))
    answered = 0.0
    while (left := asked + AFTER_S - time.monotonic()) > 0:
        try:
            async with asyncio.timeout(left):
                message = await one.receive()
        except TimeoutError:
            break
        if message is None or isinstance(message, messages.AnswerDelta):
            last = time.monotonic()
        elif getattr(message, "ref", None) == "cancel":
            answered = time.monotonic()
    return asked, answered, last


async def while_waiting(served: Served, times: int) -> list[Latencies]:
    """Cancel a question that has not begun, behind as many as run at once."""
    answers = []
    async with client(served) as one:
        running = [await asked_for(one, f"silent {number}") for number in range(AT_ONCE)]
        for number in range(times):
            job = await asked_for(one, f"silent and waiting {number}")
            asked, answered, _ = await cancelled(one, job)
            answers.append(answered - asked)
        for job in running:
            await cancelled(one, job)
    return [latencies("waiting: cancel → accepted", answers)]


async def while_running(served: Served, model: Model, times: int, *, silent: bool) -> list[Latencies]:
    """Cancel a question that runs: before its first word, or while it is spoken."""
    name = "running" if silent else "speaking"
    answers, lasts, ends = [], [], []
    async with client(served) as one:
        for number in range(times):
            talking = model.talking
            job = await asked_for(one, f"{'silent' if silent else 'tell me'} {number}")
            async with asyncio.timeout(10):
                while model.talking == talking:
                    await asyncio.sleep(0.01)
            if not silent:
                one.sound.clear()
                while not one.sound:
                    await one.receive()
            asked, answered, last = await cancelled(one, job)
            answers.append(answered - asked)
            lasts.append(last - asked)
            ends.append(model.left_at - asked)
    rows = [latencies(f"{name}: cancel → accepted", answers), latencies(f"{name}: cancel → model let go", ends)]
    return rows if silent else [*rows, latencies(f"{name}: cancel → last text or sound", lasts)]


async def run(times: int) -> list[Latencies]:
    with tempfile.TemporaryDirectory() as folder:
        async with modelling() as model:
            settings = ("stt.engine=embedded", "tts.engine=embedded", f"llm.base_url={model.base_url}", "llm.model=m")
            with serving(Path(folder), *settings) as served:
                await until_ready(served)
                return [
                    *await while_waiting(served, times),
                    *await while_running(served, model, times, silent=True),
                    *await while_running(served, model, times, silent=False),
                ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=20)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    table = asyncio.run(run(chosen.times))
    show(table, lambda what: "≤ 100 at p99")
    keep(table, chosen.json)


if __name__ == "__main__":
    main()
