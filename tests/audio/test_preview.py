import pytest

from genie.audio.engine import Voice
from genie.audio.engines.kokoro_names import LANGUAGES, voice_of
from genie.audio.preview import COUNTING, SENTENCES, preview


@pytest.mark.parametrize(
    ("voice", "said"),
    [
        (voice_of("af_heart"), "Hello, I am Heart. This is how I sound."),
        (voice_of("ff_siwis"), "Bonjour, je suis Siwis. Voici ma voix."),
        (Voice("de", "de", "male", "espeak", "eSpeak"), "Hallo, ich bin eSpeak. So klinge ich."),
        (Voice("xx", "en-au", "", "other"), "Hello, I am xx. This is how I sound."),
        (Voice("tlh", "tlh", "", "other"), COUNTING),
    ],
)
def test_a_voice_says_its_name_in_its_own_language(voice: Voice, said: str):
    assert preview(voice) == said


def test_every_language_of_kokoros_has_a_sentence_and_each_one_names_the_voice():
    assert {language.partition("-")[0] for language in LANGUAGES.values()} <= SENTENCES.keys()
    assert all(sentence.count("{}") == 1 for sentence in SENTENCES.values())
