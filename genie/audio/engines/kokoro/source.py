"""What the voice is made of before the mouth shapes it: tones at the pitch and above, breath between them."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


class Source:
    """The harmonic source of the package (SourceModuleHnNSF) as a spectrum, from noise that is given. All float32."""

    def __init__(self, generator: Any) -> None:
        tones = generator.m_source.l_sin_gen
        self.tones: int = tones.dim
        self.samples_per_pitch = int(tones.upsample_scale)
        self._merge = generator.m_source.l_linear
        self._amplitude, self._breath = tones.sine_amp, tones.noise_std
        self._threshold, self._rate = tones.voiced_threshold, tones.sampling_rate
        self._spectrum = generator.stft

    def __call__(self, pitch: Tensor, noise: Tensor) -> Tensor:
        """Return magnitudes beside phases, shape (steps, bins), of a pitch of shape (n,) in Hz.

        `noise` is normal, of shape (n * samples_per_pitch, tones). Where there is no pitch, there is nothing else.
        """
        voiced = (pitch > self._threshold).float().repeat_interleave(self.samples_per_pitch)[:, None]
        level = voiced * self._breath + (1 - voiced) * (self._amplitude / 3)
        waves = self._waves(pitch).mul_(self._amplitude).mul_(voiced).addcmul_(noise, level)
        sound = torch.tanh(self._merge(waves)).t()
        return torch.cat(self._spectrum.transform(sound), dim=1)[0].t()

    def _waves(self, pitch: Tensor) -> Tensor:
        """Return the tones, shape (samples, tones).

        The package spreads the pitch over all samples and then takes the middle of each stretch again, which leaves
        out the random phase that it adds to the first sample: the steps are those of the pitch itself.
        """
        numbers = torch.arange(1, self.tones + 1, device=pitch.device, dtype=pitch.dtype)
        turns = (pitch[:, None] * numbers / self._rate) % 1
        phase = turns.cumsum(0) * (2 * torch.pi) * self.samples_per_pitch
        smooth = functional.interpolate(phase.t()[None], scale_factor=float(self.samples_per_pitch), mode="linear")
        return smooth[0].sin_().t()
