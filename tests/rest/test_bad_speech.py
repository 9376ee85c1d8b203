"""Odd texts and wishes over HTTP and the socket, to a real server: sound or a coded error, and then the next one."""

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest

from genie import messages
from tests.bad_texts import LONG, NOTHING_TO_SAY, SPOKEN
from tests.reciting import reciting_model
from tests.serving import DEAF, client, serving, until_ready

ODD = {name: text for name, text in SPOKEN.items() if text.isprintable() or "\x00" in text}
WISHES = {
    ("voice", "nobody"): "unknown_voice",
    ("language", "tlh"): "unsupported_language",
    ("speed", "0"): "bad_speed",
    ("speed", "-1"): "bad_speed",
    ("speed", "nan"): "bad_speed",
    ("text", LONG): "text_too_long",
}


def spoken(server, **fields) -> httpx.Response:
    return httpx.post(f"{server.url}/api/get_tts_audio", json=fields, params={"format": "pcm"}, timeout=30)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_text_is_spoken_over_http(server, text):
    reply = spoken(server, text=text)
    assert reply.status_code == 200 and any(reply.content)


@pytest.mark.parametrize("text", NOTHING_TO_SAY.values(), ids=NOTHING_TO_SAY.keys())
def test_text_without_anything_to_say_is_refused(server, text):
    reply = spoken(server, text=text)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "nothing_to_say")


@pytest.mark.parametrize(("wish", "code"), WISHES.items(), ids=[f"{name} {value[:6]}" for name, value in WISHES])
def test_a_wish_that_cannot_be_met_is_refused_with_its_code(server, wish, code):
    name, value = wish
    reply = spoken(server, **{"text": "hello", name: value})
    assert (400 <= reply.status_code < 500, reply.json()["error"]["code"]) == (True, code)


async def test_an_answer_of_odd_text_is_whole_and_the_next_one_is_spoken(tmp_path):
    answers = {"emoji": NOTHING_TO_SAY["emoji"], **ODD, "very long": LONG}
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(reciting_model(answers))
        settings = ("stt.engine=embedded", "tts.engine=embedded", "tts.ahead_s=600", *model)
        served = await asyncio.to_thread(stack.enter_context, serving(tmp_path, *settings, module=DEAF))
        await until_ready(served)
        one = await stack.enter_async_context(client(served))
        for name, text in answers.items():
            asked = await one.request(messages.Ask(text=f"tell me the text with {name}"))
            answer = await one.wait(messages.Answer, lambda answer, job=asked.job: answer.job == job)
            assert answer.text.rstrip("…—") == text.strip()[: len(answer.text.rstrip("…—"))]
            assert len(answer.text) >= min(len(text.strip()), 19_000)
            update = await one.wait(messages.AudioUpdate, lambda update, job=asked.job: update.job == job)
            if name == "very long":
                await one.wait(messages.Caption, lambda caption, speech=update.speech: caption.speech == speech)
                await one.send(messages.SpeechStop())
            end = await one.wait(messages.AudioEnd, lambda end, speech=update.speech: end.speech == speech)
            assert end.reason == ("stopped" if name == "very long" else "completed"), name
            assert (end.samples == 0) == (name == "emoji"), name
        asked = await one.request(messages.Ask(text="what is twelve times seven"))
        update = await one.wait(messages.AudioUpdate, lambda update: update.job == asked.job)
        assert (await one.wait(messages.AudioEnd, lambda end: end.speech == update.speech)).reason == "completed"
