"""Kokoro's decoder, run over the package's weights: sounds of speech, pitch and loudness become samples.

It takes most of the time, and pauses (yields) several times on its way, for others to be served meanwhile.
"""

from collections.abc import Generator
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from genie.audio.engines.kokoro.layers import Block, Convolution, SnakeBlock, Stretching
from genie.audio.engines.kokoro.source import Source

SLOPE, LAST_SLOPE = 0.1, 0.01


class Decoder:
    """Shape sound in one precision; the source, the spectrum of the sound and its inverse stay in float32."""

    def __init__(self, source: Any, dtype: torch.dtype) -> None:
        self._pitch, self._loudness = (
            Convolution(source.F0_conv, torch.float32),
            Convolution(source.N_conv, torch.float32),
        )
        self._encode = Block(source.encode, dtype)
        self._decode = [Block(block, dtype) for block in source.decode]
        self._short = Convolution(source.asr_res[0], torch.float32)
        self._generator = _Generator(source.generator, dtype)

    def noise_shape(self, pitch: Tensor) -> tuple[int, int]:
        """Return the shape of the noise for a pitch."""
        source = self._generator.source
        return len(pitch) * source.samples_per_pitch, source.tones

    def __call__(
        self, sounds: Tensor, pitch: Tensor, loudness: Tensor, style: Tensor, noise: Tensor
    ) -> Generator[None, None, Tensor]:
        """Return samples, shape (n,), of `sounds` of shape (frames, 512) and two curves of twice as many values."""
        curves = torch.cat([self._pitch(pitch[:, None]), self._loudness(loudness[:, None])], dim=1)
        x = self._encode(torch.cat([sounds, curves], dim=1), style)
        beside = torch.cat([self._short(sounds), curves], dim=1)
        for block in self._decode:
            x = block(torch.cat([x, beside], dim=1), style)
        yield
        return (yield from self._generator(x, style, pitch, noise))


class _Generator:
    def __init__(self, source: Any, dtype: torch.dtype) -> None:
        self.source = Source(source)
        self._stretch = [Stretching(layer, dtype) for layer in source.ups]
        self._heard = [Convolution(layer, torch.float32) for layer in source.noise_convs]
        self._shape_heard = [SnakeBlock(block, dtype) for block in source.noise_res]
        blocks = [SnakeBlock(block, dtype) for block in source.resblocks]
        several = source.num_kernels
        self._shape = [blocks[first : first + several] for first in range(0, len(blocks), several)]
        self._last = Convolution(source.conv_post, torch.float32)
        self._bins = source.post_n_fft // 2 + 1
        self._spectrum = source.stft

    def __call__(self, x: Tensor, style: Tensor, pitch: Tensor, noise: Tensor) -> Generator[None, None, Tensor]:
        spectrum = self.source(pitch, noise)
        stages = list(zip(self._stretch, self._heard, self._shape_heard, self._shape, strict=True))
        for number, (stretch, hear, shape_heard, blocks) in enumerate(stages, 1):
            x = stretch(functional.leaky_relu(x, SLOPE)).float()
            if number == len(stages):
                x = torch.cat([x[1:2], x])  # the spectrum of n hops has n + 1 steps
            x = x + (yield from shape_heard(hear(spectrum), style))
            shaped = yield from blocks[0](x, style)
            for block in blocks[1:]:
                shaped += yield from block(x, style)
            x = shaped.div_(len(blocks))
        x = self._last(functional.leaky_relu(x, LAST_SLOPE)).t()
        return self._spectrum.inverse(x[None, : self._bins].exp(), x[None, self._bins :].sin()).flatten()
