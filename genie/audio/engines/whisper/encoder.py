"""Whisper's encoder over a window of any length: the cost of a decode, and it is paid by the second."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from genie.audio.engines.whisper.attention import Feedforward, SelfAttention, bounded, joined
from genie.audio.engines.whisper.linear import Precision


class Encoder:
    """Turn log-mel features into states, two frames into one; at the full window equal to transformers' own."""

    def __init__(self, source: Any, precision: Precision) -> None:
        """Take the weights of a transformers WhisperEncoder."""
        self._conv1, self._conv2 = source.conv1, source.conv2
        self._positions = source.embed_positions.weight.detach()
        self._layers = [
            (SelfAttention(layer.self_attn, layer.self_attn_layer_norm, precision), Feedforward(layer, precision))
            for layer in source.layers
        ]
        self._norm = source.layer_norm

    def __call__(self, features: Tensor, lengths: list[int]) -> tuple[Tensor, Tensor | None]:
        """Encode features (b, mels, frames); the first `lengths` frames of each row are its window, the rest is zero.

        Returns states (b, frames / 2, width) and what is added to attention so that no row sees beyond its window:
        (b, 1, 1, frames / 2), or None where all rows are of one length.
        """
        states = functional.gelu(self._conv2(functional.gelu(self._conv1(features)))).transpose(1, 2)
        states = states + self._positions[: states.shape[1]]
        mask = beyond([length // 2 for length in lengths], states)
        for attention, feedforward in self._layers:
            query, key, value = attention.project(states)
            mixed = functional.scaled_dot_product_attention(query, key, value, mask)
            states = states + attention.out(joined(mixed))
            states = bounded(states + feedforward(states))
        return self._norm(states), mask


def beyond(lengths: list[int], states: Tensor) -> Tensor | None:
    """Return what keeps each row of states (b, t, width) from looking beyond its length, None where nothing must."""
    longest = states.shape[1]
    if min(lengths) == longest:
        return None
    frames = torch.arange(longest, device=states.device)
    outside = frames >= torch.tensor(lengths, device=states.device)[:, None]
    mask = torch.zeros(outside.shape, dtype=states.dtype, device=states.device).masked_fill(outside, float("-inf"))
    return mask[:, None, None, :]
