"""Where in the sound each token was spoken: where the alignment heads looked when it was written."""

import torch
from torch import Tensor
from torch.nn import functional

SMOOTH = 7
"""Frames of the median filter."""

FEWEST = 4
"""Rows from which a frame can be compared with what it is on average."""


def frames(looks: list[Tensor], length: int, first: int) -> list[int]:
    """Return the frame of each look from `first` on; `looks` are (heads, frames), the sound fills `length` of these.

    A frame counts by how much more a token looks there than the others do: heads that always rest on one frame say
    nothing. Whisper's own word times (openai/whisper, timing.py) divide by the spread, too, which blows up what no
    token looks at where there are few tokens.
    """
    if first >= len(looks):
        return []
    weights = torch.stack(looks)[:, :, : max(1, length)].float()
    if len(looks) >= FEWEST:
        weights = weights - weights.mean(0, keepdim=True)
    together = weights[first:].mean(1)
    padded = functional.pad(together, (SMOOTH // 2, SMOOTH // 2), mode="reflect") if length > SMOOTH else together
    smooth = padded.unfold(-1, SMOOTH, 1).median(-1).values if length > SMOOTH else together
    found: list[int] = smooth.argmax(-1).tolist()
    return found
