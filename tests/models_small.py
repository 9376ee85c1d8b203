"""Small checkpoints with random weights, saved as the real ones are, so that the real loading code reads them."""

import json
import warnings
from pathlib import Path

LANGUAGES = ("en", "de", "fr")


def save_whisper(folder: Path, *, multilingual: bool = True, endless: bool = False) -> Path:
    """Save a small Whisper of random weights with its tokenizer and feature extractor; it writes single letters.

    An `endless` one never writes the token that ends a text.
    """
    import torch
    from transformers import GenerationConfig, WhisperConfig, WhisperForConditionalGeneration

    torch.manual_seed(7)
    processor = _processor()
    token = processor.tokenizer.convert_tokens_to_ids
    end, start = token("<|endoftext|>"), token("<|startoftranscript|>")
    ends = {"bos_token_id": end, "eos_token_id": end, "pad_token_id": end, "decoder_start_token_id": start}
    config = WhisperConfig(
        vocab_size=len(processor.tokenizer),
        d_model=64,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=128,
        decoder_ffn_dim=128,
        init_std=0.4,
        **ends,
    )
    model = WhisperForConditionalGeneration(config)
    likely = {end, *(token(letter) for letter in "Ġabcdefghijklmnopqrstuvwxyz")}
    unlikely = [number for number in range(config.vocab_size) if number not in likely]
    model.model.decoder.embed_tokens.weight.data[unlikely] *= 0.1
    model.generation_config = GenerationConfig(
        **ends,
        max_length=448,
        is_multilingual=multilingual,
        no_timestamps_token_id=token("<|notimestamps|>"),
        suppress_tokens=[end] if endless else [],
        begin_suppress_tokens=[end],
        **_spoken(token) if multilingual else {},
    )
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def _spoken(token):
    return {
        "lang_to_id": {f"<|{language}|>": token(f"<|{language}|>") for language in LANGUAGES},
        "task_to_id": {task: token(f"<|{task}|>") for task in ("transcribe", "translate")},
    }


def _processor():
    from transformers import WhisperFeatureExtractor, WhisperProcessor, WhisperTokenizer
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    letters = {letter: number for number, letter in enumerate(bytes_to_unicode().values())}
    special = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{language}|>" for language in LANGUAGES)]
    special += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
    special += ["<|notimestamps|>"]
    tokenizer = WhisperTokenizer(vocab=letters, merges=[])
    tokenizer.add_special_tokens({"additional_special_tokens": special})
    tokenizer.add_tokens([f"<|{step * 0.02:.2f}|>" for step in range(1501)])
    return WhisperProcessor(WhisperFeatureExtractor(), tokenizer)


def save_kokoro(folder: Path, voices: tuple[str, ...] = ("af_heart", "am_adam", "bf_emma", "ff_siwis")) -> Path:
    """Save a Kokoro with random weights: as small as the package allows, which fixes the decoder's width."""
    import torch
    from kokoro import KModel

    torch.manual_seed(7)
    (folder / "voices").mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(_kokoro_config()))
    torch.save({}, folder / "empty")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = KModel(repo_id="small", config=str(folder / "config.json"), model=str(folder / "empty"))
    (folder / "empty").unlink()
    model.predictor.F0_proj.bias.data.fill_(160.0)  # Hz: a voice, not a whisper
    parts = {
        name: {key: tensor.half() for key, tensor in part.state_dict().items()} for name, part in model.named_children()
    }
    torch.save(parts, folder / "small.pth")
    for voice in voices:
        torch.save(torch.randn(510, 1, 256) * 0.1, folder / "voices" / f"{voice}.pt")
    return folder


def _kokoro_config():
    phonemes = ';:,.!?—…"() “”̃ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyz'
    phonemes += "ɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ"
    return {
        "vocab": {phoneme: number for number, phoneme in enumerate(phonemes, 1)},
        "n_token": 178,
        "hidden_dim": 512,
        "style_dim": 128,
        "n_layer": 1,
        "max_dur": 2,
        "dropout": 0.0,
        "n_mels": 80,
        "text_encoder_kernel_size": 3,
        "plbert": {
            "hidden_size": 32,
            "num_attention_heads": 2,
            "intermediate_size": 64,
            "max_position_embeddings": 512,
            "num_hidden_layers": 1,
        },
        "istftnet": {
            "upsample_kernel_sizes": [20, 12],
            "upsample_rates": [10, 6],
            "gen_istft_hop_size": 5,
            "gen_istft_n_fft": 20,
            "resblock_dilation_sizes": [[1, 1, 1]],
            "resblock_kernel_sizes": [3],
            "upsample_initial_channel": 512,
        },
    }
