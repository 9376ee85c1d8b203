"""An answer that something urgent interrupts, on a real socket: it is heard to its end, unless nobody wants it."""

from pathlib import Path

import pytest

from genie import messages
from genie.messages import Ask, AudioEnd, AudioHold, AudioUpdate, Caption, DoneUpdate, SpeechPlayed, SpeechStop
from genie.queues.job import Heard
from genie.rest.announcer import Announcement
from tests.model import slow_model, story
from tests.near import Near, near
from tests.serving import Client
from tests.waiting import until


async def asked(one: Client, question: str) -> str:
    return str((await one.request(Ask(text=question))).job)


async def notify(genie: Near, text: str) -> None:
    await genie.house.announcer.announce("local", Announcement(text, "urgent", "none"))


async def following(one: Client) -> None:
    await one.request(messages.Subscribe(topics=["notifications", "done"]))


def said(one: Client, speech: int) -> str:
    """Return the captions of a speech; one may have come again."""
    captions = {m.first_sample: m.text for m in one.seen if isinstance(m, Caption) and m.speech == speech}
    return " ".join(captions.values())


async def until_heard(genie: Near, job: str) -> Heard:
    await until(lambda: genie.house.board.find(job, "local").heard is not None)
    found = genie.house.board.find(job, "local").heard
    assert found is not None
    return found


async def test_an_answer_is_held_for_an_alarm_and_heard_to_its_end(tmp_path: Path):
    async with slow_model() as settings, near(tmp_path, *settings) as genie, genie.client() as one:
        await following(one)
        job = await asked(one, story(0))
        await one.wait(Caption, lambda caption: caption.text == "Part 1.")
        await one.send(SpeechPlayed(speech=1, samples=200))
        await notify(genie, "Fire.")
        cut = await one.wait(AudioEnd)
        assert (cut.speech, cut.reason, cut.goes_on) == (1, "stopped", True)
        urgent = await one.wait(AudioUpdate, lambda began: began.speech == 2)
        assert urgent.job is None and (await one.wait(AudioEnd)).speech == 2
        rest = await one.wait(AudioUpdate, lambda began: began.speech == 3)
        assert (rest.job, rest.continues) == (job, 1)
        end = await one.wait(AudioEnd)
        assert (end.speech, end.reason, end.goes_on) == (3, "completed", None)
        assert said(one, 3) == "Part 0. Part 1. Part 2. Part 3."
        assert len(one.sound[3]) // 2 == end.samples
        await one.send(SpeechPlayed(speech=3, samples=end.samples))
        done = await one.wait(DoneUpdate, lambda update: update.job.timeline.heard_until is not None)
        assert done.job.heard is None
        assert (await genie.house.sounds.spoken(job)) is not None, "it is kept as if nothing had come between"


@pytest.mark.parametrize("by", ["stop", "cancel", "newer", "delete"])
async def test_an_answer_that_is_not_wanted_any_more_does_not_go_on(tmp_path: Path, by: str):
    newer = {"tts.newer": "stops"}
    async with slow_model() as settings, near(tmp_path, *settings, **newer) as genie, genie.client() as one:
        await following(one)
        job = await asked(one, story(0))
        await one.wait(Caption, lambda caption: caption.text == "Part 1.")
        await notify(genie, "There is a fire in the kitchen, please leave the house now.")
        await one.wait(AudioUpdate, lambda began: began.speech == 2)
        await one.send(SpeechPlayed(speech=1, samples=450))
        match by:
            case "stop":
                await one.request(SpeechStop())
            case "newer":
                await one.request(Ask(text="what is two plus two"))
            case "cancel":
                genie.house.hub.silence("local", job)
            case "delete":
                await one.request(messages.JobDelete(job=job))
        if by != "delete":
            assert (await until_heard(genie, job)).text == "Part"
        await asked(one, "what is one plus one")
        began = await one.wait(AudioUpdate, lambda began: began.job not in (None, job))
        assert not [one for one in one.seen if isinstance(one, AudioUpdate) and one.continues] and began.speech > 2


async def test_an_alarm_waits_for_whoever_speaks_and_a_pause_ends_with_it(tmp_path: Path):
    async with slow_model() as settings, near(tmp_path, *settings) as genie, genie.client() as one:
        await following(one)
        await asked(one, story(0))
        await one.wait(Caption, lambda caption: caption.text == "Part 1.")
        session = genie.house.hub.listener("local")
        session.loudspeaker.hold()
        await one.wait(AudioHold)
        await notify(genie, "Fire.")
        await one.request(messages.Ping())
        assert not [m for m in one.seen if isinstance(m, AudioUpdate) and m.speech == 2]
        session.loudspeaker.go_on()
        assert not (await one.wait(AudioHold)).on
        assert (await one.wait(AudioEnd)).goes_on
        assert [(await one.wait(AudioEnd)).reason for _ in range(2)] == ["completed", "completed"]


async def test_a_client_that_reports_nothing_hears_the_rest_too(tmp_path: Path):
    async with slow_model() as settings, near(tmp_path, *settings) as genie, genie.client() as one:
        await following(one)
        await asked(one, story(0))
        await one.wait(Caption, lambda caption: caption.text == "Part 3.")
        await notify(genie, "Fire.")
        assert [(await one.wait(AudioEnd)).reason for _ in range(3)] == ["stopped", "completed", "completed"]
        assert "Part 0. Part 1. Part 2. Part 3.".endswith(said(one, 3)) and said(one, 3)
