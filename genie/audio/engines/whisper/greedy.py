"""Write what a window of sound says, always the likeliest token: several windows at once where that is worth it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from genie.audio.engines.loops import goes_round
from genie.audio.engines.whisper.decoder import Decoder, Memory, Sound
from genie.audio.engines.whisper.rules import Rules


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be written about one window."""

    prompt: list[int]
    """What is read before the first token is written."""
    start: int
    """Place in the prompt of the token that starts a transcript."""
    given: int = 0
    """How many of the prompt's last tokens were written before: as long as there are any, none is the first."""
    longest: int = 224
    """Tokens."""
    timed: bool = False
    forced: bool = False
    """Write `longest` tokens, whatever they are: what a bench needs to give two engines equal work."""
    enough: Callable[[int], bool] = lambda frame: False
    """Told where the newest token looked; says whether to stop there."""


@dataclass(slots=True)
class Written:
    """What was written about one window."""

    tokens: list[int] = field(default_factory=list)
    logs: list[float] = field(default_factory=list)
    """The logarithm of the probability of each token, and of the end if it came."""
    looks: list[Tensor] = field(default_factory=list)
    """Where the alignment heads looked when each token was written, (heads, frames); first those of the prompt."""
    silence: float = 0.0
    """Probability that nobody speaks."""
    ended: bool = False
    """The model wrote that the text ends."""

    @property
    def likelihood(self) -> float:
        """Return the mean of the logarithms, 0 for no tokens."""
        return sum(self.logs) / len(self.logs) if self.logs else 0.0


class Writer:
    """The greedy loop over a decoder."""

    def __init__(self, decoder: Decoder, rules: Rules, *, end: int, silence: int | None, device: str) -> None:
        """`silence` is the token whose probability says that nobody speaks, where the checkpoint has one."""
        self._decoder = decoder
        self._rules = rules
        self._end = end
        self._silence = silence
        self._device = device

    def write(self, sound: Sound, asks: list[Ask]) -> list[Written]:
        """Write about each window of the sound, in order; rows that are done wait for the last."""
        written = [Written() for _ in asks]
        memory = Memory(sound, max(len(ask.prompt) + ask.longest for ask in asks))
        lengths = [len(ask.prompt) for ask in asks]
        scores = self._begin(sound, memory, asks, written)
        going = list(range(len(asks)))
        while going := [row for row in going if self._goes_on(asks[row], written[row], scores[row])]:
            newest = [each.tokens[-1] if each.tokens else self._end for each in written]
            places = [length + len(each.tokens) - 1 for length, each in zip(lengths, written, strict=True)]
            tokens = torch.tensor(newest, device=self._device)[:, None]
            states, looks = self._decoder.read(tokens, places, sound, memory)
            scores = self._decoder.logits(states[:, -1])
            for row in going:
                self._looked(written[row], looks, row, -1)
        return written

    def first(self, sound: Sound, start: int, count: int) -> Tensor:
        """Return the scores of what follows the token that starts a transcript, (b, vocabulary)."""
        tokens = torch.full((count, 1), start, device=self._device)
        states, _ = self._decoder.read(tokens, [0] * count, sound, Memory(sound, 1))
        return self._decoder.logits(states[:, 0])

    def _begin(self, sound: Sound, memory: Memory, asks: list[Ask], written: list[Written]) -> Tensor:
        """Read the prompts and return the scores of what follows each, (b, vocabulary)."""
        longest = max(len(ask.prompt) for ask in asks)
        padded = [ask.prompt + [self._end] * (longest - len(ask.prompt)) for ask in asks]
        states, looks = self._decoder.read(torch.tensor(padded, device=self._device), [0] * len(asks), sound, memory)
        rows = torch.arange(len(asks), device=self._device)
        last = torch.tensor([len(ask.prompt) - 1 for ask in asks], device=self._device)
        start = torch.tensor([ask.start for ask in asks], device=self._device)
        scores = self._decoder.logits(torch.cat([states[rows, last], states[rows, start]]))
        for row, (ask, each) in enumerate(zip(asks, written, strict=True)):
            if self._silence is not None:
                each.silence = float(scores[len(asks) + row].softmax(-1)[self._silence])
            for place in range(ask.start, len(ask.prompt)):
                self._looked(each, looks, row, place)
        return scores[: len(asks)]

    def _goes_on(self, ask: Ask, written: Written, scores: Tensor) -> bool:
        """Write the likeliest token; say whether another one follows."""
        if len(written.tokens) >= ask.longest:
            return False
        if ask.forced:
            scores[self._end] = float("-inf")
        before = [*ask.prompt[len(ask.prompt) - ask.given :], *written.tokens] if ask.given else written.tokens
        scores = self._rules.apply(scores, before, timed=ask.timed)
        token = int(scores.argmax())
        written.logs.append(float(scores[token] - scores.logsumexp(-1)))
        if token == self._end:
            written.ended = True
            return False
        written.tokens.append(token)
        if ask.forced:
            return True
        at = int(written.looks[-1].mean(0).argmax()) if written.looks else 0
        return not ask.enough(at) and not goes_round(before if before is written.tokens else [*before, token])

    def _looked(self, written: Written, looks: Tensor | None, row: int, place: int) -> None:
        if looks is not None:
            written.looks.append(looks[row, :, place])
