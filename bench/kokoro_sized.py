"""A Kokoro of the real size with random weights, for figures of speed: what it says is noise.

It is saved as the real one is, so that genie and the package load the same weights by their own code. Its predictor of
durations is set so that a phoneme takes about 75 ms, as in speech.
"""

import json
import warnings
from pathlib import Path
from typing import Any

PHONEMES = ';:,.!?—…"() “”̃ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyz'
PHONEMES += "ɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ"

CONFIG = {
    "vocab": {phoneme: number for number, phoneme in enumerate(PHONEMES, 1)},
    "n_token": 178,
    "hidden_dim": 512,
    "style_dim": 128,
    "n_layer": 3,
    "max_dur": 50,
    "dropout": 0.2,
    "n_mels": 80,
    "text_encoder_kernel_size": 5,
    "plbert": {
        "hidden_size": 768,
        "num_attention_heads": 12,
        "intermediate_size": 2048,
        "max_position_embeddings": 512,
        "num_hidden_layers": 12,
        "dropout": 0.1,
    },
    "istftnet": {
        "upsample_kernel_sizes": [20, 12],
        "upsample_rates": [10, 6],
        "gen_istft_hop_size": 5,
        "gen_istft_n_fft": 20,
        "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
        "resblock_kernel_sizes": [3, 7, 11],
        "upsample_initial_channel": 512,
    },
}
"""What the real one has (81.8 million weights)."""

DURATION = -2.75
"""Bias of the predictor: sigmoid(-2.75) x 50 frames of 25 ms are 75 ms."""


def save(folder: Path, voices: tuple[str, ...] = ("af_heart",)) -> Path:
    """Save one in a folder, once: a folder that holds one is returned as it is."""
    if (folder / "sized.pth").is_file():
        return folder
    import torch

    torch.manual_seed(7)
    (folder / "voices").mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    torch.save({}, folder / "empty")
    model = load(folder, folder / "empty")
    (folder / "empty").unlink()
    model.predictor.duration_proj.linear_layer.bias.data.fill_(DURATION)
    for voice in voices:
        torch.save(torch.randn(510, 1, 256) * 0.1, folder / "voices" / f"{voice}.pt")
    torch.save({name: part.state_dict() for name, part in model.named_children()}, folder / "sized.pth")
    return folder


def load(folder: Path, weights: Path | None = None) -> Any:
    """Load one as the package does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package calls what torch deprecates
        from kokoro import KModel

        return KModel(
            repo_id="sized", config=str(folder / "config.json"), model=str(weights or folder / "sized.pth")
        ).eval()
