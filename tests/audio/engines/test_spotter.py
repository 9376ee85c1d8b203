from pathlib import Path

import numpy as np
import pytest
import soundfile

from genie.audio.engine import LISTENING_RATE
from genie.audio.engines.sphinx import Models
from genie.audio.engines.spotter import LONGEST_S, PHRASES, Spotter
from genie.audio.pcm import Int16
from tests.noises import noise

CLIPS = Path(__file__).parents[2] / "clips"
WAITS = sorted((CLIPS / "short").glob("*.wav"))


def clip(path: Path) -> Int16:
    samples: Int16 = soundfile.read(path, dtype="int16")[0]
    return samples


@pytest.fixture(scope="module")
def spotter() -> Spotter:
    return Spotter(Models(()).spotting(PHRASES))


@pytest.mark.parametrize("path", WAITS, ids=lambda path: path.stem)
def test_a_short_word_is_heard(spotter: Spotter, path: Path) -> None:
    assert spotter.spot(clip(path)) == "wait"


def test_what_was_heard_before_does_not_matter(spotter: Spotter) -> None:
    said = [spotter.spot(clip(path)) for path in (*WAITS, *reversed(WAITS))]
    assert said == ["wait"] * 2 * len(WAITS)


def test_a_word_within_a_sentence_is_left_to_others(spotter: Spotter) -> None:
    more = clip(CLIPS / "window.wav")[: LISTENING_RATE // 2 + 4_800]
    assert spotter.spot(np.concatenate((clip(WAITS[0])[:-8_000], more))) == ""


def test_parts_of_other_sentences_are_none_of_these(spotter: Spotter) -> None:
    parts = [clip(path)[at : at + 9_600] for path in sorted(CLIPS.glob("*.wav")) for at in (4_800, 14_400)]
    assert [spotter.spot(part) for part in parts] == [""] * len(parts)


def test_noise_silence_and_nothing_at_all_are_none_of_these(spotter: Spotter) -> None:
    for sound in (noise(1.0), np.zeros(LISTENING_RATE, np.int16), np.zeros(100, np.int16), np.zeros(0, np.int16)):
        assert spotter.spot(sound) == ""


def test_a_long_utterance_is_not_decoded_again(spotter: Spotter) -> None:
    long = np.concatenate((clip(WAITS[0]), np.zeros(round(LONGEST_S * LISTENING_RATE), np.int16)))
    assert spotter.spot(long) == ""
