"""A scene in a room: genie speaks, its user may speak over it, and what listens holds it, stops it, or does not."""

from dataclasses import dataclass

import numpy as np

from bench.acoustics import RATE, Path, Room, Sound, level_db
from genie.audio.engines.vad import SileroDetector
from genie.audio.frames import FRAME, FRAME_S
from genie.audio.loudness import SILENCE, Envelope
from genie.audio.overlap import Guard, Overlap
from genie.audio.pcm import Float32
from genie.audio.segmenter import HYSTERESIS, Segmenter
from genie.audio.texture import Textures
from genie.settings import Settings

PLAYED_DB = -20.0
"""How loud genie is, dB of full scale."""

LEAD_S = 2.0
"""Seconds of the room before genie speaks."""

AFTER_S = 2.0
"""Seconds after the user's last word."""

ALONE_S = 20.0
"""Seconds of genie that nobody speaks over."""

REPORTS_LATE_S = 0.04
"""Seconds by which a client's report of what it has played is late at most."""

NEVER_S = 9.0
"""What stands for the seconds until something that did not happen."""


@dataclass(frozen=True)
class Scene:
    """Genie speaks by a path (None: headphones), and its user so much louder than its echo (None: not at all)."""

    kind: str
    path: Path | None
    user_db: float | None
    noise_db: float
    seed: int
    at_s: tuple[float, float] = (2.0, 7.0)
    """Seconds after genie's first sound, between which the user begins."""


class Mouth:
    """Genie, as it is played: a frame at a time, unless it is held or stopped."""

    def __init__(self, sound: Sound, chance: np.random.Generator) -> None:
        self._sound = (sound * 32_768).astype(np.int16)
        self._envelope = Envelope(RATE)
        self._chance = chance
        self._late = 0
        self.at = -round(LEAD_S / FRAME_S) * FRAME
        self.held = self.stopped = False
        self.acts: list[tuple[str, float]] = []
        self.now = 0.0

    def block(self) -> Sound:
        """Play the next frame."""
        if self.held or self.stopped or self.at >= len(self._sound):
            return np.zeros(FRAME)
        block = self._sound[self.at : self.at + FRAME] if self.at >= 0 else np.zeros(FRAME, np.int16)
        if self.at >= 0:
            self._envelope.add(block)
            if self.at // FRAME % round(1 / FRAME_S) == 0:  # a report
                self._late = round(self._chance.uniform(0, REPORTS_LATE_S) * RATE)
        self.at += FRAME
        return np.pad(block / 32_768, (0, FRAME - len(block)))

    def sounds(self, at: float) -> bool:
        return 0 < self.at < len(self._sound) and not self.stopped

    def levels(self, at: float, steps: int) -> Float32:
        if self.held or not self.sounds(at):
            return np.repeat(SILENCE, steps, axis=0)
        return self._envelope.before(max(0, self.at - self._late), steps)

    def said(self) -> str:
        return ""

    def hold(self) -> None:
        self.held = True
        self.acts.append(("hold", self.now))

    def go_on(self) -> None:
        self.held = False

    def stop(self) -> None:
        self.held, self.stopped = False, True
        self.acts.append(("stop", self.now))


@dataclass(frozen=True)
class Outcome:
    """What became of a scene; seconds from the user's first sound, `NEVER_S` where nothing did."""

    seconds: float
    held_s: float
    stopped_s: float
    false_holds: int
    false_stops: int
    frames: int
    wrong: int
    """Of the frames with speech in them that were heard while genie sounded: taken for the other one."""


def play(scene: Scene, genie: Sound, user: Sound, guard: Guard, settings: Settings) -> Outcome:
    """Play a scene, and follow it as a hands-free listening does."""
    chance = np.random.default_rng(scene.seed)
    spoken = genie * 10 ** ((PLAYED_DB - level_db(genie)) / 20)
    mouth, room = Mouth(spoken, chance), Room(scene.path, FRAME, scene.seed) if scene.path else None
    echo_db = PLAYED_DB + (scene.path.level_db if scene.path else -10.0)
    voice, begins = np.zeros(0), 0
    if scene.user_db is not None:
        begins = round((LEAD_S + chance.uniform(*scene.at_s)) * RATE)
        loud = user * 10 ** ((max(-45.0, echo_db) + scene.user_db - level_db(user)) / 20)
        voice = np.concatenate((np.zeros(begins), loud, np.zeros(round(AFTER_S * RATE))))
    total = len(voice) or round((LEAD_S + ALONE_S) * RATE)
    voice = np.resize(voice, total) if len(voice) else np.zeros(total)
    peak = np.sqrt((voice**2).reshape(-1)[: total // FRAME * FRAME].reshape(-1, FRAME).mean(axis=1)).max()
    hiss = 10 ** ((max(-45.0, echo_db) - scene.noise_db) / 20)
    overlap = Overlap(mouth, settings.barge_in, "en", guard, lambda: mouth.now)
    detector, segmenter, textures = SileroDetector(), Segmenter(settings.vad, 60.0), Textures(FRAME)
    detector.open("s")
    frames = wrong = 0
    for number in range(total // FRAME):
        mouth.now = (number + 1) * FRAME_S
        heard = voice[number * FRAME : (number + 1) * FRAME]
        level = float(np.sqrt((heard**2).mean()))
        sounding = mouth.sounds(0.0) and not mouth.held
        played = mouth.block()
        mixed = heard + (room.play(played) if room else 0.0) + chance.normal(size=FRAME) * hiss
        frame = np.clip(mixed * 32_768, -32_768, 32_767).astype(np.int16)
        [probability] = detector.probabilities("s", [frame])
        passed = overlap.hear(frame, mouth.now, probability)
        speech = settings.vad.threshold - HYSTERESIS
        if sounding and probability >= speech and (scene.user_db is None or level > peak / 10):
            frames += 1
            wrong += (passed >= speech) == (scene.user_db is None)
        event = segmenter.push(mouth.now, passed, textures.take(frame))
        seconds = settings.vad.min_speech_s if event == "start" else FRAME_S
        overlap.follow(seconds, speaks=segmenter.opened and segmenter.speaks, text="")
        if event == "end":
            overlap.judge("")
        if mouth.stopped:
            break
    begun = begins / RATE
    first = {
        act: next((at - begun for what, at in mouth.acts if what == act and at >= begun), NEVER_S)
        for act in ("hold", "stop")
    }
    early = [what for what, at in mouth.acts if scene.user_db is None or at < begun]
    return Outcome(mouth.now, first["hold"], first["stop"], early.count("hold"), early.count("stop"), frames, wrong)
