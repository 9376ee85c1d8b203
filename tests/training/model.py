"""The model of the test checkpoint, and what it is taught: the words, and where in the sound each is."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import WhisperConfig, WhisperForConditionalGeneration

from tests.training.tokens import WINDOW_S, Tokens
from tests.training.windows import IGNORED, KINDS

POSITIONS = WINDOW_S * 50
LONGEST = 128

ALIGNMENT_HEADS = [[0, 0], [1, 0]]
"""Layer and head that are taught to look where the written word is spoken."""


def fresh(tokens: Tokens, width: int = 160, depth: int = 3) -> WhisperForConditionalGeneration:
    """Return a model of random weights."""
    config = WhisperConfig(
        vocab_size=tokens.size,
        d_model=width,
        encoder_layers=depth,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        max_source_positions=POSITIONS,
        max_target_positions=LONGEST,
        bos_token_id=tokens.end,
        eos_token_id=tokens.end,
        pad_token_id=tokens.end,
        decoder_start_token_id=tokens.start,
        suppress_tokens=None,
        begin_suppress_tokens=[tokens.space, tokens.end],
    )
    config._attn_implementation = "eager"  # it alone returns its weights, which are taught
    model = WhisperForConditionalGeneration(config)
    place_times(model, tokens)
    return model


def place_times(model: WhisperForConditionalGeneration, tokens: Tokens) -> None:
    """Let the token of a time begin as what the encoder adds to the sound at that time: neighbours are alike."""
    places = model.model.encoder.embed_positions.weight
    model.model.decoder.embed_tokens.weight.data[tokens.untimed + 1 :][: len(places)] = TIME_SCALE * places.detach()


TIME_SCALE = 0.05

TIME_BLUR = 2.0
"""Steps of 20 ms within which one time is about as good as another."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of one length: features (b, 80, 100 s), reads and writes (b, t), spans (b, t, 2), frames (b, 50 s)."""

    features: Tensor
    reads: Tensor
    writes: Tensor
    spans: Tensor
    frames: Tensor


class Lesson(nn.Module):
    """The model with a head that names the word of each frame; the head is thrown away afterwards."""

    def __init__(self, model: WhisperForConditionalGeneration, tokens: Tokens) -> None:
        super().__init__()
        self.model = model
        self._first_time = tokens.untimed + 1
        self.frames = nn.Linear(model.config.d_model, 1 + 2 * len(KINDS))

    def hidden(self, features: Tensor) -> Tensor:
        """Return the encoder's states of a window of any length, which the model's own forward refuses."""
        encoder = self.model.model.encoder
        states = functional.gelu(encoder.conv1(features))
        states = functional.gelu(encoder.conv2(states)).permute(0, 2, 1)
        states = states + encoder.embed_positions.weight[: states.shape[1]]
        for layer in encoder.layers:
            states = _layer(layer, states)
        return encoder.layer_norm(states)

    def forward(self, batch: Batch, *, decoder_only: bool = False) -> dict[str, Tensor]:
        """Return the losses: of the words, of the frames, of the attention."""
        with torch.set_grad_enabled(not decoder_only):
            states = self.hidden(batch.features)
        decoded = self.model.model.decoder(
            input_ids=batch.reads, encoder_hidden_states=states, output_attentions=True, use_cache=False
        )
        wanted = batch.writes != IGNORED
        logits = self.model.proj_out(decoded.last_hidden_state[wanted])
        looks = [decoded.cross_attentions[layer][:, head] for layer, head in ALIGNMENT_HEADS]
        return {
            "words": self._wrongness(logits.float(), batch.writes[wanted]),
            "frames": functional.cross_entropy(self.frames(states).flatten(0, 1).float(), batch.frames.flatten()),
            "looks": sum(misses(look, batch.spans) for look in looks) / len(looks),
        }

    def _wrongness(self, logits: Tensor, writes: Tensor) -> Tensor:
        """Return the cross-entropy; a time that is written a little early or late is a little wrong."""
        logs = logits.log_softmax(-1)
        times = writes >= self._first_time
        far = (torch.arange(self._first_time, logits.shape[-1]) - writes[times, None]).abs()
        near = (far / -TIME_BLUR).exp() * (far <= 4 * TIME_BLUR)
        blurred = -(logs[times, self._first_time :] * near / near.sum(-1, keepdim=True)).sum(-1)
        plain = -logs[~times].gather(1, writes[~times, None])
        return (blurred.sum() + plain.sum()) / len(writes)


def _layer(layer: nn.Module, states: Tensor) -> Tensor:
    """Run one layer of the encoder with torch's fused attention."""
    attention = layer.self_attn
    normal = layer.self_attn_layer_norm(states)
    shape = (*normal.shape[:2], attention.num_heads, -1)
    query, key, value = (
        project(normal).view(shape).transpose(1, 2)
        for project in (attention.q_proj, attention.k_proj, attention.v_proj)
    )
    mixed = functional.scaled_dot_product_attention(query, key, value)
    states = states + attention.out_proj(mixed.transpose(1, 2).flatten(2))
    inner = functional.gelu(layer.fc1(layer.final_layer_norm(states)))
    return states + layer.fc2(inner)


def misses(look: Tensor, spans: Tensor) -> Tensor:
    """Return how far attention (b, t, frames) is from looking evenly at the frames of each word (0: it does)."""
    first, last = spans[..., :1], spans[..., 1:]
    told = (last > first).squeeze(-1)
    frame = torch.arange(look.shape[-1])
    inside = ((frame >= first) & (frame < last))[told].float()
    count = inside.sum(-1)
    logs = (look[told].float() + 1e-5).log()
    return (-(logs * inside).sum(-1) / count - count.log()).mean()
