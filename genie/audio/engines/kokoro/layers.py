"""The layers of Kokoro's decoder over rows of time: sound of shape (steps, channels), the channels side by side.

That is the order in which the processor's convolutions work; the package's own order is turned around for each of them.
Convolutions compute in the precision of their weights; norms, activations and sums in float32.
"""

from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

STRETCH = 2_048
"""Rows whose activation is computed at once, so that what lies between two of its steps stays in the cache."""

SLOPE = 0.2


class Convolution:
    """A Conv1d of the package."""

    def __init__(self, source: Any, dtype: torch.dtype) -> None:
        self._weight = source.weight[:, :, None].to(dtype).contiguous(memory_format=torch.channels_last)
        self._bias = None if source.bias is None else source.bias.to(dtype)
        self._dtype = dtype
        self._options = ((1, *source.stride), (0, *source.padding), (1, *source.dilation), source.groups)

    def __call__(self, x: Tensor) -> Tensor:
        turned = x.to(self._dtype).t()[None, :, None]
        return functional.conv2d(turned, self._weight, self._bias, *self._options)[0, :, 0].t()


class Stretching:
    """A ConvTranspose1d of the package that makes `stride` rows of each: every new row hears two old ones."""

    def __init__(self, source: Any, dtype: torch.dtype) -> None:
        (self._stride,), (self._padding,) = source.stride, source.padding
        before, after = source.weight.split(self._stride, dim=2)  # (in, out, stride) each
        both = torch.cat([after, before]).permute(2, 1, 0)  # (stride, out, in and in)
        self._weight = both.flatten(0, 1).to(dtype).contiguous()
        self._bias = source.bias.repeat(self._stride).to(dtype)
        self._dtype = dtype

    def __call__(self, x: Tensor) -> Tensor:
        padded = functional.pad(x.to(self._dtype), (0, 0, 1, 1))
        pairs = torch.cat([padded[:-1], padded[1:]], dim=1)
        rows = functional.linear(pairs, self._weight, self._bias).view(len(pairs) * self._stride, -1)
        return rows[self._padding : len(rows) - self._stride + self._padding]


class Doubling:
    """The package's ConvTranspose1d that makes two rows of each, channel by channel."""

    def __init__(self, source: Any) -> None:
        self._before, self._here, self._after = source.weight[:, 0].t().float().contiguous()
        self._bias = source.bias.float()

    def __call__(self, x: Tensor) -> Tensor:
        following = functional.pad(x[1:], (0, 0, 0, 1))
        even = torch.addcmul(self._bias, x, self._here)
        odd = torch.addcmul(self._bias, x, self._after).addcmul_(following, self._before)
        return torch.stack([even, odd], dim=1).flatten(0, 1)


class Norm:
    """Each channel is normalised over time, then scaled and moved as the style says (AdaIN1d)."""

    def __init__(self, source: Any) -> None:
        self._style = source.fc
        self._weight, self._bias = source.norm.weight, source.norm.bias
        self._eps = source.norm.eps

    def __call__(self, x: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        """Return the factor and the term by which each channel of `x` is normalised, for a style of shape (n,)."""
        gain, shift = self._style(style).chunk(2)
        gain = 1 + gain
        mean, variance = torch.batch_norm_update_stats(x, None, None, 0.0)
        factor = self._weight * gain * torch.rsqrt(variance.float() + self._eps)
        return factor, self._bias * gain + shift - mean.float() * factor


class Snake:
    """x + sin²(ax) / a, for an `a` of each channel, after a norm."""

    def __init__(self, alpha: Tensor) -> None:
        self._alpha = alpha.flatten()
        self._inverse = 1 / self._alpha

    def __call__(self, x: Tensor, factor: Tensor, term: Tensor, dtype: torch.dtype) -> Tensor:
        done = torch.empty_like(x, dtype=dtype)
        for rows, out in zip(x.split(STRETCH), done.split(STRETCH), strict=True):
            value = torch.addcmul(term, rows.float(), factor)
            wave = (value * self._alpha).sin_().square_()
            out.copy_(value.addcmul_(wave, self._inverse))
        return done


class SnakeBlock:
    """Six convolutions around which the sound goes on unchanged (AdaINResBlock1); it pauses behind every two."""

    def __init__(self, source: Any, dtype: torch.dtype) -> None:
        self._dtype = dtype
        parts = (source.adain1, source.alpha1, source.convs1, source.adain2, source.alpha2, source.convs2)
        self._layers = [
            (
                (Norm(norm1), Snake(alpha1), Convolution(conv1, dtype)),
                (Norm(norm2), Snake(alpha2), Convolution(conv2, dtype)),
            )
            for norm1, alpha1, conv1, norm2, alpha2, conv2 in zip(*parts, strict=True)
        ]

    def __call__(self, x: Tensor, style: Tensor) -> Generator[None, None, Tensor]:
        for steps in self._layers:
            inner = x
            for norm, snake, convolution in steps:
                inner = convolution(snake(inner, *norm(inner, style), self._dtype))
            x = x + inner
            yield
        return x


class Block:
    """Two convolutions beside a short way (AdainResBlk1d), which may double the rows."""

    def __init__(self, source: Any, dtype: torch.dtype) -> None:
        self._norm1, self._norm2 = Norm(source.norm1), Norm(source.norm2)
        self._conv1, self._conv2 = Convolution(source.conv1, dtype), Convolution(source.conv2, dtype)
        self._short = Convolution(source.conv1x1, dtype) if source.learned_sc else None
        self._double = Doubling(source.pool) if source.upsample_type != "none" else None

    def __call__(self, x: Tensor, style: Tensor) -> Tensor:
        inner = _bent(x, *self._norm1(x, style))
        short = x
        if self._double is not None:
            inner, short = self._double(inner), x.repeat_interleave(2, dim=0)
        inner = self._conv1(inner).float()
        inner = self._conv2(_bent(inner, *self._norm2(inner, style))).float()
        if self._short is not None:
            short = self._short(short).float()
        return (inner + short).mul_(2**-0.5)


def _bent(x: Tensor, factor: Tensor, term: Tensor) -> Tensor:
    return functional.leaky_relu_(torch.addcmul(term, x, factor), SLOPE)
