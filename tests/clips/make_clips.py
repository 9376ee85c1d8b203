"""Make the spoken clips beside this file with Debian's flite: python tests/clips/make_clips.py."""

import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr

HERE = Path(__file__).parent
RATE = 16_000
LEAD_S = 0.3
TAIL_S = 0.5

CLIPS = (
    ("twelve_times_seven", "slt", "what is twelve times seven"),
    ("time_in_tokyo", "rms", "what time is it in tokyo"),
    ("time", "awb", "what time is it"),
    ("date_today", "slt", "what is the date today"),
    ("half_of_ninety", "rms", "what is half of ninety"),
    ("until_christmas", "awb", "how many days until christmas"),
    ("percent_of_eighty", "slt", "what is fifteen percent of eighty"),
    ("what_can_you_do", "rms", "what can you do"),
    ("square_root", "awb", "what is the square root of one hundred and forty four"),
    ("day_tomorrow", "slt", "what day is it tomorrow"),
    ("time_in_new_york", "rms", "what time is it in new york"),
    ("hundred_minus_one", "awb", "what is one hundred minus one"),
    ("quick_brown_fox", "slt", "the quick brown fox jumps over the lazy dog"),
    ("window", "rms", "please leave the window open because the room is warm"),
    ("old_house", "awb", "he bought an old house near the river last summer"),
    ("friend_kimiko", "rms", "my friend kimiko lives near the river"),
)
"""File name, voice, words. The last four are dictation, which no agent understands; the last has an unknown name."""

SHORT = (("wait_slt", "slt", "wait"), ("wait_rms", "rms", "wait"), ("wait_awb", "awb", "wait"))
"""What is said into an answer, in a folder of its own."""


def spoken(text: str, voice: str) -> np.ndarray:
    """Return what flite says as int16 samples of shape (n,) at `RATE`, with silence before and after."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True)
        samples, rate = soundfile.read(path, dtype="int16")
    lead, tail = (np.zeros(round(seconds * RATE), np.int16) for seconds in (LEAD_S, TAIL_S))
    return np.concatenate((lead, soxr.resample(samples, rate, RATE), tail))


def main() -> None:
    for name, voice, text in CLIPS:
        soundfile.write(HERE / f"{name}.wav", spoken(text, voice), RATE, subtype="PCM_16")
    for name, voice, text in SHORT:
        soundfile.write(HERE / "short" / f"{name}.wav", spoken(text, voice), RATE, subtype="PCM_16")
    transcripts = {f"{name}.wav": text for name, _, text in CLIPS}
    (HERE / "transcripts.json").write_text(json.dumps(transcripts, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
