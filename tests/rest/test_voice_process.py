"""The small voice's process seen from outside: a server that loses it speaks on, and takes it along when it ends."""

import os
import signal

import httpx
import pytest

from genie import messages
from tests.processes import children, engines, until_gone
from tests.serving import DEAF, Served, client, serving, until_ready

TEXT = "A text that is as long as it has to be."


async def sound(served: Served) -> bytes:
    async with httpx.AsyncClient(base_url=served.url, timeout=30) as http:
        reply = await http.get("/api/get_tts_audio", params={"text": TEXT, "format": "pcm"})
    assert reply.status_code == 200
    return reply.content


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_a_voice_that_is_killed_is_replaced_and_none_outlives_its_server(tmp_path, end):
    with serving(tmp_path, "tts.engine=embedded", module=DEAF) as served:
        await until_ready(served)
        [voice] = engines(served.process.pid)
        before = await sound(served)
        async with client(served) as one:
            await one.request(messages.Ask(text="what is 2 plus 2"))
            await one.wait(messages.AudioUpdate)
            os.killpg(voice, signal.SIGKILL)
            await until_gone(voice)
            assert (await one.wait(messages.AudioEnd)).reason == "completed"
            await one.request(messages.Ask(text="what is 2 plus 3"))
            assert (await one.wait(messages.AudioEnd)).reason == "completed"
        assert await sound(served) == before
        [voice] = engines(served.process.pid)
        processes = [voice, *children(voice)]
        served.process.send_signal(end)
        await until_gone(served.process.pid, *processes)
