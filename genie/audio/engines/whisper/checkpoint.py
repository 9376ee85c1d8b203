"""A checkpoint folder, loaded: what it knows of tokens, and its network."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
import transformers

from genie.audio.engines import accelerator
from genie.audio.engines.whisper.decoder import Decoder
from genie.audio.engines.whisper.encoder import Encoder
from genie.audio.engines.whisper.greedy import Writer
from genie.audio.engines.whisper.linear import Precision, dtype, precision
from genie.audio.engines.whisper.rules import Rules
from genie.audio.engines.whisper.tokens import Tokens

STEPS_PER_S = 50.0
"""Encoder states for a second of sound."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """Whisper, ready to hear."""

    name: str
    device: str
    precision: Precision
    dtype: torch.dtype
    extractor: Any
    tokens: Tokens
    encoder: Encoder
    decoder: Decoder
    writer: Writer
    window_s: float
    """What it hears at once."""
    longest: int
    """Tokens that it reads and writes about one window."""


def load(folder: str, model: str, device: str, setting: Literal["auto"] | Precision) -> Checkpoint:
    """Load a checkpoint folder for a device and precision as the settings name them. Nothing is fetched.

    Raises whatever transformers raises for a folder that holds no Whisper.
    """
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    device = accelerator.device(device)
    chosen = precision(setting, device)
    processor = transformers.WhisperProcessor.from_pretrained(folder, local_files_only=True)
    whisper = transformers.WhisperForConditionalGeneration.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, dtype=dtype(chosen)
    )
    whisper.to(device).eval()
    return _ready(processor, whisper, model or Path(folder).name, device, chosen)


def _ready(processor: Any, whisper: Any, name: str, device: str, chosen: Precision) -> Checkpoint:
    generation, config = whisper.generation_config, whisper.config
    whole = 2 * config.decoder_layers >= config.encoder_layers  # distil and turbo lost most of their decoder, and it
    tokens = Tokens(processor.tokenizer, generation, name, translates=whole)
    heads = [(layer, head) for layer, head in getattr(generation, "alignment_heads", None) or []]
    decoder = Decoder(whisper.model.decoder, heads, chosen)
    rules = Rules(generation, config.vocab_size, device, tokens.end)
    return Checkpoint(
        name=name,
        device=device,
        precision=chosen,
        dtype=dtype(chosen),
        extractor=processor.feature_extractor,
        tokens=tokens,
        encoder=Encoder(whisper.model.encoder, chosen),
        decoder=decoder,
        writer=Writer(decoder, rules, end=tokens.end, silence=tokens.silence, device=device),
        window_s=config.max_source_positions / STEPS_PER_S,
        longest=config.max_target_positions,
    )
