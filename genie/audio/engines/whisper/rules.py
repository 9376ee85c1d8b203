"""Which tokens may follow: the filters that transformers' `generate` applies to Whisper's scores."""

from typing import Any

import torch
from torch import Tensor


class Rules:
    """Scores of tokens that may not be written become minus infinity."""

    def __init__(self, generation: Any, size: int, device: str, end: int) -> None:
        """Read a checkpoint's generation_config; `size` is the vocabulary's, `end` the token that ends a text."""
        self._never = _mask(getattr(generation, "suppress_tokens", None), size, device)
        self._at_first = _mask(getattr(generation, "begin_suppress_tokens", None), size, device)
        self._untimed: int | None = getattr(generation, "no_timestamps_token_id", None)
        self._end = end
        self._latest_start: int | None = getattr(generation, "max_initial_timestamp_index", None)

    def apply(self, scores: Tensor, written: list[int], *, timed: bool) -> Tensor:
        """Filter scores (vocabulary,) of what follows the tokens that were written since the prompt."""
        scores = scores + self._never
        if not written:
            scores = scores + self._at_first
        return self._in_time(scores, written) if timed and self._untimed is not None else scores

    def _in_time(self, scores: Tensor, written: list[int]) -> Tensor:
        """Let times come in pairs and grow, the first one first, and come where they are likelier than any word.

        As Whisper does (Radford et al. 2022); `scores` is changed.
        """
        assert self._untimed is not None
        first = self._untimed + 1
        scores[self._untimed] = float("-inf")
        times = [token for token in written if token >= first]
        after_time = bool(written) and written[-1] >= first
        in_pair = after_time and (len(written) < 2 or written[-2] >= first)
        if in_pair:
            scores[first:] = float("-inf")
        elif after_time:
            scores[: self._end] = float("-inf")
        if times:
            scores[first : times[-1] + (0 if after_time and not in_pair else 1)] = float("-inf")
        if not written:
            scores[:first] = float("-inf")
            if self._latest_start is not None:
                scores[first + self._latest_start + 1 :] = float("-inf")
        if scores[first:].logsumexp(-1) > scores[:first].max():
            scores[:first] = float("-inf")
        return scores


def _mask(tokens: list[int] | None, size: int, device: str) -> Tensor:
    mask = torch.zeros(size, device=device)
    if tokens:
        mask[torch.tensor(tokens, device=device)] = float("-inf")
    return mask
