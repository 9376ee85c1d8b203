"""Linear layers of a network, at the precision that suits the device: where a transformer's time goes."""

import warnings
from collections.abc import Callable
from typing import Literal, cast

import torch
from torch import Tensor
from torch.nn import functional

from genie.audio.engines.accelerator import processor_has
from genie.errors import StageFailed

Precision = Literal["float32", "int8", "bfloat16", "float16"]

Linear = Callable[[Tensor], Tensor]


def precision(setting: Literal["auto"] | Precision, device: str) -> Precision:
    """Return the precision for a setting; `auto` takes the fastest one that the device computes in itself.

    Raises StageFailed `unsupported_precision` for one that the device cannot compute in.
    """
    if setting == "auto":
        return "float16" if device == "cuda" else _fastest_here()
    wrong = setting == "int8" if device == "cuda" else setting == "float16"
    if wrong or (setting == "int8" and not _has_int8()):
        raise StageFailed("unsupported_precision", f"stt.precision {setting} is not for this {device}; set it to auto")
    return setting


def dtype(precision: Precision) -> torch.dtype:
    """Return the type of what flows between the layers; around int8 weights it is float32."""
    types = {"float16": torch.float16, "bfloat16": torch.bfloat16}
    return types.get(precision, torch.float32)


def linear(weight: Tensor, bias: Tensor | None, precision: Precision) -> Linear:
    """Return the layer with a weight of shape (out, in) and a bias of shape (out,)."""
    if precision == "int8":
        return _int8(weight.float(), None if bias is None else bias.float())
    return lambda x: functional.linear(x, weight, bias)


def _int8(weight: Tensor, bias: Tensor | None) -> Linear:
    """Return a layer whose weight is int8 with a scale for each output; its input is made 8 bits wide as it comes.

    What torch's `quantize_dynamic` does to a Linear. That function is deprecated in favour of another package; the
    kernels below it are not, but the tensor type they are packed from warns of its own end.
    """
    scale = (weight.abs().amax(1) / 127).clamp(min=1e-12)
    rounded = (weight / scale[:, None]).round().clamp(-127, 127).to(torch.int8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        quantized = torch._make_per_channel_quantized_tensor(rounded, scale.double(), torch.zeros_like(scale).long(), 0)
    packed = torch.ops.quantized.linear_prepack(quantized, bias)
    narrow = not _has_vnni()  # without VNNI two products may overflow 16 bits; 7 bits of input cannot
    return lambda x: cast(Tensor, torch.ops.quantized.linear_dynamic(x, packed, narrow))


def _fastest_here() -> Precision:
    if _has_int8() and _has_vnni():
        return "int8"
    return "bfloat16" if processor_has("avx512_bf16", "amx_bf16") else "float32"


def _has_int8() -> bool:
    return "fbgemm" in torch.backends.quantized.supported_engines


def _has_vnni() -> bool:
    return processor_has("avx512_vnni", "avx_vnni", "amx_int8")
