"""The composition root: the only place that builds things."""

import asyncio
import functools
import logging
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from genie import __version__, config, conversation, transcribing, zone
from genie.agents import router
from genie.agents.agent import Agent
from genie.agents.phrases import sentences
from genie.asker import Nobody
from genie.audio.engines.choose import Engines, choose
from genie.audio.repertoire import Repertoire
from genie.audio.studio import Studios
from genie.choices import Choices
from genie.conversation import Conversation
from genie.errors import GenieError
from genie.heap import stay_small
from genie.live import LiveSettings
from genie.living import Background, living
from genie.memory.recordings import Recordings
from genie.memory.sounds import Sounds
from genie.memory.sqlite import SqliteJournal
from genie.memory.takes import Takes
from genie.memory.transcripts import Transcripts
from genie.meters import Meters
from genie.notifications import Notifications
from genie.pronunciations import Pronunciations
from genie.queues.board import Board
from genie.queues.job import Job, Kind
from genie.queues.journal import Journal
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
from genie.settings import QueueSettings, Settings
from genie.transcribing import Transcribing
from genie.users import UserFile
from genie.vocabulary import Vocabularies

log = logging.getLogger(__name__)


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
        lifespan=lambda _: living(house, background),
    )


def serve(settings: Settings, again: Callable[[], Settings], *, engines: Engines | None = None) -> None:
    """Serve until interrupted or terminated; say on standard output where, and which engines serve.

    `again` reads the settings another time, when a client or a hangup asks for it.
    """
    stay_small()
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
    live = LiveSettings(settings, again or (lambda: settings))
    engines = engines or choose(settings, tuple(text for _, text in sentences()))
    meters, rates = Meters(), Rates(lambda: live.now)
    journal = journal or _journal(settings, meters)
    board = _board(settings.queue, journal)
    hub = Hub(
        board,
        max_connections=settings.server.max_connections,
        max_per_address=settings.server.max_connections_per_address,
        resume_s=settings.server.resume_s,
    )
    talk = _conversation(live, board, hub, rates, agents)
    scribe = _transcribing(live, board, hub, rates, engines, talk.clock)
    data = settings.server.data_folder
    takes = Takes(data, lambda: live.now.memory.speech_bytes)
    return House(
        live=live,
        engines=engines,
        journal=journal,
        board=board,
        worker=_worker(settings.queue, talk, scribe, engines),
        hub=hub,
        mailbox=Mailbox(board, hub, keep_s=settings.queue.unheard_s, clock=talk.clock),
        announcer=_announcer(live, journal, hub, rates, talk),
        talk=talk,
        scribe=scribe,
        meters=meters,
        rates=rates,
        door=Door(UserFile(data), settings.auth),
        sounds=Sounds(data, settings.memory),
        takes=takes,
        studios=Studios(Repertoire(takes, meters.spoke)),
        vocabularies=Vocabularies(journal),
        choices=Choices(journal),
        pronunciations=Pronunciations(journal),
    )


def _journal(settings: Settings, meters: Meters) -> Journal:
    return SqliteJournal(
        settings.server.data_folder,
        kept=settings.memory.events,
        synchronous=settings.memory.synchronous,
        committed=meters.committed,
    )


def _at_once(limits: QueueSettings) -> dict[Kind, int]:
    return {
        Kind.QUESTION: limits.questions_at_once,
        Kind.NARRATION: limits.narrations_at_once,
        Kind.TRANSCRIPTION: limits.transcriptions_at_once,
    }


def _board(limits: QueueSettings, journal: Journal) -> Board:
    return Board(journal, todo_limit=limits.todo_limit, done_limit=limits.done_limit, at_once=_at_once(limits))


def _conversation(
    live: LiveSettings, board: Board, hub: Hub, rates: Rates, agents: tuple[Agent, ...] | None
) -> Conversation:
    agents_of = functools.lru_cache(maxsize=1)(router.agents)
    return Conversation(
        board=board,
        choose=lambda question: router.choose(agents or agents_of(live.now.llm), question),
        publish=lambda user, job, message: hub.publish(user, ("answers", f"job:{job}"), message),
        nobody=lambda user: Nobody(user, live.now.user.timezone or zone.local(), live.now.user.locale),
        limits=live.now.queue,
        admit=rates.question,
        clock=lambda: datetime.now(UTC),
        acknowledge_s=lambda: live.now.tts.acknowledge_s,
    )


def _announcer(live: LiveSettings, journal: Journal, hub: Hub, rates: Rates, talk: Conversation) -> Announcer:
    return Announcer(
        notifications=Notifications(journal, lambda: live.now.notify),
        hub=hub,
        settings=lambda: live.now,
        nobody=talk.nobody,
        admit=rates.notification,
        clock=talk.clock,
    )


def _transcribing(
    live: LiveSettings, board: Board, hub: Hub, rates: Rates, engines: Engines, clock: Callable[[], datetime]
) -> Transcribing:
    data = live.now.server.data_folder
    return Transcribing(
        board=board,
        recordings=Recordings(data, live.now.memory.recordings_bytes),
        transcripts=Transcripts(data),
        ear=engines.stt,
        publish=lambda user, job, message: hub.publish(user, ("run", f"job:{job}"), message, ("progress", job)),
        admit=rates.question,
        max_seconds=lambda: live.now.server.recording_hours * 3_600,
        clock=clock,
    )


def _worker(limits: QueueSettings, talk: Conversation, scribe: Transcribing, engines: Engines) -> Worker:
    async def run(job: Job) -> Outcome:
        if job.kind is Kind.TRANSCRIPTION:
            return await transcribing.transcribe(scribe, job)
        return await conversation.answer(talk, job)

    return Worker(
        talk.board,
        run,
        limits=_at_once(limits),
        timeout_s=limits.job_timeout_s,
        clock=talk.clock,
        unhurried={Kind.TRANSCRIPTION},
        able=lambda kind: kind is not Kind.TRANSCRIPTION or engines.stt.serves,
    )
