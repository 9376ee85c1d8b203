"""The composition root: the only place that builds things."""

import asyncio
import contextlib
import functools
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from genie import __version__, config, conversation, messages, transcribing, zone
from genie.agents import router
from genie.agents.agent import Agent
from genie.agents.phrases import sentences
from genie.asker import Nobody
from genie.audio.acknowledgements import rehearse
from genie.audio.engines.choose import Engines, choose
from genie.audio.repertoire import Repertoire
from genie.audio.speech import manner_of
from genie.choices import Choices
from genie.config import Settings
from genie.conversation import Conversation
from genie.errors import GenieError
from genie.live import LiveSettings
from genie.memory.recordings import Recordings
from genie.memory.sounds import Sounds
from genie.memory.sqlite import SqliteJournal
from genie.memory.sweeper import sweep_on
from genie.memory.takes import Takes
from genie.memory.transcripts import Transcripts
from genie.meters import Meters
from genie.notifications import Notifications
from genie.pronunciations import Pronunciations
from genie.queues.board import Board
from genie.queues.job import Job, Kind
from genie.queues.journal import Journal
from genie.queues.retention import Retention
from genie.queues.worker import Outcome, Worker
from genie.rest import operations
from genie.rest.announcer import Announcer
from genie.rest.door import Door
from genie.rest.gate import Gate, check_bind
from genie.rest.house import House
from genie.rest.hub import Hub
from genie.rest.mailbox import Mailbox
from genie.rest.rates import Rates
from genie.rest.reply import refusal
from genie.rest.routes import routes
from genie.rest.server import Server
from genie.transcribing import Transcribing
from genie.users import UserFile
from genie.vocabulary import Vocabularies

log = logging.getLogger(__name__)

Background = Callable[[House], Coroutine[Any, Any, None]]


def create_app() -> Starlette:
    """Build the app from the packaged settings and the environment, for `uvicorn --factory genie.app:create_app`."""
    return build(config.load())


def build(
    settings: Settings,
    *,
    engines: Engines | None = None,
    agents: tuple[Agent, ...] | None = None,
    journal: Journal | None = None,
) -> Starlette:
    """Build the app from settings; tests pass parts of their own."""
    return assemble(furnish(settings, engines=engines, agents=agents, journal=journal))


def assemble(house: House, *background: Background) -> Starlette:
    """Return the app that serves a house, with what else is to run in the background."""
    return Starlette(
        routes=routes(house),
        middleware=[Middleware(Gate, settings=lambda: house.settings.server, meters=house.meters)],
        exception_handlers={HTTPException: refusal},
        lifespan=lambda _: _living(house, background),
    )


def serve(settings: Settings, again: Callable[[], Settings], *, engines: Engines | None = None) -> None:
    """Serve until interrupted or terminated; say on standard output where, and which engines serve.

    `again` reads the settings another time, when a client or a hangup asks for it.
    """
    house = furnish(settings, again=again, engines=engines)
    check_bind(settings.server.host, guarded=house.door.guarded)
    Server(assemble(house, _say_engines, _reload_on_hangup), house.hub, settings.server, _say_where).run()


def _say_where(address: str) -> None:
    print(f"genie {__version__} is at {address}", flush=True)


async def _say_engines(house: House) -> None:
    """Say which engines serve as soon as they do; one that takes over later is told by the page and the log."""
    for part, slot in (("ear", house.engines.stt), ("voice", house.engines.tts)):
        await slot.settled.wait()
        state = slot.state
        print(f"  {part}: {state.name} on {state.device or 'nothing'}, {state.state}: {state.reason}", flush=True)


async def _reload_on_hangup(house: House) -> None:
    """Read the settings again at each SIGHUP; on a terminal a hangup ends the server, as it always did."""
    if not hasattr(signal, "SIGHUP") or sys.stdin is None or sys.stdin.isatty():
        return
    hung_up = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, hung_up.set)
    while True:
        await hung_up.wait()
        hung_up.clear()
        try:
            await operations.reload(house)
        except GenieError as error:
            log.error("settings_kept", extra={"code": error.code, "why": error.message})


def furnish(
    settings: Settings,
    *,
    again: Callable[[], Settings] | None = None,
    engines: Engines | None = None,
    agents: tuple[Agent, ...] | None = None,
    journal: Journal | None = None,
) -> House:
    """Put the parts together; nothing runs yet."""
    engines = engines or choose(settings, tuple(text for _, text in sentences()))
    live = LiveSettings(settings, again or (lambda: settings))
    agents_of = functools.lru_cache(maxsize=1)(router.agents)
    limits = settings.queue
    meters = Meters()
    rates = Rates(lambda: live.now)
    journal = journal or SqliteJournal(
        settings.server.data_folder,
        kept=settings.memory.events,
        synchronous=settings.memory.synchronous,
        committed=meters.committed,
    )
    at_once = {
        Kind.QUESTION: limits.questions_at_once,
        Kind.NARRATION: limits.narrations_at_once,
        Kind.TRANSCRIPTION: limits.transcriptions_at_once,
    }
    board = Board(journal, todo_limit=limits.todo_limit, done_limit=limits.done_limit, at_once=at_once)
    hub = Hub(
        board,
        max_connections=settings.server.max_connections,
        max_per_address=settings.server.max_connections_per_address,
        resume_s=settings.server.resume_s,
    )
    talk = Conversation(
        board=board,
        choose=lambda question: router.choose(agents or agents_of(live.now.llm), question),
        publish=lambda user, job, message: hub.publish(user, ("answers", f"job:{job}"), message),
        nobody=lambda user: Nobody(user, live.now.user.timezone or zone.local(), live.now.user.locale),
        limits=limits,
        admit=rates.question,
        clock=lambda: datetime.now(UTC),
        acknowledge_s=lambda: live.now.tts.acknowledge_s,
    )
    data = settings.server.data_folder
    scribe = Transcribing(
        board=board,
        recordings=Recordings(data, settings.memory.recordings_bytes),
        transcripts=Transcripts(data),
        ear=engines.stt,
        publish=lambda user, job, message: hub.publish(user, ("run", f"job:{job}"), message, ("progress", job)),
        admit=rates.question,
        max_seconds=lambda: live.now.server.recording_hours * 3_600,
        clock=talk.clock,
    )

    async def run(job: Job) -> Outcome:
        return await (
            transcribing.transcribe(scribe, job) if job.kind is Kind.TRANSCRIPTION else conversation.answer(talk, job)
        )

    worker = Worker(
        board,
        run,
        limits=at_once,
        timeout_s=limits.job_timeout_s,
        clock=talk.clock,
        unhurried={Kind.TRANSCRIPTION},
        able=lambda kind: kind is not Kind.TRANSCRIPTION or engines.stt.serves,
    )
    mailbox = Mailbox(board, hub, keep_s=limits.unheard_s, clock=talk.clock)
    announcer = Announcer(
        notifications=Notifications(journal, lambda: live.now.notify),
        hub=hub,
        settings=lambda: live.now,
        nobody=talk.nobody,
        admit=rates.notification,
        clock=talk.clock,
    )
    sounds = Sounds(data, settings.memory)
    takes = Takes(data, lambda: live.now.memory.speech_bytes)
    repertoire = Repertoire(takes, meters.spoke)
    door = Door(UserFile(data), settings.auth)
    return House(
        live,
        engines,
        journal,
        board,
        worker,
        hub,
        mailbox,
        announcer,
        talk,
        scribe,
        meters,
        rates,
        door,
        sounds,
        takes,
        repertoire,
        Vocabularies(journal),
        Choices(journal),
        Pronunciations(journal),
    )


@contextlib.asynccontextmanager
async def _living(house: House, background: tuple[Background, ...]) -> AsyncIterator[None]:
    """Run what a server does besides answering requests, from start to end."""
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(house.journal.opened())
        await house.board.restore(house.talk.clock())
        await house.vocabularies.restore()
        await house.announcer.notifications.restore()
        await house.choices.restore()
        await house.pronunciations.restore()
        house.mailbox.fill()
        await stack.enter_async_context(house.sounds.opened())
        await stack.enter_async_context(house.takes.opened())
        await stack.enter_async_context(house.scribe.opened())
        stack.enter_context(house.engines.stt.observed(house.worker.look_again))
        stack.enter_context(house.board.observed(house.hub.publish_event))
        stack.enter_context(house.board.pauses_observed(house.hub.publish_pause))
        stack.enter_context(house.board.observed(house.meters.job_moved))
        stack.enter_context(house.board.observed(lambda event: conversation.announce(house.talk, event)))
        stack.enter_context(house.board.observed(house.mailbox.observe))
        stack.enter_context(house.board.observed(house.announcer.follow))
        stack.enter_context(house.board.observed(house.sounds.follow))
        stack.enter_context(house.board.observed(house.takes.follow))
        stack.enter_context(house.board.observed(house.scribe.follow))
        await stack.enter_async_context(_working(house, background))
        yield


@contextlib.asynccontextmanager
async def _working(house: House, background: tuple[Background, ...]) -> AsyncIterator[None]:
    """Run the background tasks; at the end every move that was begun is written."""
    tasks = [
        asyncio.create_task(house.engines.serve(), name="engines"),
        asyncio.create_task(house.worker.serve(), name="worker"),
        asyncio.create_task(conversation.keep_notes(house.talk), name="notes"),
        asyncio.create_task(_tick(house), name="clock"),
        asyncio.create_task(house.door.watch(house.hub.evict), name="door"),
        asyncio.create_task(house.meters.watch_loop(), name="meters"),
        asyncio.create_task(_rehearse(house), name="rehearsal"),
        asyncio.create_task(_retention(house).serve(), name="retention"),
        asyncio.create_task(
            sweep_on(
                house.sounds, house.takes, house.board, house.settings.memory, functools.partial(_sweep_too, house)
            ),
            name="sweeper",
        ),
        *(asyncio.create_task(each(house), name=each.__name__) for each in background),
    ]
    for task in tasks:
        task.add_done_callback(_notice_death)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        house.hub.close()
        house.engines.close()
        await house.board.settled()


async def _sweep_too(house: House) -> None:
    await house.scribe.sweep()
    await house.announcer.notifications.forget_old(house.talk.clock())


async def _rehearse(house: House) -> None:
    """Have each voice that takes its place make what is said often, until cancelled."""
    changed = asyncio.Event()
    with house.engines.tts.observed(changed.set):
        while True:
            if house.engines.tts.serves:
                await rehearse(house.studio(), manner_of(house.preferences("")))
            await changed.wait()
            changed.clear()


def _retention(house: House) -> Retention:
    return Retention(house.board, house.journal, days=house.settings.queue.done_days, clock=house.talk.clock)


def _notice_death(task: asyncio.Task[None]) -> None:
    """Log a bug that ended a background task at once: nobody waits for these tasks before the end."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background_died", exc_info=error, extra={"task": task.get_name()})


async def _tick(house: House) -> None:
    """Tell followers the time, each second, and let those go who have been away for too long."""
    while True:
        now = house.talk.clock()
        for user in house.hub.forget_old():
            house.mailbox.inherit(user)
            house.announcer.inherit(user)
        house.hub.publish_time(messages.TimeUpdate(now=now))
        await asyncio.sleep(1.0 - now.microsecond / 1e6)
