"""A socket that is lost while somebody speaks: over real sockets, with the real detector and the embedded ear."""

from pathlib import Path

import soundfile

from genie import messages
from genie.queues.job import Job
from tests.serving import Client, client, until_ready

CLIPS = Path(__file__).parent.parent / "clips"


def recording(name: str) -> bytes:
    return soundfile.read(CLIPS / name, dtype="int16")[0].tobytes()


async def say(one: Client, sound: bytes) -> None:
    for at in range(0, len(sound), 640):
        await one.send(sound[at : at + 640])


async def begin(one: Client, mode: str) -> str:
    await one.request(messages.ListenStart(mode=mode, sample_rate=16_000))
    return one.seen[0].session


async def asked(one: Client) -> Job:
    """Return the session's first job that is done."""
    told = await one.request(messages.Subscribe(topics=["done"]))
    jobs = [job for job in told.state["done"] if job.session == one.seen[0].session]
    if jobs:
        return jobs[0]
    return (await one.wait(messages.DoneUpdate, lambda update: update.job.session == one.seen[0].session)).job


async def test_a_button_held_over_a_socket_that_is_lost_was_released_then(server):
    await until_ready(server)
    async with client(server) as one:
        session = await begin(one, "push_to_talk")
        await say(one, recording("twelve_times_seven.wav"))
        await one.wait(messages.Transcript)
        one.socket.transport.abort()
    async with client(server, session=session) as again:
        job = await asked(again)
    assert job.question == "what is twelve times seven" and "84" in job.answer


async def test_hands_free_a_sentence_goes_on_over_the_next_socket(server):
    await until_ready(server)
    sound = recording("time_in_tokyo.wav")
    half = len(sound) // 1_280 * 640
    async with client(server) as one:
        session = await begin(one, "hands_free")
        await say(one, sound[:half])
        await one.wait(messages.Transcript)
        one.socket.transport.abort()
    async with client(server, session=session) as again:
        assert isinstance(
            await again.request(messages.ListenStart(mode="hands_free", sample_rate=16_000)), messages.Accepted
        )
        await say(again, sound[half:] + bytes(64_000))
        job = await asked(again)
    assert job.question == "what time is it in tokyo"
