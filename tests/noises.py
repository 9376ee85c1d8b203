"""Sounds in which nobody speaks, made from nothing but a seed: what a microphone hears of rooms, machines and music."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
Sound = NDArray[np.float64]
Noise = Callable[[int, np.random.Generator], Sound]
"""Make `count` samples, -1..1."""

MAJOR = 2 ** (np.array([0, 2, 4, 5, 7, 9, 11, 12]) / 12)
CHORDS = ((130.8, 164.8, 196.0), (174.6, 220.0, 261.6), (196.0, 246.9, 293.7), (110.0, 130.8, 164.8))


def noise(seconds: float, seed: int = 0) -> NDArray[np.int16]:
    """Return loud white noise as PCM of `RATE`: sound of any length in which no word is ever heard."""
    return (np.random.default_rng(seed).standard_normal(round(seconds * RATE)) * 3_000).astype(np.int16)


def _times(count: int) -> Sound:
    return np.arange(count) / RATE


def _white(level: float) -> Noise:
    return lambda count, chance: chance.normal(0, level, count)


def _pink(count: int, chance: np.random.Generator) -> Sound:
    spectrum = np.fft.rfft(chance.normal(size=count))
    sound = np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), count)
    return 0.1 * sound / sound.std()


def _fan(count: int, chance: np.random.Generator) -> Sound:
    """Return air that flutters, and the hum of a motor."""
    times = _times(count)
    air = _pink(count, chance) * (1 + 0.3 * np.sin(2 * np.pi * 4.3 * times))
    return air + 0.03 * np.sin(2 * np.pi * 118 * times) + 0.01 * np.sin(2 * np.pi * 236 * times)


def _hum(mains: float) -> Noise:
    return lambda count, _: sum(
        (0.2 / order * np.sin(2 * np.pi * mains * order * _times(count)) for order in (1, 2, 3, 5, 7)), np.zeros(count)
    )


def _note(pitch: float, count: int, overtones: Sound, *, vibrato: float, decay_s: float) -> Sound:
    times = _times(count)
    phase = 2 * np.pi * pitch * times + vibrato * np.sin(2 * np.pi * 5.3 * times)
    tone = sum((loud * np.sin((order + 1) * phase) for order, loud in enumerate(overtones)), np.zeros(count))
    ends = np.minimum(1, np.minimum(times, times[::-1]) / 0.01)
    return tone * ends * np.exp(-times / decay_s)


def _melody(overtones: Sound, *, lowest: float, vibrato: float = 0.0, decay_s: float = 0.5) -> Noise:
    def play(count: int, chance: np.random.Generator) -> Sound:
        sound, at = np.zeros(count), 0
        while at < count:
            long = min(int(chance.choice([0.125, 0.25, 0.5, 1.0]) * RATE), count - at)
            pitch = lowest * chance.choice(MAJOR)
            sound[at : at + long] = _note(pitch, long, overtones, vibrato=vibrato, decay_s=decay_s)
            at += long
        return 0.2 * sound

    return play


def _chords(decay_s: float) -> Noise:
    def play(count: int, chance: np.random.Generator) -> Sound:
        sound, overtones = np.zeros(count), np.array([1, 0.5, 0.3, 0.2, 0.1])
        for at in range(0, count, RATE // 2):
            long = min(RATE // 2, count - at)
            for pitch in CHORDS[at // (2 * RATE) % len(CHORDS)]:
                sound[at : at + long] += _note(pitch, long, overtones, vibrato=0.0, decay_s=decay_s)
        return 0.08 * sound

    return play


def _drums(count: int, chance: np.random.Generator) -> Sound:
    sound = np.zeros(count)
    for beat, at in enumerate(range(0, count, RATE // 4)):
        long = min(RATE // 5, count - at)
        times, hiss = _times(long), chance.normal(size=long)
        kick = 0.5 * np.sin(2 * np.pi * (60 * times - 4 * np.exp(-30 * times))) * np.exp(-times / 0.08)
        snare = (0.3 * hiss + 0.2 * np.sin(2 * np.pi * 190 * times)) * np.exp(-times / 0.05)
        hat = 0.1 * np.diff(hiss, append=0) * np.exp(-times / 0.02)
        sound[at : at + long] = (kick, hat, snare, hat)[beat % 4]
    return sound


def _band(count: int, chance: np.random.Generator) -> Sound:
    return 0.7 * (NOISES["chords"](count, chance) + NOISES["piano"](count, chance) + _drums(count, chance))


def _clicks(count: int, chance: np.random.Generator) -> Sound:
    sound = np.zeros(count)
    where = chance.integers(0, count, count // RATE * 3)
    sound[where] = chance.uniform(-0.9, 0.9, len(where))
    return sound


def _keyboard(count: int, chance: np.random.Generator) -> Sound:
    """Return keys that go down and come up, in bursts, in a quiet room."""
    sound, at = chance.normal(0, 0.0005, count), 0
    while at < count:
        for delay, loud in ((0.0, 0.25), (0.08, 0.1)):
            start = at + int(delay * RATE)
            long = max(0, min(int(0.03 * RATE), count - start))
            sound[start : start + long] += loud * chance.normal(size=long) * np.exp(-_times(long) / 0.005)
        at += int((0.06 + chance.exponential(0.12)) * RATE)
        if chance.random() < 0.05:
            at += int(chance.uniform(0.5, 3.0) * RATE)
    return sound


def _siren(count: int, chance: np.random.Generator) -> Sound:
    times = _times(count)
    return 0.3 * np.sin(2 * np.pi * 700 * times - 95 * np.cos(2 * np.pi * 0.5 * times))


def _ringing(count: int, chance: np.random.Generator) -> Sound:
    times = _times(count)
    return 0.2 * (np.sin(2 * np.pi * 440 * times) + np.sin(2 * np.pi * 480 * times)) * (times % 3 < 1.2)


NOISES: Mapping[str, Noise] = MappingProxyType(
    {
        "silence": lambda count, chance: np.zeros(count),
        "noise at -60 dB": _white(0.001),
        "white noise": _white(0.05),
        "pink noise": _pink,
        "fan": _fan,
        "hum, 50 Hz": _hum(50),
        "hum, 60 Hz": _hum(60),
        "offset": lambda count, chance: np.full(count, 0.3) + chance.normal(0, 0.0005, count),
        "offset that jumps": lambda count, chance: np.where(np.arange(count) // RATE % 2 == 0, 0.3, -0.2),
        "clicks": _clicks,
        "keyboard": _keyboard,
        "siren": _siren,
        "telephone": _ringing,
        "chords": _chords(0.8),
        "organ": _chords(20.0),
        "piano": _melody(np.array([1, 0.6, 0.4, 0.3, 0.2, 0.1]), lowest=220),
        "flute": _melody(np.array([1, 0.2, 0.05]), lowest=440, vibrato=0.5, decay_s=5),
        "violin": _melody(1 / np.arange(1, 14), lowest=220, vibrato=0.8, decay_s=5),
        "cello": _melody(1 / np.arange(1, 20), lowest=98, vibrato=0.8, decay_s=5),
        "bass": _melody(np.array([1, 0.5, 0.2]), lowest=55),
        "drums": _drums,
        "band": _band,
    }
)


def pcm(kind: str, seconds: float, *, level: float = 1.0, seed: int = 0) -> bytes:
    """Return PCM16 at `RATE`, little-endian."""
    sound = level * NOISES[kind](round(seconds * RATE), np.random.default_rng(seed))
    return np.clip((sound * 32_768).round(), -32_768, 32_767).astype("<i2").tobytes()
