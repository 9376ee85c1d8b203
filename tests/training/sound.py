"""What surrounds speech: noise, hum, clicks and loudness, and the log-mel that Whisper hears."""

from random import Random

import numpy as np

RATE = 16_000


def noise(random: Random, count: int) -> np.ndarray:
    """Return some noise of loudness 1 (root mean square), shape (n,): hiss, rumble, hum, or clicks."""
    generator = np.random.default_rng(random.getrandbits(32))
    kind = random.choice(("white", "pink", "pink", "hum", "clicks"))
    if kind == "hum":
        made = _hum(random, count) + 0.05 * generator.standard_normal(count)
    elif kind == "clicks":
        made = _clicks(generator, count)
    else:
        made = generator.standard_normal(count)
        if kind == "pink":
            made = _coloured(made, random.uniform(0.5, 1.0))
    return (made / (np.sqrt(np.mean(made**2)) + 1e-9)).astype(np.float32)


def _coloured(white: np.ndarray, slope: float) -> np.ndarray:
    spectrum = np.fft.rfft(white)
    spectrum /= np.maximum(np.arange(len(spectrum)), 20.0) ** slope
    return np.fft.irfft(spectrum, len(white))


def _hum(random: Random, count: int) -> np.ndarray:
    at = np.arange(count) / RATE
    base = random.choice((50, 60, 100, 120, random.uniform(80, 400)))
    return sum(np.sin(2 * np.pi * base * k * at + random.random() * 6) / k for k in range(1, random.randint(2, 6)))


def _clicks(generator: np.random.Generator, count: int) -> np.ndarray:
    made = 1e-3 * generator.standard_normal(count)
    for start in generator.integers(0, max(count - 200, 1), size=max(1, count // 8_000)):
        length = min(int(generator.integers(20, 200)), count - start)
        made[start : start + length] += np.exp(-np.arange(length) / 15) * generator.standard_normal(length)
    return made


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples**2)))
