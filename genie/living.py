"""A server's life: what it takes over at its start, does besides answering requests, and sets down at its end."""

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

from genie import conversation, messages
from genie.audio.acknowledgements import rehearse
from genie.audio.speech import manner_of
from genie.memory.sweeper import sweep_on
from genie.queues.retention import Retention
from genie.rest.house import House

log = logging.getLogger(__name__)

Background = Callable[[House], Coroutine[Any, Any, None]]


@contextlib.asynccontextmanager
async def living(house: House, background: Sequence[Background]) -> AsyncIterator[None]:
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
async def _working(house: House, background: Sequence[Background]) -> AsyncIterator[None]:
    """Run the background tasks; at the end every move that was begun is written."""
    tasks = [
        asyncio.create_task(house.engines.serve(), name="engines"),
        asyncio.create_task(house.worker.serve(), name="worker"),
        asyncio.create_task(house.talk.notes.keep(), name="notes"),
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
