"""Cut the socket at every message boundary in either direction; after each resume the client must know what is kept.

A client asks, cancels, retries, deletes and replays through a proxy that breaks the connection: before every frame of a
conversation in turn, both ways, cleanly or by a reset, in the middle of a frame, after a silence, on a slow line. After
each cut it resumes by `hello {session, epoch, after_seq}`, and what it holds is compared with the queues over HTTP.
Now and then history is gone: the server was restarted or killed, more than 2,000 events were missed, or the session
was forgotten. Then `resync` must say so.

    python -m bench.soak.cuts [--cuts 1000] [--seed 1]
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from genie import messages
from genie.queues.recent import RECENT
from tests.follower import Follower, Lost, kept
from tests.model import slow_model, story
from tests.proxy import Cut, Direction, Manner, Proxy
from tests.serving import DEAF, Served, serving

BOUNDARIES: tuple[tuple[Direction, int], ...] = (("up", 14), ("down", 110))
"""How many boundaries of a connection are cut, one after the other."""

RESUME_S = 3.0
EVENTS_A_JOB = 5
PUSHING = 16
FLOOD_S = 120.0
GONE_EVERY = 100
"""Cuts between two at which history is lost in the same way."""

SETTINGS = (
    "stt.engine=embedded",
    "tts.engine=embedded",
    "tts.ahead_s=60",
    "server.log_level=warning",
    "server.requests_per_s=100000",
    f"server.resume_s={RESUME_S}",
    "queue.done_limit=60",
    "queue.todo_limit=1000",
)

REFUSALS = {"already_finished", "not_dead", "not_finished", "no_such_job", "no_answer", "bad_transition"}
"""What a request may come to that was carried out already, before its answer was cut off."""


@dataclass
class Report:
    """What the cuts came to."""

    cuts: int = 0
    resumes: int = 0
    resyncs: int = 0
    gone: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    events: int = 0
    jobs: int = 0


class Stage:
    """A server that can be exchanged, behind a proxy that can cut."""

    def __init__(self, folder: Path, settings: tuple[str, ...]) -> None:
        self._folder = folder
        self._settings = settings
        self._stack = ExitStack()
        self.proxy = Proxy()
        self.served: Served
        self.http: httpx.AsyncClient

    @asynccontextmanager
    async def set_up(self) -> AsyncIterator["Stage"]:
        """Serve for as long as the context lasts."""
        async with self.proxy.serving():
            try:
                await self._start()
                yield self
            finally:
                await self._end()

    async def restart(self, *, kill: bool) -> None:
        """End the server, or kill it, and start another one on its data."""
        if kill:
            self.served.process.kill()
        await self._end()
        await self._start()

    async def _start(self) -> None:
        self.served = await asyncio.to_thread(
            self._stack.enter_context, serving(self._folder, *self._settings, module=DEAF)
        )
        self.proxy.target = ("127.0.0.1", httpx.URL(self.served.url).port or 0)
        self.http = httpx.AsyncClient(base_url=self.served.url, timeout=20, trust_env=False)

    async def _end(self) -> None:
        await self.http.aclose()
        await asyncio.to_thread(self._stack.close)


class Talker:
    """Carry out errands whose steps are repeated until they are answered, as a client does that was cut off."""

    def __init__(self, follower: Follower, report: Report) -> None:
        self._follower = follower
        self._report = report
        self._jobs: dict[str, str] = {}
        self._steps: list[Callable[[], Awaitable[object]]] = []

    async def talk(self) -> None:
        """Go on, errand after errand, until the socket is cut."""
        while True:
            if not self._steps:
                self._steps = self._errand(len(self._jobs))
            await self._steps[0]()
            del self._steps[0]

    def _errand(self, number: int) -> list[Callable[[], Awaitable[object]]]:
        quick, slow = f"quick-{number}", f"slow-{number}"
        return [
            lambda: self._ask(quick, f"what is {number} plus {number}"),
            lambda: self._ask(slow, story(400)),
            lambda: self._act(messages.JobCancel, slow),
            lambda: self._act(messages.JobRetry, slow),
            lambda: self._act(messages.JobCancel, slow),
            lambda: self._act(messages.JobReplay, quick),
            lambda: self._act(messages.JobDelete, slow),
            lambda: self._tell(messages.SpeechStop()),
            *([lambda: self._act(messages.JobDelete, quick)] if number % 3 else []),
        ]

    async def _ask(self, key: str, text: str) -> None:
        told = await self._tell(messages.Ask(text=text, key=key))
        assert isinstance(told, messages.Accepted) and told.job is not None, told
        if self._jobs.setdefault(key, told.job) != told.job:
            self._report.faults.append(f"{key} was made two jobs")

    async def _act(self, request: type[messages.Request], key: str) -> None:
        await self._tell(request.model_validate({"job": self._jobs[key]}))

    async def _tell(self, request: messages.Request) -> messages.Message:
        told = await self._follower.request(request)
        if isinstance(told, messages.ErrorMessage) and told.code not in REFUSALS:
            self._report.faults.append(f"{request} was refused with {told.code}")
        return told

    @property
    def jobs(self) -> int:
        return len(self._jobs)

    def check_keys(self, keys: Counter[str]) -> None:
        """Note which key was given to two jobs that are kept."""
        self._report.faults += [f"{count} jobs have the key {key}" for key, count in keys.items() if count > 1]


def planned(count: int, seed: int) -> list[Cut]:
    """Return the cuts of a soak: every boundary in every manner, shuffled, over and over."""
    sweep = [
        Cut(direction, index, manner)
        for direction, indexes in BOUNDARIES
        for index in range(indexes)
        for manner in Manner
    ]
    random.Random(seed).shuffle(sweep)
    return [sweep[number % len(sweep)] for number in range(count)]


async def lose_history(stage: Stage, number: int, report: Report) -> bool:
    """At some cuts make what was missed unknown while the client is away; return whether it was."""
    match number % GONE_EVERY:
        case 1:
            what = "restarted" if number // GONE_EVERY % 2 else "killed"
            await stage.restart(kill=what == "killed")
        case 2:
            what = "flooded"
            await flood(stage.http, number, RECENT // EVENTS_A_JOB + 20)
        case 3:
            what = "forgotten"
            await asyncio.sleep(RESUME_S + 0.5)
        case _:
            return False
    report.gone[what] += 1
    return True


async def flood(http: httpx.AsyncClient, number: int, jobs: int) -> None:
    """Push questions and wait until all are answered."""

    async def push(first: int) -> None:
        for each in range(first, jobs, PUSHING):
            question = {"question": f"what is {each} plus {number}"}
            (await http.post("/api/push", json=question)).raise_for_status()

    await asyncio.gather(*(push(first) for first in range(PUSHING)))
    async with asyncio.timeout(FLOOD_S):
        while await unfinished(http):
            await asyncio.sleep(0.05)


async def unfinished(http: httpx.AsyncClient) -> int:
    """Return how many jobs wait or run."""
    sizes: dict[str, int] = (await http.get("/health")).json()["queues"]
    return sizes["todo"] + sizes["run"]


async def one_cut(stage: Stage, follower: Follower, talker: Talker, cut: Cut, number: int, report: Report) -> None:
    """Talk until cut, lose history now and then, resume, and compare."""
    stage.proxy.arm(cut)
    try:
        await follower.open()
        await talker.talk()
    except Lost:
        report.cuts += 1
    await follower.drop(abort=True)
    known, resyncs = follower.mirror.seq is not None, follower.resyncs
    gone = await lose_history(stage, number, report)
    await follower.open()
    if known and gone != (follower.resyncs > resyncs):
        report.faults.append(f"cut {number}: history {'is gone' if gone else 'is there'}, and resync said otherwise")
    await follower.agrees(stage.http)
    queues = await kept(stage.http)
    keys = {job.id: job.key for jobs in queues.values() for job in jobs if job.key}  # one may move while we read
    talker.check_keys(Counter(keys.values()))
    await follower.drop(abort=cut.manner is Manner.RESET)


async def run(count: int, seed: int, folder: Path) -> Report:
    """Return what so many cuts came to; the seed shuffles their order."""
    report = Report()
    async with slow_model() as chat, Stage(folder, SETTINGS + chat).set_up() as stage:
        follower = Follower(f"ws://127.0.0.1:{stage.proxy.port}/ws")
        talker = Talker(follower, report)
        for number, cut in enumerate(planned(count, seed)):
            await one_cut(stage, follower, talker, cut, number, report)
    report.jobs = talker.jobs
    report.resumes, report.resyncs = follower.resumes, follower.resyncs
    report.events = follower.mirror.events
    report.faults += follower.faults
    return report


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cuts", type=int, default=1_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(run(chosen.cuts, chosen.seed, Path(folder)))
    print(f"{report.cuts} cuts in {time.monotonic() - began:.0f} s: {report.jobs} jobs, {report.events} events")
    print(f"{report.resumes} resumes, {report.resyncs} told to resync; history lost by {dict(report.gone)}")
    print(f"faults {len(report.faults)}", *report.faults[:20], sep="\n  ")
    raise SystemExit(bool(report.faults))


if __name__ == "__main__":
    main()
