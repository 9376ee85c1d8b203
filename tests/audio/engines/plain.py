"""Folders that look like models without being any: whole files of the right names, made in no time."""

import json
import random
import struct
from pathlib import Path


def save_plain_whisper(folder: Path, *, shards: int = 0) -> Path:
    """Save what a Whisper's folder holds; its tensors stand in one file, or in some with an index."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text('{"model_type": "whisper"}')
    (folder / "preprocessor_config.json").write_text("{}")
    (folder / "tokenizer.json").write_text(json.dumps({"vocab": list(range(1000))}))
    (folder / "merges.txt").write_text("a b\n")
    if not shards:
        save_tensors(folder / "model.safetensors")
        return folder
    names = [f"model-{number:05}-of-{shards:05}.safetensors" for number in range(1, shards + 1)]
    for name in names:
        save_tensors(folder / name)
    index = {"metadata": {}, "weight_map": {f"layer.{number}": name for number, name in enumerate(names)}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return folder


def save_tensors(file: Path, size: int = 200_000) -> None:
    """Save a safetensors file with one tensor of so many bytes."""
    header = json.dumps({"weight": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    file.write_bytes(struct.pack("<Q", len(header)) + header + random.Random(file.name).randbytes(size))
