from pathlib import Path

import numpy as np
import pytest
import soundfile

from genie.audio.engines.vad import SileroDetector
from genie.audio.pcm import Framer, Int16
from genie.errors import GenieError

CLIP = Path(__file__).parents[2] / "clips" / "time.wav"


def frames(samples: Int16) -> list[Int16]:
    return list(Framer(512).push(samples))


def speech() -> list[Int16]:
    return frames(soundfile.read(CLIP, dtype="int16")[0])


@pytest.fixture
def detector() -> SileroDetector:
    detector = SileroDetector(max_streams=2)
    detector.open("a")
    return detector


def test_speech_is_told_from_silence(detector: SileroDetector) -> None:
    probabilities = detector.probabilities("a", speech())
    assert max(probabilities[:8]) < 0.5 < min(probabilities[20:30])


def test_noise_is_not_speech(detector: SileroDetector) -> None:
    noise = np.random.default_rng(0).normal(0, 500, 16_000).astype(np.int16)
    assert max(detector.probabilities("a", frames(noise))) < 0.5


def test_streams_do_not_disturb_each_other(detector: SileroDetector) -> None:
    alone = detector.probabilities("a", speech())
    detector.open("a")
    detector.open("b")
    together = []
    for frame in speech():
        together += detector.probabilities("a", [frame])
        detector.probabilities("b", [np.zeros(512, np.int16)])
    assert together == pytest.approx(alone, abs=1e-5)


def test_opening_a_stream_again_begins_it_anew(detector: SileroDetector) -> None:
    first = detector.probabilities("a", speech())
    detector.open("a")
    assert detector.probabilities("a", speech()) == first


def test_one_stream_too_many_is_refused_until_one_is_closed(detector: SileroDetector) -> None:
    detector.open("b")
    with pytest.raises(GenieError, match="engine_busy"):
        detector.open("c")
    detector.close("a")
    detector.open("c")


def test_a_stream_that_is_not_open_is_a_coded_error(detector: SileroDetector) -> None:
    with pytest.raises(GenieError, match="unknown_stream"):
        detector.probabilities("nobody", [np.zeros(512, np.int16)])


def test_closing_an_unknown_stream_is_no_error(detector: SileroDetector) -> None:
    detector.close("nobody")
