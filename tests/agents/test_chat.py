"""Chat against a real HTTP server on loopback: what is asked of it, and what of its answer is spoken."""

import asyncio

import pytest

from tests.endpoint import CONTEXT, UNIT, Speaker, agent, fine, pieces, serving


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
