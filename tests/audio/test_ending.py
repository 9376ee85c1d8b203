import pytest

from genie import config
from genie.audio.ending import patience

VAD = config.load(environment={}).vad
SHORT, USUAL, LONG = VAD.short_silence_s, VAD.silence_s, VAD.long_silence_s


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What time is it?", "en"),
        ("Turn the light on.", "en"),
        ("Where are you from?", "en-US"),
        ("Wie spät ist es?", "de"),
        ("¿Qué hora es?", "es"),
        ("他说“你好吗？”", "zh"),
        ("今何時ですか？", "ja"),
        ("It is done.", "xx"),
    ],
)
def test_a_finished_sentence_is_waited_for_a_little(text: str, language: str) -> None:
    assert patience(text, language, VAD) == SHORT


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I would like a pizza and", "en"),
        ("I would like a pizza And.", "en_US"),
        ("turn on the", "en"),
        ("what is twelve times", "en"),
        ("so, um", "en"),
        ("tell me about", "en"),
        ("buy milk,", "en"),
        ("I think...", "xx"),
        ("call four two", "en"),
        ("the code is 4, 2", "en"),
        ("ich möchte eine Pizza und", "de-AT"),
        ("je voudrais une", "fr"),
        ("quiero una pizza con", "es"),
        ("vorrei una pizza e", "it"),
        ("quero uma pizza mas", "pt"),
        ("ik wil een", "nl"),
        ("今日は", "ja"),
        ("我想要一个红色的", "zh"),
        ("牛乳、", "xx"),
    ],
)
def test_what_wants_to_go_on_is_waited_for_longer(text: str, language: str) -> None:
    assert patience(text, language, VAD) == LONG


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("what time is it", "en"),
        ("call forty two", "en"),
        ("und", "xx"),
        ("turn on the", ""),
        ("and", "de"),
        ("", "en"),
        ("  ", ""),
        ('"', "en"),
    ],
)
def test_otherwise_the_wait_is_the_usual_one(text: str, language: str) -> None:
    assert patience(text, language, VAD) == USUAL


def test_a_particle_ends_a_sentence_where_the_recognizer_says_so() -> None:
    assert patience("come in", "en", VAD) == LONG
    assert patience("Come in.", "en", VAD) == SHORT
