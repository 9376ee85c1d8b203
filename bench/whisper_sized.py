"""A Whisper of a real size with random weights, for figures of speed: what it writes means nothing.

It is saved as the real ones are, with a tokenizer of the real size, and converted for CTranslate2 by that library's own
converter, so that every peer loads the same weights by its own real code.
"""

from pathlib import Path
from typing import Any, NamedTuple

LANGUAGES = 99
WORDS = 50_257
TIMES = 1_501


class Size(NamedTuple):
    """How large a Whisper is."""

    width: int
    layers: int
    heads: int


SIZES = {"tiny": Size(384, 4, 6), "base": Size(512, 6, 8), "small": Size(768, 12, 12)}


def save(folder: Path, size: str = "base") -> Path:
    """Save one of the `SIZES` in a folder, once: a folder that holds one is returned as it is."""
    if (folder / "config.json").is_file():
        return folder
    import torch
    from transformers import GenerationConfig, WhisperConfig, WhisperForConditionalGeneration

    torch.manual_seed(7)
    processor = _processor()
    token = processor.tokenizer.convert_tokens_to_ids
    end, start = token("<|endoftext|>"), token("<|startoftranscript|>")
    ends = {"bos_token_id": end, "eos_token_id": end, "pad_token_id": end, "decoder_start_token_id": start}
    width, layers, heads = SIZES[size]
    config = WhisperConfig(
        vocab_size=len(processor.tokenizer),
        d_model=width,
        encoder_layers=layers,
        decoder_layers=layers,
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        **ends,
    )
    model = WhisperForConditionalGeneration(config)
    model.model.decoder.embed_tokens.weight.data[WORDS:] = 0.0  # it writes words without end: the bound says how many
    languages = [name for name in processor.tokenizer.all_special_tokens if len(name) in (6, 7) and "_" not in name]
    model.generation_config = GenerationConfig(
        **ends,
        max_length=448,
        is_multilingual=True,
        no_timestamps_token_id=token("<|notimestamps|>"),
        suppress_tokens=[],
        begin_suppress_tokens=[end],
        alignment_heads=[[layers // 2 + n % (layers // 2), n % heads] for n in range(6)],
        lang_to_id={name: token(name) for name in languages},
        task_to_id={task: token(f"<|{task}|>") for task in ("transcribe", "translate")},
    )
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def convert(folder: Path, converted: Path, precision: str = "int8") -> Path:
    """Convert a saved checkpoint for CTranslate2, once."""
    if not (converted / "model.bin").is_file():
        from ctranslate2.converters import TransformersConverter

        files = ["tokenizer.json", "preprocessor_config.json"]
        files = [name for name in files if (folder / name).is_file()]
        TransformersConverter(str(folder), copy_files=files).convert(str(converted), quantization=precision, force=True)
    return converted


def _processor() -> Any:
    from transformers import WhisperFeatureExtractor, WhisperProcessor, WhisperTokenizer
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    letters = [*bytes_to_unicode().values()]
    words = letters + [f"w{number}" for number in range(WORDS - len(letters))]
    tokenizer = WhisperTokenizer(vocab={word: number for number, word in enumerate(words)}, merges=[])
    languages = ["en", *(f"{first}{second}" for first in "abcdefghij" for second in "klmnopqrst")][:LANGUAGES]
    special = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{name}|>" for name in languages)]
    special += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
    special += ["<|notimestamps|>"]
    tokenizer.add_special_tokens({"additional_special_tokens": special})
    tokenizer.add_tokens([f"<|{step * 0.02:.2f}|>" for step in range(TIMES)])
    return WhisperProcessor(WhisperFeatureExtractor(), tokenizer)
