"""How Kokoro reads: how long each phoneme is, at which pitch and how loud. All in float32, by the package's layers."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text as it will be spoken."""

    frames: Tensor
    """Of each phoneme, and of the silence before and after them: int64, shape (phonemes + 2,)."""
    sounds: Tensor
    """Shape (frames, 512)."""
    pitch: Tensor
    """Two values a frame, in Hz."""
    loudness: Tensor
    """Two values a frame."""


class Prosody:
    """Read phonemes in a style."""

    def __init__(self, model: Any) -> None:
        self._bert, self._narrow = model.bert, model.bert_encoder
        self._predictor, self._encoder = model.predictor, model.text_encoder

    def __call__(self, tokens: Tensor, style: Tensor, speed: float) -> Reading:
        """Return how tokens of shape (n,) are read in a style of shape (128,)."""
        tokens, style = tokens[None], style[None]
        lengths = torch.tensor([tokens.shape[1]])
        unmasked = torch.zeros_like(tokens, dtype=torch.bool)
        context = self._narrow(self._bert(tokens, attention_mask=(~unmasked).int())).transpose(1, 2)
        inner = self._predictor.text_encoder(context, style, lengths, unmasked)
        spread, _ = self._predictor.lstm(inner)
        length = torch.sigmoid(self._predictor.duration_proj(spread)).sum(-1)[0] / speed
        frames = torch.round(length).clamp(min=1).long()
        pitch, loudness = self._predictor.F0Ntrain(inner[0].repeat_interleave(frames, dim=0).t()[None], style)
        sounds = self._encoder(tokens, lengths, unmasked)[0].t().repeat_interleave(frames, dim=0)
        return Reading(frames, sounds, pitch[0], loudness[0])
