"""Kill the server at random moments while clients submit and jobs run; nothing that was accepted may be lost.

Every round starts a server on the same data and kills it with SIGKILL after a random time. Meanwhile clients push
questions as fast as they are accepted, and listeners on the socket, who come back with their old session, ask, cancel,
retry, delete, edit, move, pause, replay and hear answers. A ledger holds what the server answered and what was heard.
At the end a server is left to finish, and everything must be as it was answered: each job there once, ended once, and
no answer spoken twice.

    python -m bench.soak.kills [--rounds 200] [--seed 1]
"""

import argparse
import asyncio
import itertools
import random
import sqlite3
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.ledger import INTERRUPTED, Ledger, broken_rules
from genie import messages
from genie.memory.database import NAME
from genie.memory.sqlite import SqliteJournal
from genie.queues.job import Job
from tests.follower import Follower, Lost
from tests.model import slow_model, story
from tests.serving import DEAF, Served, serving

CLIENTS = 3
LISTENERS = 2
MOST_ACCEPTED = 100
"""Questions that are accepted in one round, at most: a kill comes after a random number of them, on any machine."""

LONGEST_S = 4.0
LATE_S = 0.05
FINISH_S = 120.0
EVENTS = 100_000_000
SETTINGS = (
    "stt.engine=embedded",
    "tts.engine=embedded",
    "server.log_level=warning",
    "server.requests_per_s=100000",
    "queue.done_limit=100000",
    f"memory.events={EVENTS}",
)


@dataclass
class Report:
    """What the rounds came to."""

    rounds: int = 0
    accepted: int = 0
    heard: int = 0
    acts: int = 0
    interrupted: int = 0
    damaged: int = 0
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    spoken_twice: list[str] = field(default_factory=list)
    told_wrongly: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.damaged or self.lost or self.broken or self.spoken_twice or self.told_wrongly)


class Listener:
    """A client that asks on the socket, meddles with jobs, and hears."""

    def __init__(self, name: int, ledger: Ledger, chance: random.Random) -> None:
        self.follower = Follower("")
        self._name = name
        self._ledger = ledger
        self._chance = chance
        self._numbers = itertools.count()

    async def listen(self, served: Served) -> None:
        """Come back to the old session, and act until the server is gone."""
        self.follower.url = served.ws
        try:
            await self.follower.open()
            while True:
                await self._act()
                await asyncio.sleep(self._chance.uniform(0, 0.03))
        except Lost:
            await self.follower.drop()

    async def _act(self) -> None:
        follower, ledger, chance = self.follower, self._ledger, self._chance
        if not ledger.accepted or chance.random() < 0.3:
            number = next(self._numbers)
            text = f"what is {number} plus {number}" if chance.random() < 0.7 else story(chance.choice((50, 500)))
            told = await follower.request(messages.Ask(text=text, key=f"listener {self._name} {number}"))
            if isinstance(told, messages.Accepted) and told.job is not None:
                ledger.accepted.add(told.job)
        elif chance.random() < 0.3:
            plain = (messages.SpeechStop(), messages.QueuePause(), messages.QueueResume(), messages.QueueResume())
            await follower.request(chance.choice(plain))
        else:
            await self._meddle(chance.choice(sorted(ledger.accepted)[-40:]))

    async def _meddle(self, job: str) -> None:
        """Do something to one of the newest jobs, and note whether it was answered."""
        number = self._chance.randrange(1_000)
        request = self._chance.choice(
            (
                messages.JobCancel(job=job),
                messages.JobRetry(job=job),
                messages.JobDelete(job=job),
                messages.JobReplay(job=job),
                messages.JobMove(job=job),
                messages.JobEdit(job=job, text=f"what is {number} minus {number}"),
            )
        )
        edit = request.text if isinstance(request, messages.JobEdit) else None
        before = self._ledger.texts.pop(job, None) if edit else None
        self._ledger.asked[request.type].add(job)
        told = await self.follower.request(request)
        if isinstance(told, messages.Accepted):
            self._ledger.answered[request.type].add(job)
        if text := edit if isinstance(told, messages.Accepted) else before:
            self._ledger.texts[job] = text


async def submit(served: Served, name: str, ledger: Ledger) -> None:
    """Push questions until the server is gone; only what was answered counts."""
    async with httpx.AsyncClient(base_url=served.url, timeout=5, trust_env=False) as http:
        for number in itertools.count():
            question = f"what is {number} plus {number}" if number % 10 else story(200)
            try:
                reply = await http.post("/api/push", json={"question": question, "key": f"{name}-{number}"})
                ledger.accepted.add(reply.json()["id"])
            except (httpx.TransportError, KeyError, ValueError):
                return


async def one_round(
    folder: Path,
    settings: tuple[str, ...],
    number: int,
    chance: random.Random,
    ledger: Ledger,
    listeners: list[Listener],
) -> None:
    """Start, submit, listen, kill."""
    with serving(folder, *settings, module=DEAF) as served:
        clients = [asyncio.create_task(submit(served, f"{number}-{client}", ledger)) for client in range(CLIENTS)]
        clients += [asyncio.create_task(listener.listen(served)) for listener in listeners]
        await moment(chance, ledger, listeners)
        served.process.kill()
        await asyncio.to_thread(served.process.wait)
        done, _ = await asyncio.wait(clients)
        for client in done:
            client.result()


async def moment(chance: random.Random, ledger: Ledger, listeners: list[Listener]) -> None:
    """Return when the server is to die: after some questions, or, one time in four, when a new answer sounds."""

    def heard() -> int:
        return sum(len(listener.follower.spoken) for listener in listeners)

    enough = len(ledger.accepted) + chance.randint(0, MOST_ACCEPTED)
    sounding = heard() + (chance.random() < 0.25)
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_S):
            while len(ledger.accepted) < enough or heard() < sounding:
                await asyncio.sleep(0.005)
    await asyncio.sleep(chance.uniform(0, LATE_S))


def is_damaged(folder: Path) -> bool:
    """Ask SQLite whether the file is whole."""
    with closing(sqlite3.connect(folder / NAME)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]


async def finish(folder: Path, settings: tuple[str, ...], listener: Follower) -> None:
    """Let a server work off what is left."""
    with serving(folder, *settings, module=DEAF) as served:
        listener.url = served.ws
        await listener.open()
        await listener.request(messages.QueueResume())
        async with asyncio.timeout(FINISH_S), httpx.AsyncClient(base_url=served.url, trust_env=False) as http:
            while True:
                queues = (await http.get("/health")).json()["queues"]
                if not queues["todo"] and not queues["run"]:
                    break
                await asyncio.sleep(0.1)
        await listener.drop()


async def judge(folder: Path, ledger: Ledger, report: Report) -> None:
    """Compare the ledger with what is kept."""
    journal = SqliteJournal(folder, kept=EVENTS)
    async with journal.opened():
        jobs: list[Job] = await journal.jobs()
        report.broken = broken_rules(await journal.events(EVENTS), jobs)
    report.lost = ledger.lost({job.id: job for job in jobs})
    report.spoken_twice = ledger.spoken_twice()
    report.accepted, report.heard = len(ledger.accepted), len(ledger.spoken)
    report.acts = sum(len(jobs) for jobs in ledger.answered.values())
    report.interrupted = sum(job.error is not None and job.error.code == INTERRUPTED for job in jobs)


async def run(rounds: int, seed: int, folder: Path) -> Report:
    """Return what `rounds` kills came to."""
    report, ledger, chance = Report(), Ledger(), random.Random(seed)
    listeners = [Listener(number, ledger, random.Random(chance.random())) for number in range(LISTENERS)]
    async with slow_model() as chat:
        settings = (*SETTINGS, *chat)
        for number in range(rounds):
            await one_round(folder, settings, number, chance, ledger, listeners)
            report.damaged += is_damaged(folder)
            report.rounds += 1
            print(f"\r{report.rounds} of {rounds} kills, {report.damaged} damaged", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        await finish(folder, settings, listeners[0].follower)
    for listener in listeners:
        ledger.hear(listener.follower.spoken)
        report.told_wrongly += listener.follower.faults
    await judge(folder, ledger, report)
    return report


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(run(chosen.rounds, chosen.seed, Path(folder)))
    print(f"{report.rounds} kills in {time.monotonic() - began:.0f} s, {report.accepted} questions accepted")
    print(f"{report.acts} acts on jobs answered, {report.heard} answers heard, {report.interrupted} interrupted twice")
    print(f"damaged files {report.damaged}")
    for what in ("lost", "broken", "spoken_twice", "told_wrongly"):
        found: list[str] = getattr(report, what)
        print(f"{what.replace('_', ' ')}: {len(found)}", *found[:10], sep="\n  ")
    raise SystemExit(not report.is_clean)


if __name__ == "__main__":
    main()
