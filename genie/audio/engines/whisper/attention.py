"""What Whisper's encoder and decoder are built of: attention with its projections, and the network after it."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from genie.audio.engines.whisper.linear import Linear, Precision, linear

LARGEST_HALF = 65_504.0 - 1_000.0
"""Beyond it float16 has no numbers; as transformers clamps."""


def heads(x: Tensor, count: int) -> Tensor:
    """Return (b, t, width) as (b, heads, t, width / heads)."""
    return x.view(x.shape[0], x.shape[1], count, -1).transpose(1, 2)


def joined(x: Tensor) -> Tensor:
    """Return (b, heads, t, depth) as (b, t, width)."""
    return x.transpose(1, 2).flatten(2)


def projection(source: Any, precision: Precision) -> Linear:
    """Return a torch Linear at a precision."""
    return linear(source.weight.detach(), None if source.bias is None else source.bias.detach(), precision)


class SelfAttention:
    """The attention of a sequence to itself; query, key and value are one product."""

    def __init__(self, source: Any, norm: Any, precision: Precision) -> None:
        """Take the weights of a transformers WhisperAttention and of the norm before it."""
        weight = torch.cat([part.weight.detach() for part in (source.q_proj, source.k_proj, source.v_proj)])
        bias = torch.cat([source.q_proj.bias, torch.zeros_like(source.q_proj.bias), source.v_proj.bias]).detach()
        self._norm = norm
        self._project = linear(weight, bias, precision)
        self._count: int = source.num_heads
        self.out = projection(source.out_proj, precision)

    def project(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return query, key and value of (b, t, width), each (b, heads, t, depth)."""
        query, key, value = self._project(self._norm(x)).chunk(3, -1)
        return heads(query, self._count), heads(key, self._count), heads(value, self._count)


class CrossAttention:
    """The attention of what is written to what is heard."""

    def __init__(self, source: Any, norm: Any, chosen: list[int], precision: Precision) -> None:
        """`chosen` are the heads whose weights are wanted: where they look is where the word is spoken."""
        self._norm = norm
        self._query = projection(source.q_proj, precision)
        self._key = projection(source.k_proj, precision)
        self._value = projection(source.v_proj, precision)
        self._out = projection(source.out_proj, precision)
        self._count: int = source.num_heads
        self._scale: float = source.scaling
        self._chosen = chosen

    def hear(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """Return key and value of the encoder's states (b, frames, width)."""
        key, value = heads(self._key(states), self._count), heads(self._value(states), self._count)
        return key.contiguous(), value.contiguous()

    def __call__(self, x: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Return what is added to (b, t, width), and the chosen heads' weights (b, chosen, t, frames)."""
        query = heads(self._query(self._norm(x)), self._count)
        if not self._chosen:
            return self._out(joined(functional.scaled_dot_product_attention(query, key, value, mask))), None
        weights = torch.matmul(query * self._scale, key.transpose(2, 3))
        if mask is not None:
            weights = weights + mask
        weights = weights.float().softmax(-1)
        return self._out(joined(torch.matmul(weights.to(value.dtype), value))), weights[:, self._chosen]


class Feedforward:
    """The two layers that follow attention."""

    def __init__(self, source: Any, precision: Precision) -> None:
        """Take the weights of a transformers encoder or decoder layer."""
        self._norm, self._activate = source.final_layer_norm, source.activation_fn
        self._wide, self._narrow = projection(source.fc1, precision), projection(source.fc2, precision)

    def __call__(self, x: Tensor) -> Tensor:
        """Return what is added to (b, t, width)."""
        added: Tensor = self._narrow(self._activate(self._wide(self._norm(x))))
        return added


def bounded(x: Tensor) -> Tensor:
    """Return states that float16 can hold."""
    return x.clamp(-LARGEST_HALF, LARGEST_HALF) if x.dtype == torch.float16 else x
