"""The store of sound: real files, a real thread."""

import asyncio
import threading
from contextlib import closing

import numpy as np
import pytest

from genie.errors import Busy
from genie.memory.recorder import MAX_WAITING
from genie.memory.shelf import SoundKind
from genie.memory.sounds import Sounds
from tests.keeping import RATE, files, keep_answer, keep_utterance, names, noise, opened, until_there_are


async def kept(sounds: Sounds, kind: SoundKind, job: str, start: int = 0) -> np.ndarray | None:
    """Return a sound from a sample on, None when it is not kept."""
    if (sound := await sounds.opened_sound(kind, job)) is None:
        return None
    with closing(sound):
        return np.concatenate([samples async for samples in sound.pcm(start)])


async def test_what_was_said_is_given_back_to_the_sample(tmp_path):
    said = noise(2.5)
    async with opened(tmp_path) as sounds:
        await keep_utterance(sounds, "A1", said)
        assert np.array_equal(await kept(sounds, SoundKind.UTTERANCE, "A1"), said.samples)
        assert await kept(sounds, SoundKind.UTTERANCE, "A2") is None
        assert await kept(sounds, SoundKind.ANSWER, "A1") is None
    assert files(tmp_path) == ["utterances/A1.flac"]


async def test_only_the_owner_of_the_process_may_read_the_files(tmp_path):
    async with opened(tmp_path) as sounds:
        await keep_utterance(sounds, "A1", noise(0.1))
    assert (tmp_path / "utterances").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "utterances" / "A1.flac").stat().st_mode & 0o777 == 0o600


async def test_an_answer_that_is_recorded_is_given_back_from_any_sample(tmp_path):
    answer = noise(3.0)
    async with opened(tmp_path) as sounds:
        await keep_answer(sounds, "A1", answer)
        assert np.array_equal(await kept(sounds, SoundKind.ANSWER, "A1"), answer.samples)
        assert np.array_equal(await kept(sounds, SoundKind.ANSWER, "A1", 20_000), answer.samples[20_000:])
    assert files(tmp_path) == ["answers/A1.flac", "answers/A1.json"]


async def test_an_answer_that_does_not_come_to_its_end_is_not_kept(tmp_path):
    async with opened(tmp_path) as sounds:
        with pytest.raises(ZeroDivisionError):
            async with sounds.recording("A1", RATE) as recorder:
                recorder.push(noise(1.0).samples)
                raise ZeroDivisionError
        assert await kept(sounds, SoundKind.ANSWER, "A1") is None
        await until_there_are(tmp_path)


async def test_an_answer_that_is_cancelled_while_the_disk_takes_the_rest_leaves_nothing(tmp_path):
    async with opened(tmp_path) as sounds:
        free, made = threading.Event(), asyncio.Event()

        async def speak() -> None:
            async with sounds.recording("A1", RATE) as recorder:
                recorder.push(noise(0.5).samples)
                await sounds.entries()
                sounds.later(free.wait)
                recorder.push(noise(0.5).samples)
                made.set()

        speaking = asyncio.create_task(speak())
        await made.wait()
        speaking.cancel()
        await asyncio.wait([speaking])
        free.set()
        await until_there_are(tmp_path)


async def test_an_answer_whose_job_is_deleted_while_it_is_spoken_is_not_kept(tmp_path):
    async with opened(tmp_path) as sounds:
        async with sounds.recording("A1", RATE) as recorder:
            recorder.push(noise(0.5).samples)
            await sounds.entries()
            sounds.forget("A1", SoundKind.ANSWER)
            recorder.push(noise(0.5).samples)
        assert await kept(sounds, SoundKind.ANSWER, "A1") is None
        await until_there_are(tmp_path)


async def test_what_was_said_is_forgotten_when_its_question_is_refused(tmp_path):
    async with opened(tmp_path) as sounds:
        with pytest.raises(Busy):
            async with sounds.keeping("A1", noise(1.0)):
                raise Busy("queue_full", "full")
        assert await kept(sounds, SoundKind.UTTERANCE, "A1") is None
        await until_there_are(tmp_path)


async def test_the_quota_drops_the_oldest_answers_first(tmp_path):
    one = noise(1.0)
    async with opened(tmp_path) as sounds:
        await keep_utterance(sounds, "A0", one)
    size = (tmp_path / "utterances" / "A0.flac").stat().st_size
    async with opened(tmp_path, audio_bytes=size * 3) as sounds:
        for job in ("A1", "A2", "A3", "A4"):
            await keep_answer(sounds, job, one)
        assert await names(sounds) == ["answers/A3", "answers/A4", "utterances/A0"]
        for job in ("A5", "A6", "A7"):
            await keep_utterance(sounds, job, one)
        assert await names(sounds) == ["utterances/A5", "utterances/A6", "utterances/A7"]


async def test_a_smaller_quota_counts_for_what_is_there_already(tmp_path):
    async with opened(tmp_path) as sounds:
        for job in ("A1", "A2"):
            await keep_answer(sounds, job, noise(1.0))
    async with opened(tmp_path, audio_bytes=0) as sounds:
        assert await names(sounds) == []
    assert files(tmp_path) == []


async def test_a_file_that_a_killed_server_was_writing_is_gone_after_the_next_start(tmp_path):
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "A1.0123abcd.part").write_bytes(b"fLaC")
    async with opened(tmp_path) as sounds:
        assert await kept(sounds, SoundKind.ANSWER, "A1") is None
    assert files(tmp_path) == []


async def test_a_damaged_file_is_as_good_as_none_and_goes(tmp_path):
    async with opened(tmp_path) as sounds:
        await keep_answer(sounds, "A1", noise(1.0))
        path = tmp_path / "answers" / "A1.flac"
        path.write_bytes(b"nothing of the kind")
        assert await kept(sounds, SoundKind.ANSWER, "A1") is None
        assert not path.exists()


async def test_a_folder_that_cannot_be_written_loses_the_sound_and_nothing_else(tmp_path):
    (tmp_path / "utterances").write_text("in the way")
    async with opened(tmp_path) as sounds:
        await keep_utterance(sounds, "A1", noise(0.1))
        assert await kept(sounds, SoundKind.UTTERANCE, "A1") is None
        assert sounds.lost == 1


async def test_a_disk_that_refuses_loses_the_sound_and_says_so(tmp_path):
    async with opened(tmp_path) as sounds:
        await sounds.entries()
        (tmp_path / "answers").rmdir()
        await keep_answer(sounds, "A1", noise(1.0))
        assert await kept(sounds, SoundKind.ANSWER, "A1") is None
        assert sounds.lost == 1


async def test_sound_that_is_made_faster_than_it_can_be_written_is_given_up(tmp_path):
    async with opened(tmp_path) as sounds:
        async with sounds.recording("A1", RATE) as recorder:
            silence = np.zeros(MAX_WAITING // 2 + 1, np.int16)
            for _ in range(4):
                recorder.push(silence)
        assert await kept(sounds, SoundKind.ANSWER, "A1") is None
        assert sounds.lost == 1
