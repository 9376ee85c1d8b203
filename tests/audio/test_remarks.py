import pytest

from genie.audio.remarks import is_run, real_words, remark


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("", "en", "nothing"),
        (" … ", "en", "nothing"),
        ("Mhm.", "en", "backchannel"),
        ("Uh-huh.", "en", "backchannel"),
        ("Yeah, okay, right.", "en-US", "backchannel"),
        ("I see.", "en", "backchannel"),
        ("Ha ha ha!", "en", "backchannel"),
        ("Oh, hahaha.", "en", "backchannel"),
        ("Jajaja", "es", "backchannel"),
        ("He said so", "en", "question"),
        ("Hi", "en", "question"),
        ("Ja, genau.", "de-AT", "backchannel"),
        ("Ja, genau.", "de_DE", "backchannel"),
        ("oui oui d'accord", "fr", "backchannel"),
        ("Stop!", "en", "stop"),
        ("Genie, stop please.", "en", "stop"),
        ("Okay, be quiet.", "en", "stop"),
        ("That's enough", "en", "stop"),
        ("Wait, wait, wait!", "en", "stop"),
        ("No, wait.", "en", "stop"),
        ("Hang on", "en", "stop"),
        ("Wait a second", "en", "stop"),
        ("Wait for me", "en", "question"),
        ("No", "en", "question"),
        ("Sei still!", "de", "stop"),
        ("stop", "ja", "stop"),
        ("Stop the timer", "en", "question"),
        ("Yeah but why", "en", "question"),
        ("What time is it?", "en", "question"),
        ("Sei still", "en", "question"),
    ],
)
def test_what_is_said_into_an_answer_is_told_apart(text: str, language: str, expected: str):
    assert remark(text, language) == expected


def test_words_that_go_along_are_not_counted():
    assert real_words("yeah okay what time", "en") == 2
    assert real_words("ja aber warum", "de") == 2


def test_what_genie_has_just_said_is_an_echo_of_it():
    spoken = "It is half past three, and the sun is shining in Vienna."
    assert is_run("the sun is shining", spoken)
    assert is_run("It is Half-past three", spoken)
    assert not is_run("the sun shining in Vienna", spoken)
    assert not is_run("three", spoken), "one word may be an answer"
    assert not is_run("un is shin", spoken)
    assert is_run("vienna", spoken, at_least=1)
