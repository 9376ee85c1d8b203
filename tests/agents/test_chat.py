"""Chat against a real HTTP server on loopback that speaks, stalls, lies and breaks off."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from genie.agents.agent import Context
from genie.agents.chat import chat_agent
from genie.agents.completion import MAX_ANSWER
from genie.config import load
from genie.errors import StageFailed

CONTEXT = Context(
    datetime(2026, 11, 20, 15, 5, tzinfo=ZoneInfo("Europe/Berlin")),
    "Europe/Berlin",
    "en-GB",
    history=(("one", "1"), ("two", "2"), ("three", "3")),
)
UNIT = 0.15
"""Seconds: every deadline of these tests is a multiple of it."""


class Speaker:
    """What a test's endpoint has at hand to answer one request."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def head(self, status: str = "200 OK", kind: str = "text/event-stream", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.raw(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def raw(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def event(self, **delta: str) -> None:
        await self.raw(f"data: {json.dumps({'choices': [{'delta': delta}]})}\n\n".encode())

    async def say(self, *pieces: str) -> None:
        for piece in pieces:
            await self.event(content=piece)

    async def done(self) -> None:
        await self.raw(b"data: [DONE]\n\n")

    async def until_gone(self) -> None:
        """Stay silent until the other side has hung up, which ends this behaviour."""
        await asyncio.Event().wait()

    def reset(self) -> None:
        self._writer.transport.abort()


Behaviour = Callable[[Speaker], Awaitable[None]]


@dataclass
class Endpoint:
    url: str = ""
    heads: list[str] = field(default_factory=list)
    bodies: list[dict[str, object]] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)


@contextlib.asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.lower().splitlines() if line.startswith("content-length")
        )
        endpoint.heads.append(head)
        endpoint.bodies.append(json.loads(await reader.readexactly(length)))
        answering = asyncio.create_task(behaviour(Speaker(writer)))
        hung_up = asyncio.create_task(reader.read())
        await asyncio.wait([answering, hung_up], return_when=asyncio.FIRST_COMPLETED)
        if hung_up.done():
            endpoint.gone.set()
        answering.cancel()
        hung_up.cancel()
        await asyncio.gather(answering, hung_up, return_exceptions=True)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        served.set()

    served = asyncio.Event()
    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        endpoint.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        try:
            yield endpoint
        finally:
            if endpoint.heads:
                await served.wait()


def agent(url: str, **flags: object):
    deadlines = {"connect_s": 10, "first_token_s": 40 * UNIT, "gap_s": 40 * UNIT, "total_s": 80 * UNIT}
    chosen = deadlines | {"model": "m", "api_key": "s3cret", "history": 2} | flags
    environment = {"GENIE_LLM__API_KEY": str(chosen.pop("api_key"))}
    named = {f"llm.{name}": value for name, value in chosen.items()}
    return chat_agent(load(environment=environment, flags={"llm.base_url": url, **named}).llm)


async def pieces(behaviour: Behaviour, **flags: object) -> list[str]:
    async with serving(behaviour) as endpoint:
        chat = agent(endpoint.url, **flags)
        return [text async for text in chat.answer({"question": "why?"}, CONTEXT)]


async def failure(behaviour: Behaviour, **flags: object) -> StageFailed:
    with pytest.raises(StageFailed) as caught:
        await pieces(behaviour, **flags)
    return caught.value


async def fine(speaker: Speaker) -> None:
    await speaker.head()
    await speaker.event(role="assistant")
    await speaker.say("Grüß ", "dich", ".")
    await speaker.done()


async def test_an_answer_is_yielded_as_it_is_made():
    heard = asyncio.Event()

    async def waits_to_be_heard(speaker: Speaker) -> None:
        await speaker.head()
        await speaker.say("first ")
        await heard.wait()
        await speaker.say("second")
        await speaker.done()

    async with serving(waits_to_be_heard) as endpoint:
        texts = []
        async for text in agent(endpoint.url).answer({"question": "why?"}, CONTEXT):
            texts.append(text)
            heard.set()
    assert texts == ["first ", "second"]


async def test_the_request_carries_prompt_time_history_and_key():
    async with serving(fine) as endpoint:
        async for _ in agent(endpoint.url, system="Be brief.").answer({"question": "why?"}, CONTEXT):
            pass
    [head], [body] = endpoint.heads, endpoint.bodies
    assert head.startswith("POST /v1/chat/completions ")
    assert "Authorization: Bearer s3cret" in head
    assert (body["model"], body["stream"], body["max_tokens"]) == ("m", True, 400)
    assert body["messages"] == [
        {
            "role": "system",
            "content": "Be brief.\nIt is Friday, 20 November 2026, 15:05, in the time zone Europe/Berlin.",
        },
        {"role": "user", "content": "two"},
        {"role": "assistant", "content": "2"},
        {"role": "user", "content": "three"},
        {"role": "assistant", "content": "3"},
        {"role": "user", "content": "why?"},
    ]


async def test_without_a_key_none_is_sent_and_without_history_none():
    async with serving(fine) as endpoint:
        async for _ in agent(endpoint.url, api_key="", history=0).answer({"question": "why?"}, CONTEXT):
            pass
    assert "authorization" not in endpoint.heads[0].lower()
    assert [message["role"] for message in endpoint.bodies[0]["messages"]] == ["system", "user"]


async def test_a_character_cut_in_two_arrives_whole():
    async def cuts(speaker: Speaker) -> None:
        await speaker.head()
        event = 'data: {"choices":[{"delta":{"content":"für"}}]}\r\n\r\n'.encode()
        for place in range(len(event)):
            await speaker.raw(event[place : place + 1])
        await speaker.done()

    assert await pieces(cuts) == ["für"]


async def test_comments_and_usage_events_are_no_text():
    async def chatters(speaker: Speaker) -> None:
        await speaker.head()
        await speaker.raw(b": keep-alive\n\nevent: message\nid: 1\nretry: 10\n")
        await speaker.say("yes")
        await speaker.raw(b'data: {"choices": [], "usage": {"total_tokens": 3}}\n\n')
        await speaker.done()

    assert await pieces(chatters) == ["yes"]


async def test_a_finish_reason_ends_an_answer_as_well():
    async def ends(speaker: Speaker) -> None:
        await speaker.head()
        await speaker.say("yes")
        await speaker.raw(b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\n')

    assert await pieces(ends) == ["yes"]


@pytest.mark.parametrize(
    "said",
    [
        ["<think>secret</think>\n\nyes"],
        list("<think>secret</think>\n\nyes"),
        ["<thi", "nk>sec", "ret</", "think>", " ", "yes"],
        ["<think>one</think><think>two</think>yes"],
    ],
)
async def test_thoughts_are_not_spoken(said):
    async def thinks(speaker: Speaker) -> None:
        await speaker.head()
        await speaker.event(reasoning_content="secret")
        await speaker.say(*said)
        await speaker.done()

    assert "".join(await pieces(thinks)) == "yes"


async def test_a_smaller_sign_is_no_thought():
    async def compares(speaker: Speaker) -> None:
        await speaker.head()
        await speaker.say("a <", " b and c <th")
        await speaker.done()

    assert "".join(await pieces(compares)) == "a < b and c <th"


async def test_thinking_counts_as_a_sign_of_life():
    async def thinks_long(speaker: Speaker) -> None:
        await speaker.head()
        for _ in range(6):
            await asyncio.sleep(UNIT)  # a slow model, longer in all than the first token may take
            await speaker.event(reasoning_content="hm")
        await speaker.say("yes")
        await speaker.done()

    assert await pieces(thinks_long, first_token_s=4 * UNIT, gap_s=4 * UNIT) == ["yes"]


async def test_an_endpoint_that_is_not_there_is_unreachable():
    async with serving(fine) as endpoint:
        url = endpoint.url
    with pytest.raises(StageFailed) as caught:
        [text async for text in agent(url).answer({"question": "why?"}, CONTEXT)]
    assert caught.value.code == "llm_unreachable"


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1/v1", "http://[::1"])
async def test_an_address_that_is_none_is_unreachable(url):
    with pytest.raises(StageFailed) as caught:
        [text async for text in agent(url).answer({"question": "why?"}, CONTEXT)]
    assert caught.value.code == "llm_unreachable"


@pytest.mark.parametrize(
    ("status", "headers", "code", "words"),
    [
        ("401 Unauthorized", {}, "llm_refused", "GENIE_LLM__API_KEY"),
        ("403 Forbidden", {}, "llm_refused", "key"),
        ("429 Too Many", {"Retry_After": "7"}, "llm_busy", "in 7 seconds"),
        ("429 Too Many", {"Retry_After": "Fri, 20 Nov 2026 15:05:00 GMT"}, "llm_busy", "later"),
        ("404 Not Found", {}, "llm_failed", "llm.base_url"),
        ("500 Oops", {}, "llm_failed", "500"),
        ("503 Oops", {}, "llm_failed", "503"),
        ("302 Found", {"Location": "/elsewhere"}, "llm_failed", "302"),
    ],
)
async def test_a_refusal_has_its_own_code(status, headers, code, words):
    async def refuses(speaker: Speaker) -> None:
        await speaker.head(status, "application/json", **headers)
        await speaker.raw(b'{"error": {"message": "s3cret why?"}}')

    error = await failure(refuses)
    assert error.code == code
    assert words in error.message


async def test_a_web_page_is_no_answer():
    async def shows_a_page(speaker: Speaker) -> None:
        await speaker.head(kind="text/html; charset=utf-8")
        await speaker.raw(b"<html><body>Welcome to nginx!</body></html>")

    error = await failure(shows_a_page)
    assert (error.code, "web page" in error.message) == ("llm_failed", True)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>\n<body>\n",
        b'{"choices": [{"message": {"content": "not streamed"}}]}\n',
        b"data: {not json}\n\n",
        b"data: [1, 2]\n\n",
        b'data: {"choices": [{"delta": {"content": 7}}]}\n\n',
        b'data: {"error": {"message": "out of memory"}}\n\n',
        b"data: \xff\xfe\n\n",
        b"data: " + b"x" * 70_000,
        b"data: x\n" * 20_000,
        b"data: [DONE]\n\n",
        b"",
    ],
)
async def test_what_is_no_stream_of_completions_fails(body):
    async def talks_nonsense(speaker: Speaker) -> None:
        await speaker.head()
        await speaker.raw(body)

    assert (await failure(talks_nonsense)).code == "llm_failed"


async def test_a_first_token_that_never_comes_is_a_timeout():
    async def keeps_silent(speaker: Speaker) -> None:
        await speaker.until_gone()

    error = await failure(keeps_silent, first_token_s=UNIT)
    assert (error.code, "did not begin" in error.message) == ("llm_timeout", True)


async def test_signs_of_life_without_a_token_are_a_timeout():
    async def only_comments(speaker: Speaker) -> None:
        await speaker.head()
        while True:
            await speaker.raw(b": processing\n\n")
            await asyncio.sleep(UNIT / 10)

    assert (await failure(only_comments, first_token_s=2 * UNIT)).code == "llm_timeout"


async def test_a_stall_in_the_middle_is_a_timeout():
    async def stalls(speaker: Speaker) -> None:
        await speaker.head()
        await speaker.say("Well")
        await speaker.until_gone()

    error = await failure(stalls, gap_s=UNIT)
    assert (error.code, "said nothing" in error.message) == ("llm_timeout", True)


async def test_an_answer_that_goes_on_too_long_is_a_timeout():
    async def drips(speaker: Speaker) -> None:
        await speaker.head()
        while True:
            await speaker.say("la ")
            await asyncio.sleep(UNIT / 10)

    error = await failure(drips, total_s=3 * UNIT)
    assert (error.code, "did not end" in error.message) == ("llm_timeout", True)


async def test_a_reset_inside_a_character_fails_after_what_was_whole():
    async def resets(speaker: Speaker) -> None:
        await speaker.head(Transfer_Encoding="chunked")
        whole = b'data: {"choices":[{"delta":{"content":"yes"}}]}\n\n'
        await speaker.raw(f"{len(whole):x}\r\n".encode() + whole + b"\r\n")
        await heard.wait()
        await speaker.raw(b'ff\r\ndata: {"choices":[{"delta":{"content":"\xc3')
        speaker.reset()

    heard, texts = asyncio.Event(), []
    async with serving(resets) as endpoint:
        with pytest.raises(StageFailed) as caught:
            async for text in agent(endpoint.url).answer({"question": "why?"}, CONTEXT):
                texts.append(text)
                heard.set()
    assert (texts, caught.value.code) == (["yes"], "llm_failed")


async def test_a_stream_that_ends_without_an_end_fails():
    async def hangs_up(speaker: Speaker) -> None:
        await speaker.head()
        await speaker.say("We")

    error = await failure(hangs_up)
    assert (error.code, "broke off" in error.message) == ("llm_failed", True)


async def test_an_endless_answer_is_cut():
    async def never_ends(speaker: Speaker) -> None:
        await speaker.head()
        while True:
            await speaker.say("la " * 1000)

    assert len("".join(await pieces(never_ends))) == MAX_ANSWER


async def test_endless_thinking_fails():
    async def never_speaks(speaker: Speaker) -> None:
        await speaker.head()
        while True:
            await speaker.event(reasoning_content="hm " * 10_000)

    assert (await failure(never_speaks)).code == "llm_failed"


async def test_a_listener_who_leaves_hangs_up():
    async def goes_on(speaker: Speaker) -> None:
        await speaker.head()
        await speaker.say("la ")
        await speaker.until_gone()

    async with serving(goes_on) as endpoint:
        answer = agent(endpoint.url).answer({"question": "why?"}, CONTEXT)
        assert await anext(answer) == "la "
        await answer.aclose()
        await asyncio.wait_for(endpoint.gone.wait(), 20 * UNIT)


async def test_neither_key_nor_text_is_logged_or_told(caplog):
    async def lies(speaker: Speaker) -> None:
        await speaker.head()
        await speaker.raw(b'data: {"choices": [{"delta": {"content": ["the answer"]}}]}\n\n')

    caplog.set_level("DEBUG")
    error = await failure(lies)
    told = caplog.text + repr(error) + repr(error.__cause__)
    assert all(word not in told for word in ("s3cret", "why?", "the answer"))
