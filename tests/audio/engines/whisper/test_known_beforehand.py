"""Languages that are chosen among, and prompts that are not to be heard as speech."""

from dataclasses import dataclass, field, replace

import pytest

from genie.audio.engine import Heard, Spoken
from genie.audio.engines.whisper.checkpoint import load
from genie.audio.engines.whisper.ear import Ear, Question
from genie.audio.engines.whisper.greedy import Ask, Written
from genie.audio.engines.whisper.transcriber import WhisperTranscriber
from genie.audio.engines.whisper.utterance import Found, Utterance
from genie.audio.engines.whisper.words import Piece
from genie.audio.recording import Clip
from tests.noises import noise

WORDS = ("Siobhan", "Anke")


@pytest.fixture(scope="module")
def checkpoint(whisper_folder):
    return load(str(whisper_folder), "", "cpu", "float32")


@dataclass
class Parrot:
    """Write what was read before the start, where there is any; else what somebody says."""

    says: list[int]
    parts: slice
    asked: list[Ask] = field(default_factory=list)

    def write(self, sound, asks: list[Ask]) -> list[Written]:
        self.asked += asks
        tokens = [ask.prompt[1 : ask.start][self.parts] if ask.start else self.says for ask in asks]
        return [Written(each, [-0.1] * len(each), ended=True) for each in tokens]


def heard_by_parrot(checkpoint, says: str, parts: slice = slice(None)) -> tuple[str, Parrot]:
    spelled = [ord(letter) for letter in says]
    codes = [next(t for t in range(300) if checkpoint.tokens.spelled(t) == bytes([code])) for code in spelled]
    parrot = Parrot(codes, parts)
    ear = Ear(replace(checkpoint, writer=parrot), 30.0)
    [answer] = ear.hear([Question(noise(0.5), "en", words=WORDS, context="Hello there my friend.")])
    return checkpoint.tokens.text([piece.token for piece in answer.pieces]), parrot


@pytest.mark.parametrize("parts", [slice(None), slice(-10, None), slice(10, 25)])
def test_what_was_read_is_not_heard(checkpoint, parts):
    text, parrot = heard_by_parrot(checkpoint, "turn on the light", parts)
    assert text == "turn on the light"
    assert [ask.start > 0 for ask in parrot.asked] == [True, False]


def test_near_silence_after_a_prompt_is_no_text(checkpoint):
    assert heard_by_parrot(checkpoint, "")[0] == ""


def test_a_name_that_is_said_stays_as_it_was_taught(checkpoint):
    text, parrot = heard_by_parrot(checkpoint, "shiv on", slice(11, 18))
    assert (text, len(parrot.asked)) == ("Siobhan", 2)


def test_a_language_is_one_of_those_to_choose_among(checkpoint):
    ear = Ear(checkpoint, 30.0)
    questions = [
        Question(noise(1, seed), None, languages)
        for seed in range(3)
        for languages in (("en", "fr"), ("de",), ("fr", "de"))
    ]
    for question, answer in zip(questions, ear.hear(questions), strict=True):
        assert answer.language in question.languages


def test_an_utterance_tells_one_of_the_languages_it_may_be_in(whisper_folder):
    whisper = WhisperTranscriber(str(whisper_folder), device="cpu", crop_s=30)
    for spoken, languages in ((Spoken("fr-CA"), {"fr"}), (Spoken(None, ("tlh", "de", "en")), {"de", "en"})):
        whisper.open("one", spoken)
        whisper.feed("one", noise(1.5))
        assert whisper.finish("one").language in languages


def test_a_recording_tells_the_language_that_was_heard(whisper_folder):
    whisper = WhisperTranscriber(str(whisper_folder), device="cpu", crop_s=30, speaks=lambda window: True)
    found = [s for stretch in whisper.transcribe(Clip(noise(3)), Spoken(None, ("de", "fr"))) for s in stretch.segments]
    assert found and {segment.language for segment in found} <= {"de", "fr"}


def pieces(text: str) -> list[Piece]:
    return [Piece(number, f" {word}".encode(), 0.1 * number) for number, word in enumerate(text.split(), 1)]


def test_a_language_stays_from_the_first_word_that_stays():
    utterance = Utterance(Spoken(), window_s=30.0, guard_s=0.5, steps_per_s=50.0, room=224)
    heard = []
    for language, seconds in (("de", 0.8), ("nl", 0.5), ("fr", 0.5), ("en", 0.5)):
        utterance.feed(noise(seconds))
        asked = utterance.next(last=False)
        assert asked is not None
        fresh = pieces("guten Tag und auf")[len(asked.given) :]
        utterance.take(asked, Found(fresh, whole=True, trusted=True, language=asked.language or language))
        heard.append(utterance.heard())
    assert [each.language for each in heard] == ["de", "nl", "nl", "nl"]
    assert heard[0] == Heard("", "guten Tag und auf", "de"), "too little to know the language by"
    assert heard[1].committed.startswith("guten")
