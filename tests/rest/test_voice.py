"""The main job without a browser: speech in at the pace it is spoken, words, queue, answer and speech out."""

import json
import re
from pathlib import Path

import pytest

from genie import messages
from tests.serving import Client, client, until_ready

CLIPS = Path(__file__).parent.parent / "clips"
TEXTS = json.loads((CLIPS / "transcripts.json").read_text())
SPEECH_S_PER_CHAR = (0.03, 0.16)
"""How long eSpeak takes for a character, at the least and at the most."""


def queue_moves(one: Client) -> list[tuple[str, str]]:
    updates = [m for m in one.seen if isinstance(m, messages.QueueUpdate)]
    return [(m.type, m.change) for m in updates if m.change != "changed"]


async def say(one: Client, clip: str) -> messages.Accepted:
    """Hold the button, speak, release it; return what the release led to."""
    await one.request(messages.ListenStart(mode="push_to_talk", sample_rate=16_000))
    await one.speak(CLIPS / clip)
    accepted = await one.request(messages.ListenStop())
    assert isinstance(accepted, messages.Accepted)
    return accepted


@pytest.mark.parametrize(
    ("clip", "answer"),
    [
        ("twelve_times_seven.wav", r"\b84\b"),
        ("time_in_tokyo.wav", r"Tokyo.*\d{1,2}:\d\d"),
        ("half_of_ninety.wav", r"\b45\b"),
        ("until_christmas.wav", r"\b\d+ days?\b"),
    ],
)
async def test_a_spoken_question_is_heard_queued_answered_and_spoken(server, clip, answer):
    await until_ready(server)
    async with client(server, timezone="Europe/Berlin") as one:
        await one.request(messages.Subscribe(topics=["todo", "run", "done", "dead"]))
        accepted = await say(one, clip)
        told = await one.wait(messages.Answer, lambda answer: answer.job == accepted.job)
        end = await one.wait(messages.AudioEnd)
    final = next(m for m in one.seen if isinstance(m, messages.Transcript) and m.final)
    assert final.committed == TEXTS[clip] and final.tentative == ""
    assert told.job == accepted.job
    assert re.search(answer, told.text), told.text
    assert queue_moves(one) == [
        ("todo_update", "added"),
        ("todo_update", "removed"),
        ("run_update", "added"),
        ("run_update", "removed"),
        ("done_update", "added"),
    ]
    rate = next(m for m in one.seen if isinstance(m, messages.AudioUpdate)).sample_rate
    least, most = (per_char * len(told.text) for per_char in SPEECH_S_PER_CHAR)
    assert end.reason == "completed" and least < end.samples / rate < most


async def test_words_appear_while_they_are_spoken(server):
    await until_ready(server)
    async with client(server) as one:
        await one.request(messages.ListenStart(mode="push_to_talk", sample_rate=16_000))
        await one.speak(CLIPS / "quick_brown_fox.wav")
        await one.wait(messages.Transcript)  # before the button is released, however busy the machine is
        await one.request(messages.ListenStop())
    partials = [m for m in one.seen if isinstance(m, messages.Transcript) and not m.final]
    assert partials and all(m.committed == "" and m.tentative for m in partials)
    kinds = [m.type for m in one.seen]
    assert kinds.index("utterance_started") < kinds.index("transcript") < kinds.index("utterance_ended")


async def test_a_button_pressed_in_silence_hears_nothing(server):
    await until_ready(server)
    async with client(server) as one:
        await one.request(messages.ListenStart())
        for _ in range(50):
            await one.send(b"\0" * 640)
        accepted = await one.request(messages.ListenStop())
    final = next(m for m in one.seen if isinstance(m, messages.Transcript))
    assert final.final and final.committed == "" and accepted.job is None


async def test_what_is_said_can_be_cancelled(server):
    await until_ready(server)
    async with client(server) as one:
        await one.request(messages.ListenStart())
        await one.speak(CLIPS / "twelve_times_seven.wav", pace=20)
        assert isinstance(await one.request(messages.ListenCancel()), messages.Accepted)
        refused = await one.request(messages.ListenStop())
    assert refused.code == "not_listening"
    assert not any(isinstance(m, messages.Transcript) and m.final for m in one.seen)


async def asked_aloud(one: Client, clip: str) -> messages.Answer:
    """Return the answer to a clip and a pause, when it was heard: who speaks on before asks more of the same."""
    await one.speak(CLIPS / clip)
    await one.send(b"\0" * 64_000)
    answer = await one.wait(messages.Answer)
    end = await one.wait(messages.AudioEnd)
    await one.send(messages.SpeechPlayed(speech=end.speech, samples=end.samples))
    return answer


async def test_hands_free_hears_one_question_after_the_other(server):
    await until_ready(server)
    async with client(server) as one:
        await one.request(messages.ListenStart(mode="hands_free"))
        first, second = [await asked_aloud(one, clip) for clip in ("twelve_times_seven.wav", "half_of_ninety.wav")]
        await one.request(messages.ListenStop())
    assert "84" in first.text and "45" in second.text
    assert first.job < second.job
    assert [m.utterance for m in one.seen if isinstance(m, messages.UtteranceStarted)] == [1, 2]


async def test_sound_may_come_in_pieces_of_any_length(server):
    await until_ready(server)
    pcm = (CLIPS / "twelve_times_seven.wav").read_bytes()[44:]
    async with client(server) as one:
        await one.request(messages.ListenStart())
        for at in range(0, len(pcm), 777):
            await one.send(pcm[at : at + 777])
        await one.request(messages.ListenStop())
    final = next(m for m in one.seen if isinstance(m, messages.Transcript) and m.final)
    assert final.committed == TEXTS["twelve_times_seven.wav"]


async def test_pressing_the_button_silences_genie(server):
    await until_ready(server)
    async with client(server) as one:
        asked = await one.request(messages.Ask(text="what can you do"))
        begun = await one.wait(messages.AudioUpdate, lambda update: update.job == asked.job)
        while begun.speech not in one.sound:
            await one.receive()
        await one.request(messages.ListenStart())
        end = await one.wait(messages.AudioEnd, lambda end: end.speech == begun.speech)
        await one.request(messages.ListenCancel())
    assert end.reason == "stopped"
