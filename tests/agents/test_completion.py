"""However an endpoint of completions fails, it is told by a code, and nothing waits for ever."""

import asyncio

import pytest

from genie.agents.completion import MAX_ANSWER
from genie.errors import StageFailed
from tests.endpoint import CONTEXT, UNIT, Speaker, agent, failure, fine, pieces, serving


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
