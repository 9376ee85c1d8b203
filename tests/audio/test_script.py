import asyncio
from contextlib import aclosing

import pytest

from genie.audio.script import Script


class Writer:
    """A text that comes when it is written."""

    def __init__(self, *parts: str) -> None:
        self.parts: asyncio.Queue[str | Exception | None] = asyncio.Queue()
        self.closed = False
        for part in parts:
            self.parts.put_nowait(part)

    async def text(self):
        try:
            while (part := await self.parts.get()) is not None:
                if isinstance(part, Exception):
                    raise part
                yield part
        finally:
            self.closed = True


async def test_a_text_is_given_back_in_pieces_to_its_end():
    writer = Writer("One two three, four", " five. Six", " seven.")
    writer.parts.put_nowait(None)
    async with aclosing(Script(writer.text())) as script:
        found = []
        while (piece := await script.take(60)) is not None:
            found.append(piece.text)
    assert found == ["One two three,", "four five. Six seven."]
    assert script.ended


async def test_what_is_complete_is_taken_when_patience_ends_although_more_may_come():
    writer = Writer("Yes. It rains. And")
    async with aclosing(Script(writer.text())) as script:
        assert (await script.take(60)).text == "Yes."
        async with asyncio.timeout(10):
            assert (await script.take(60, 0.0)).text == "It rains."
        late = asyncio.create_task(script.take(60, 0.0))
        writer.parts.put_nowait(" so on, because")
        async with asyncio.timeout(10):
            assert (await late).text == "And so on,"


async def test_that_nothing_more_comes_is_known_while_the_last_piece_is_made():
    writer = Writer("Yes.")
    writer.parts.put_nowait(None)
    async with aclosing(Script(writer.text())) as script:
        await script.take(60)
        while not script.ended:
            await asyncio.sleep(0)


async def test_an_error_of_the_text_is_raised():
    writer = Writer("Yes. ")
    writer.parts.put_nowait(ZeroDivisionError())
    async with aclosing(Script(writer.text())) as script:
        await script.take(60)
        with pytest.raises(ZeroDivisionError):
            await script.take(60)


async def test_closing_ends_the_reading():
    writer = Writer("One two")
    script = Script(writer.text())
    waiting = asyncio.create_task(script.take(60))
    while writer.parts.qsize():
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    await script.aclose()
    assert writer.closed
