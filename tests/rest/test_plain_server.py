"""genie under uvicorn as it comes, without our protocol: what a client can rely on is the same."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager

from genie import messages
from tests.serving import Served, client


@contextmanager
def plain(data):
    """Serve the app by uvicorn's own command."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "genie.app:create_app", "--port", "0"]
    engines = {"GENIE_STT__ENGINE": "embedded", "GENIE_TTS__ENGINE": "embedded", "HF_HUB_OFFLINE": "1"}
    variables = {**os.environ, **engines, "GENIE_SERVER__DATA": str(data)}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=variables)
    assert process.stderr is not None
    try:
        found = next(match for line in process.stderr if (match := re.search(r"http://\S+", line)))
        yield Served(found[0], process)
    finally:
        process.terminate()
        process.communicate(timeout=60)


async def test_without_our_protocol_frames_go_through_the_outbox_and_a_first_question_waits_for_the_voice(
    tmp_path,
):
    with plain(tmp_path) as served:
        async with client(served) as one:
            await one.request(messages.Subscribe(topics=["todo", "run", "done", "dead"]))
            accepted = await one.request(messages.Ask(text="what is twelve times seven"))
            answer = await one.wait(messages.Answer)
            end = await one.wait(messages.AudioEnd)
    updates = [message.seq for message in one.seen if isinstance(message, messages.QueueUpdate)]
    assert answer.job == accepted.job and updates == list(range(updates[0], updates[0] + len(updates)))
    assert end.samples == len(one.sound[end.speech]) // 2
