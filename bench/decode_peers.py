"""The peers of `bench.decode`: the same random weights, loaded and run by each library's own code on one thread."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.whisper_sized import WORDS

RATE = 16_000
BUCKET_S = 0.5
"""What cropped features are rounded up to."""

Decode = Callable[[NDArray[np.float32], int], int]
"""Take sound, shape (n,) at 16 kHz, and how many tokens are to be written; return how many were."""


def faster_whisper(converted: Path) -> Decode:
    """Return faster-whisper at its defaults, which pad to 30 s, but greedy and without a second try."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(converted), device="cpu", compute_type="int8", cpu_threads=1)

    def decode(sound: NDArray[np.float32], tokens: int) -> int:
        # CTranslate2 halves the length it is given and counts the end
        segments, _ = model.transcribe(
            sound,
            language="en",
            beam_size=1,
            temperature=0.0,
            without_timestamps=True,
            condition_on_previous_text=False,
            no_speech_threshold=None,
            log_prob_threshold=None,
            compression_ratio_threshold=None,
            max_new_tokens=2 * tokens - 2,
        )
        return sum(len([token for token in segment.tokens if token < WORDS]) for segment in segments)

    return decode


def ctranslate2(converted: Path) -> Decode:
    """Return CTranslate2 with features cropped to the sound: the peer at its best, as nobody uses it."""
    import ctranslate2 as library
    from faster_whisper.feature_extractor import FeatureExtractor

    model = library.models.Whisper(str(converted), device="cpu", compute_type="int8", intra_threads=1)
    extractor = FeatureExtractor()
    prompt = ["<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|notimestamps|>"]

    def decode(sound: NDArray[np.float32], tokens: int) -> int:
        features = extractor(np.pad(sound, (0, -len(sound) % int(BUCKET_S * RATE))))
        features = np.ascontiguousarray(features[:, : features.shape[1] // 2 * 2][None])
        states = model.encode(library.StorageView.from_array(features))
        found = model.generate(states, [prompt], beam_size=1, max_length=2 * tokens, return_no_speech_prob=True)
        return len(found[0].sequences_ids[0])

    return decode


def transformers(folder: Path) -> Decode:
    """Return the plain pipeline of transformers, which pads to 30 s, in float32."""
    import torch
    from transformers import pipeline
    from transformers.utils import logging

    torch.set_num_threads(1)
    logging.set_verbosity_error()
    hear: Any = pipeline("automatic-speech-recognition", model=str(folder), device="cpu")
    options = {"language": "en", "task": "transcribe", "num_beams": 1, "do_sample": False}

    def decode(sound: NDArray[np.float32], tokens: int) -> int:
        heard = hear({"raw": sound, "sampling_rate": RATE}, generate_kwargs={"max_new_tokens": tokens, **options})
        return str(heard["text"]).count("w")

    return decode
