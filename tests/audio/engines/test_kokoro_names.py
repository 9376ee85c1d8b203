import pytest

from genie.audio.engines.kokoro_names import LANGUAGES, TONGUES, language_of, voice_of


@pytest.mark.parametrize(
    ("name", "language", "gender", "title", "label"),
    [
        ("af_heart", "en-us", "female", "Heart", "Heart (American English, female)"),
        ("bm_george", "en-gb", "male", "George", "George (British English, male)"),
        ("ff_siwis", "fr-fr", "female", "Siwis", "Siwis (French, female)"),
        ("pm_santa_claus", "pt-br", "male", "Santa Claus", "Santa Claus (Brazilian Portuguese, male)"),
        ("a", "en-us", "", "a", "a (American English)"),
    ],
)
def test_a_name_says_language_gender_and_what_to_call_it(name: str, language: str, gender: str, title: str, label: str):
    voice = voice_of(name)
    assert (voice.language, voice.gender, voice.title, voice.label) == (language, gender, title, label)


def test_every_language_has_its_name():
    assert LANGUAGES.keys() == TONGUES.keys()


@pytest.mark.parametrize(
    ("name", "language"), [("if_sara", "it"), ("jf_alpha", None), ("de", None), ("en-us", None), ("", None)]
)
def test_the_language_of_a_voice_that_is_not_here_is_told_by_its_name(name: str, language: str | None):
    assert language_of(name) == language
