"""Kokoro's network, loaded and ready to read phonemes aloud."""

import warnings
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn.utils import remove_weight_norm

from genie.audio.engines import accelerator
from genie.audio.engines.kokoro.decoder import Decoder
from genie.audio.engines.kokoro.prosody import Prosody
from genie.errors import StageFailed

Precision = Literal["float32", "bfloat16", "float16"]

TYPES: dict[Precision, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}

SAMPLES_PER_FRAME = 600
"""Of what the network counts time in: 25 ms at 24 kHz."""

EDGE = 0
"""The token of the silence before and after a text."""


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """Sound of shape (n,) in float32, and the frames of each phoneme: first and last those of the silence around."""

    samples: Tensor
    frames: tuple[int, ...]


class Network:
    """Read phonemes aloud. What is read, and how, is found in float32: only the mouth works in the precision."""

    def __init__(self, folder: Path, device: str, setting: Literal["auto"] | Precision) -> None:
        """Load the checkpoint in a folder. Raises StageFailed `bad_model`, `unsupported_precision`."""
        self.device = device
        self.precision = precision(setting, device)
        model = _load(folder).to(device).eval()
        for layer in model.modules():
            if hasattr(layer, "weight_g"):
                remove_weight_norm(layer)  # the weight itself, which the package makes anew for every call
        self.vocabulary: dict[str, int] = model.vocab
        self.longest: int = model.context_length - 2
        self._prosody = Prosody(model)
        self._decoder = Decoder(model.decoder, TYPES[self.precision])

    @torch.inference_mode()  # type: ignore[untyped-decorator]  # it holds while this runs, not while it pauses
    def __call__(self, phonemes: str, style: Tensor, speed: float, seed: int) -> Generator[None, None, Utterance]:
        """Return the sound of known phonemes, `longest` at most, in a style of shape (256,), pausing on the way.

        The same arguments make the same samples, whatever is read during a pause: the noise in the voice is drawn from
        the seed.
        """
        tokens = torch.tensor([EDGE, *(self.vocabulary[phoneme] for phoneme in phonemes), EDGE], device=self.device)
        timbre, manner = style.chunk(2)
        reading = self._prosody(tokens, manner, speed)
        noise = self._noise(reading.pitch, seed)
        yield
        samples = yield from self._decoder(reading.sounds, reading.pitch, reading.loudness, timbre, noise)
        return Utterance(samples.cpu(), tuple(reading.frames.tolist()))

    def _noise(self, pitch: Tensor, seed: int) -> Tensor:
        """Return noise that is the same on every device."""
        steps, tones = self._decoder.noise_shape(pitch)
        return torch.randn(tones, steps, generator=torch.Generator().manual_seed(seed)).to(self.device).t()


def precision(setting: Literal["auto"] | Precision, device: str) -> Precision:
    """Return the precision for a setting; `auto` takes bfloat16 where the processor multiplies it faster.

    An accelerator is fast enough in float32. Raises StageFailed `unsupported_precision` for one the device lacks.
    """
    if setting == "auto":
        return "bfloat16" if device == "cpu" and accelerator.processor_has("avx512_bf16", "amx_bf16") else "float32"
    if setting == "float16" and device == "cpu":
        raise StageFailed("unsupported_precision", "tts.precision float16 is not for this cpu; set it to auto")
    return setting


def _load(folder: Path) -> Any:
    weights = sorted(folder.glob("*.pth"))
    if len(weights) != 1:
        raise StageFailed("bad_model", f"{folder} should hold one .pth file, but holds {len(weights)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # kokoro is built with calls that torch deprecates
        from kokoro import KModel

        return KModel(repo_id=folder.name, config=str(folder / "config.json"), model=str(weights[0]))
