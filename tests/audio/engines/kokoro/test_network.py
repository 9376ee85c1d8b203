"""Kokoro's network as it is run here against the package's own, on the same weights and the same noise."""

import warnings

import pytest
import torch
from kokoro import KModel

from genie.audio.engines.kokoro.network import Network, precision
from genie.errors import StageFailed
from tests.steps import done

TEXT = "həlˈO, ðɪs ɪz ɐ tˈɛst"


@pytest.fixture(scope="module")
def plain(kokoro_folder):
    return Network(kokoro_folder, "cpu", "float32")


@pytest.fixture(scope="module")
def style(kokoro_folder):
    return torch.load(kokoro_folder / "voices" / "af_heart.pt", weights_only=True)[len(TEXT) - 1]


@pytest.fixture(scope="module")
def package(kokoro_folder, style):
    """What the package says, and the noise that it drew."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = KModel(
            repo_id="small", config=str(kokoro_folder / "config.json"), model=str(kokoro_folder / "small.pth")
        ).eval()
    drawn = []
    tones = model.decoder.generator.m_source.l_sin_gen
    tones.register_forward_hook(lambda _, inputs, made: drawn.append((tones, made)))
    torch.manual_seed(7)
    with torch.inference_mode():
        return model(TEXT, style, 1.0, True), drawn[0]


def noise_of(drawn):
    tones, (_, voiced, noise) = drawn
    return (noise / (voiced * tones.noise_std + (1 - voiced) * tones.sine_amp / 3))[0]


class Echo(Network):
    """A network that takes the noise it is given."""

    def __init__(self, *arguments, noise):
        super().__init__(*arguments)
        self._given = noise

    def _noise(self, pitch, seed):
        return self._given


def error_db(found, expected):
    """Return the error of the middle one of all frames: a last bit may flip a phase that is next to half a turn."""
    errors = (found - expected).view(-1, 600).square().mean(1)
    return float(10 * torch.log10(errors.median() / expected.square().mean()))


@pytest.mark.parametrize(("name", "most_db"), [("float32", -70.0), ("bfloat16", -25.0)])
def test_the_network_says_what_the_package_says(kokoro_folder, package, style, name, most_db):
    theirs, drawn = package
    ours = done(Echo(kokoro_folder, "cpu", name, noise=noise_of(drawn))(TEXT, style[0], 1.0, 0))
    assert ours.frames == tuple(theirs.pred_dur.tolist())
    assert ours.samples.shape == theirs.audio.shape
    assert error_db(ours.samples, theirs.audio) < most_db


def test_a_frame_is_six_hundred_samples(plain, style):
    said = done(plain(TEXT, style[0], 1.0, 1))
    assert len(said.frames) == len(TEXT) + 2
    assert len(said.samples) == 600 * sum(said.frames)


def test_the_seed_is_all_that_chance_decides(plain, style):
    torch.manual_seed(1)
    once = done(plain(TEXT, style[0], 1.0, 1)).samples
    torch.manual_seed(2)
    assert torch.equal(done(plain(TEXT, style[0], 1.0, 1)).samples, once)
    assert not torch.equal(done(plain(TEXT, style[0], 1.0, 2)).samples, once)


def test_what_is_read_in_a_pause_changes_nothing(plain, style):
    alone = [done(plain(TEXT, style[0], 1.0, seed)).samples for seed in (1, 2)]
    one, other = (plain(TEXT, style[0], 1.0, seed) for seed in (1, 2))
    for _ in range(4):
        assert next(one) is next(other) is None
    assert torch.equal(done(one).samples, alone[0]) and torch.equal(done(other).samples, alone[1])
    assert not torch.is_inference_mode_enabled()


@pytest.mark.parametrize(
    ("setting", "device", "found"),
    [
        ("float32", "cpu", "float32"),
        ("bfloat16", "cpu", "bfloat16"),
        ("auto", "cuda", "float32"),
        ("float16", "cuda", "float16"),
    ],
)
def test_the_precision_is_as_it_is_set(setting, device, found):
    assert precision(setting, device) == found


def test_a_processor_does_not_compute_in_float16():
    with pytest.raises(StageFailed) as raised:
        precision("float16", "cpu")
    assert raised.value.code == "unsupported_precision"
