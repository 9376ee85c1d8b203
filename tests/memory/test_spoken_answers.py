"""An answer that was spoken is given back with its captions: real files, a real thread."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from genie.audio.pcm import Pcm, Piece
from genie.errors import StageFailed
from genie.memory.shelf import SoundKind
from tests.keeping import RATE, keep_answer, noise, opened, until_there_are


async def made(*parts: tuple[str | None, Pcm]) -> AsyncGenerator[Piece, None]:
    for text, pcm in parts:
        yield Piece(text, pcm.samples)


async def captioned(spoken: tuple[int, AsyncGenerator[Piece, None]] | None) -> list[tuple[str | None, int]]:
    """Return the captions of an answer, each with its first sample."""
    assert spoken is not None
    captions, at = [], 0
    async with aclosing(spoken[1]) as pieces:
        async for piece in pieces:
            if piece.text is not None:
                captions.append((piece.text, at))
            at += len(piece.samples)
    return captions


async def test_an_answer_is_kept_with_its_captions(tmp_path):
    parts = ("First,", noise(2.0)), (None, noise(1.5)), ("second.", noise(0.01)), ("Third.", noise(3.0))
    async with opened(tmp_path) as sounds:
        async for _ in sounds.recorded("A1", RATE, made(*parts)):
            pass
        assert await captioned(await sounds.spoken("A1")) == [("First,", 0), ("second.", 56_000), ("Third.", 56_160)]
        (tmp_path / "answers" / "A1.json").write_text("nothing of the kind")
        assert await captioned(await sounds.spoken("A1")) == []
        assert await sounds.spoken("A2") is None
        sounds.forget("A1", SoundKind.ANSWER)
        await until_there_are(tmp_path)


async def test_captions_keep_where_their_words_are_heard(tmp_path):
    async def marked() -> AsyncGenerator[Piece, None]:
        yield Piece("Of two takes.", noise(1.0).samples, ((0, 2, 10), (3, 6, 8_000)))
        yield Piece(None, noise(1.0).samples, ((7, 13, 5),))
        yield Piece("Next.", noise(1.0).samples, ((0, 5, 100),))

    async with opened(tmp_path) as sounds:
        async for _ in sounds.recorded("A1", RATE, marked()):
            pass
        again = await sounds.spoken("A1")
        assert again is not None
        async with aclosing(again[1]) as pieces:
            kept = [(piece.text, piece.words) async for piece in pieces if piece.text]
    assert kept == [("Of two takes.", ((0, 2, 10), (3, 6, 8_000), (7, 13, 16_005))), ("Next.", ((0, 5, 100),))]


async def test_captions_without_a_sound_are_gone_after_the_next_start(tmp_path):
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "A1.json").write_text("[]")
    async with opened(tmp_path):
        await until_there_are(tmp_path)


async def test_an_answer_that_is_damaged_where_it_begins_is_as_good_as_none_and_goes(tmp_path):
    async with opened(tmp_path) as sounds:
        await keep_answer(sounds, "A1", noise(3.0))
        path = tmp_path / "answers" / "A1.flac"
        path.write_bytes(path.read_bytes()[:9_000])  # its header says how long it was
        assert await sounds.spoken("A1") is None
        await until_there_are(tmp_path)


async def test_an_answer_that_is_damaged_further_on_breaks_off_there_and_goes(tmp_path):
    async with opened(tmp_path) as sounds:
        await keep_answer(sounds, "A1", noise(3.0))
        path = tmp_path / "answers" / "A1.flac"
        path.write_bytes(path.read_bytes()[:-20_000])
        spoken = await sounds.spoken("A1")
        with pytest.raises(StageFailed, match="sound_damaged"):
            await captioned(spoken)
        await until_there_are(tmp_path)
