"""Whisper's decoder, a token at a time, with what it has computed of the tokens before."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from genie.audio.engines.whisper.attention import CrossAttention, Feedforward, SelfAttention, joined
from genie.audio.engines.whisper.linear import Precision, linear


class _Layer:
    def __init__(self, source: Any, chosen: list[int], precision: Precision) -> None:
        self.itself = SelfAttention(source.self_attn, source.self_attn_layer_norm, precision)
        self.sound = CrossAttention(source.encoder_attn, source.encoder_attn_layer_norm, chosen, precision)
        self.feedforward = Feedforward(source, precision)


@dataclass(frozen=True, slots=True)
class Sound:
    """What the decoder sees of windows of sound: key and value for each layer, (b, heads, frames, depth)."""

    layers: list[tuple[Tensor, Tensor]]
    mask: Tensor | None

    def row(self, number: int) -> "Sound":
        """Return one of the windows."""
        one = slice(number, number + 1)
        return Sound(
            [(key[one], value[one]) for key, value in self.layers], None if self.mask is None else self.mask[one]
        )


class Memory:
    """Key and value of the tokens so far of each row, for each layer; written in place."""

    def __init__(self, sound: Sound, longest: int) -> None:
        """Make room for `longest` tokens about each window of sound."""
        shapes = [(key.shape[0], key.shape[1], longest, key.shape[3]) for key, _ in sound.layers]
        like = sound.layers[0][0]
        self.layers = [(like.new_zeros(shape), like.new_zeros(shape)) for shape in shapes]


class Places:
    """Where the next tokens of each row are written: the rows of a batch may differ in what was written before."""

    def __init__(self, first: list[int], count: int, like: Tensor) -> None:
        """`count` tokens follow; where rows differ it is 1."""
        self._even = len(set(first)) == 1
        self._until = max(first) + count
        self._here = slice(first[0], self._until)
        self.causal = count > 1
        self.mask: Tensor | None = None
        if not self._even:
            self._first = torch.tensor(first, device=like.device)
            self._rows = torch.arange(len(first), device=like.device)
            later = torch.arange(self._until, device=like.device) > self._first[:, None]
            empty = torch.zeros(later.shape, dtype=like.dtype, device=like.device)
            self.mask = empty.masked_fill(later, float("-inf"))[:, None, None, :]

    def embedded(self, positions: Tensor) -> Tensor:
        """Return the position of each token, (1 or b, count, width)."""
        return positions[None, self._here] if self._even else positions[self._first][:, None]

    def write(self, room: Tensor, new: Tensor) -> Tensor:
        """Write (b, heads, count, depth) into a memory's room and return what can be seen of it."""
        if self._even:
            room[:, :, self._here] = new
        else:
            room[self._rows, :, self._first] = new[:, :, 0]
        return room[:, :, : self._until]


class Decoder:
    """Score the token that follows; equal to transformers' own decoder."""

    def __init__(self, source: Any, alignment: list[tuple[int, int]], precision: Precision) -> None:
        """Take the weights of a transformers WhisperDecoder; `alignment` names layer and head that follow the sound."""
        self._embedding = source.embed_tokens.weight.detach()
        self._positions = source.embed_positions.weight.detach()
        self._layers = [
            _Layer(layer, [head for place, head in alignment if place == number], precision)
            for number, layer in enumerate(source.layers)
        ]
        self._norm = source.layer_norm
        self._logits = linear(self._embedding, None, precision)

    def hear(self, states: Tensor, mask: Tensor | None) -> Sound:
        """Prepare encoder states (b, frames, width) for any number of decodes."""
        return Sound([layer.sound.hear(states) for layer in self._layers], mask)

    def read(self, tokens: Tensor, first: list[int], sound: Sound, memory: Memory) -> tuple[Tensor, Tensor | None]:
        """Read tokens (b, t) whose rows go on at `first`; t is 1 unless all rows begin.

        Returns states (b, t, width) and where the chosen heads look, (b, heads, t, frames).
        """
        places = Places(first, tokens.shape[1], self._embedding)
        x = self._embedding[tokens] + places.embedded(self._positions)
        looks = []
        for layer, (keys, values), (key, value) in zip(self._layers, memory.layers, sound.layers, strict=True):
            query, new_key, new_value = layer.itself.project(x)
            seen, known = places.write(keys, new_key), places.write(values, new_value)
            mixed = functional.scaled_dot_product_attention(query, seen, known, places.mask, is_causal=places.causal)
            x = x + layer.itself.out(joined(mixed))
            added, look = layer.sound(x, key, value, sound.mask)
            x = x + added
            x = x + layer.feedforward(x)
            looks += [] if look is None else [look]
        return self._norm(x), torch.cat(looks, 1) if looks else None

    def logits(self, states: Tensor) -> Tensor:
        """Return the scores of all tokens, float32, (..., vocabulary)."""
        return self._logits(states).float()
