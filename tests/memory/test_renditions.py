"""Kept sound that is encoded whole: once for all who ask, within bounds, and no longer than it is kept."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from genie.audio.format import Format
from genie.audio.pcm import Int16, Pcm
from genie.memory import flac
from genie.memory.flac import FlacReader
from genie.memory.kept_sound import KeptSound
from genie.memory.renditions import BLOCK, LONGEST_S, Name, Rendition, Renditions
from genie.memory.shelf import SoundKind
from genie.memory.sounds import Sounds
from tests.clips import read
from tests.keeping import noise, opened

RATE = 16_000


class Halting(KeptSound):
    """A sound of which nothing comes behind the first second before it may."""

    def __init__(self, disk: Sounds, reader: FlacReader) -> None:
        super().__init__(disk, reader)
        self.halted = asyncio.Event()
        self.may_go_on = asyncio.Event()
        self.ended = 0

    async def pcm(self, start: int = 0, count: int | None = None) -> AsyncGenerator[Int16, None]:
        try:
            async with aclosing(super().pcm(start, count)) as blocks:
                async for samples in blocks:
                    yield samples
                    self.halted.set()
                    await self.may_go_on.wait()
        finally:
            self.ended += 1


@asynccontextmanager
async def sound_in(folder: Path, seconds: float = 2.0, seed: int = 1) -> AsyncIterator[Halting]:
    """Keep some noise, and open it."""
    async with opened(folder) as sounds:
        path = folder / f"{seed}.flac"
        flac.write(path, noise(seconds, seed))
        sound = Halting(sounds, await sounds.run(FlacReader, path))
        yield sound
        sound.close()


def name(job: str = "01A", form: Format = Format.MP3) -> Name:
    return Name(SoundKind.ANSWER, job, "1", form)


async def bytes_of(rendition: Rendition, start: int = 0, end: int | None = None) -> list[bytes]:
    size = len(rendition.data) if end is None else end
    return [block async for block in rendition.part(start, size)]


@pytest.mark.parametrize("form", [Format.MP3, Format.OGG])
async def test_it_is_the_sound_to_its_length_and_the_same_bytes_each_time(tmp_path, form):
    async with sound_in(tmp_path) as sound:
        sound.may_go_on.set()
        one, other = [await Renditions().of(name(form=form), sound, "ann") for _ in range(2)]
    assert one is not None and other is not None and one.data == other.data
    assert abs(read(one.data).seconds - 2.0) < (0.001 if form is Format.MP3 else 0.007)


async def test_a_part_comes_in_blocks_and_all_parts_are_the_whole():
    rendition = Rendition(np.random.default_rng(1).bytes(3 * BLOCK + 5))
    whole = await bytes_of(rendition)
    assert [len(block) for block in whole] == [BLOCK, BLOCK, BLOCK, 5]
    assert b"".join(whole) == rendition.data
    assert b"".join(await bytes_of(rendition, 7, 2 * BLOCK)) == rendition.data[7 : 2 * BLOCK]


async def test_all_who_ask_at_once_get_what_is_encoded_once(tmp_path):
    async with sound_in(tmp_path) as sound:
        renditions = Renditions()
        asked = [asyncio.create_task(renditions.of(name(), sound, "ann")) for _ in range(5)]
        await sound.halted.wait()
        sound.may_go_on.set()
        first, *more = await asyncio.gather(*asked)
    assert first is not None and all(rendition is first for rendition in more)
    assert sound.ended == 1 and renditions.size == len(first.data)


async def test_who_goes_ends_the_work_and_the_next_one_does_it(tmp_path):
    async with sound_in(tmp_path) as sound:
        renditions = Renditions()
        gone = asyncio.create_task(renditions.of(name(), sound, "ann"))
        await sound.halted.wait()
        stays = asyncio.create_task(renditions.of(name(), sound, "ann"))
        gone.cancel()
        await asyncio.wait([gone])
        assert sound.ended == 1 and renditions.size == 0
        sound.may_go_on.set()
        assert await stays is not None


async def test_a_user_with_many_long_sounds_keeps_no_other_waiting(tmp_path):
    async with sound_in(tmp_path) as long, sound_in(tmp_path, seed=2) as short:
        renditions = Renditions()
        anns = [asyncio.create_task(renditions.of(name(f"0{n}"), long, "ann")) for n in range(5)]
        await long.halted.wait()
        short.may_go_on.set()
        async with asyncio.timeout(10):
            assert await renditions.of(name("0B"), short, "bob") is not None
        assert not any(task.done() for task in anns)
        long.may_go_on.set()
        await asyncio.gather(*anns)


async def test_what_was_asked_for_last_is_held_within_the_bound(tmp_path):
    async with sound_in(tmp_path) as sound:
        sound.may_go_on.set()
        size = len((await Renditions().of(name(), sound, "ann")).data)
        renditions = Renditions(2 * size)
        for job in ("01A", "01B", "01A", "01C", "01A"):
            await renditions.of(name(job), sound, "ann")
        assert (renditions.size, sound.ended) == (2 * size, 1 + 3)
        await renditions.of(name("01B"), sound, "ann")
        assert (renditions.size, sound.ended) == (2 * size, 1 + 4), "B was gone"


async def test_what_is_still_being_read_counts_and_beyond_the_bound_nothing_is_encoded_whole(tmp_path):
    async with sound_in(tmp_path) as sound:
        sound.may_go_on.set()
        renditions = Renditions(1)
        read_slowly = await renditions.of(name("01A"), sound, "ann")
        renditions.forget("01A", SoundKind.ANSWER)
        assert renditions.size == len(read_slowly.data)
        assert await renditions.of(name("01B"), sound, "bob") is None
        del read_slowly
        assert await renditions.of(name("01B"), sound, "bob") is not None


async def test_what_is_very_long_is_not_encoded_whole(tmp_path):
    async with opened(tmp_path) as sounds:
        flac.write(tmp_path / "long.flac", Pcm.silence(8_000, LONGEST_S + 1))
        sound = KeptSound(sounds, await sounds.run(FlacReader, tmp_path / "long.flac"))
        assert await Renditions().of(name(), sound, "ann") is None
        sound.close()


async def test_what_is_forgotten_is_held_no_longer_even_if_it_was_being_encoded(tmp_path):
    async with sound_in(tmp_path) as sound:
        renditions = Renditions()
        asked = asyncio.create_task(renditions.of(name(), sound, "ann"))
        await sound.halted.wait()
        renditions.forget("01A", SoundKind.ANSWER)
        sound.may_go_on.set()
        await asked
        del asked
        assert renditions.size == 0
        await renditions.of(name(), sound, "ann")
        assert renditions.size > 0
        renditions.forget("01A", SoundKind.ANSWER)
        assert renditions.size == 0


async def test_what_others_forget_is_held(tmp_path):
    async with sound_in(tmp_path) as sound:
        renditions = Renditions()
        asked = asyncio.create_task(renditions.of(name(), sound, "ann"))
        await sound.halted.wait()
        for _ in range(2):  # while it is encoded, and later
            renditions.forget("01A", SoundKind.UTTERANCE)
            renditions.forget("01B", SoundKind.ANSWER)
            sound.may_go_on.set()
            await asyncio.wait([asked])
        del asked
        assert renditions.size > 0


async def test_the_store_forgets_them_with_their_sound(tmp_path):
    async with opened(tmp_path) as sounds, sounds.keeping("01A", noise(1.0)):
        sound = await sounds.opened_sound(SoundKind.UTTERANCE, "01A")
        of = Name(SoundKind.UTTERANCE, "01A", sound.stamp, Format.OGG)
        await sounds.renditions.of(of, sound, "ann")
        sound.close()
        assert sounds.renditions.size > 0
        sounds.forget("01A", SoundKind.UTTERANCE)
        assert sounds.renditions.size == 0
