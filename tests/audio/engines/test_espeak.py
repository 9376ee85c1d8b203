from contextlib import closing

import numpy as np
import pytest

from genie.audio.engine import Passage
from genie.audio.engines.espeak import EspeakSynthesizer
from genie.errors import BadInput


@pytest.fixture(scope="module")
def espeak():
    with closing(EspeakSynthesizer()) as engine:
        yield engine


def spoken(espeak, text, voice=None, language=None, speed=1.0):
    pieces = [take.samples for take in espeak.synthesize(Passage(text, voice, language, speed))]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)


def same(one, other):
    return np.array_equal(one, other)


def test_a_sentence_is_spoken_at_the_rate_the_card_names(espeak):
    samples = spoken(espeak, "It is twelve minutes past four.")
    assert samples.dtype == np.int16
    assert espeak.describe().rate == 22_050
    assert 1.2 < len(samples) / 22_050 < 2.5
    assert np.abs(samples).max() > 3_000


def test_double_speed_takes_about_half_the_time(espeak):
    text = "The quick brown fox jumps over the lazy dog."
    normal, fast, slow = (len(spoken(espeak, text, speed=speed)) for speed in (1.0, 2.0, 0.5))
    assert 0.4 < fast / normal < 0.65
    assert 1.5 < slow / normal < 2.3


def test_every_voice_has_its_own_name_and_a_lower_case_language(espeak):
    voices = espeak.describe().voices
    assert len({voice.name for voice in voices}) == len(voices) > 100
    assert all(voice.language == voice.language.lower() and voice.engine == "espeak" for voice in voices)
    assert {voice.gender for voice in voices} <= {"male", "female", ""}


def test_every_listed_voice_speaks_by_its_name(espeak):
    silent = [voice.name for voice in espeak.describe().voices if not spoken(espeak, "1 2 a", voice.name).any()]
    assert silent == []


def test_a_language_is_spoken_by_the_voice_that_suits_it(espeak):
    text = "1234567 99 88"
    german = spoken(espeak, text, language="de")
    assert same(spoken(espeak, text, voice="de"), german)
    assert same(spoken(espeak, text, language="de-AT"), german)
    assert not same(spoken(espeak, text, language="en_US"), german)


def test_calls_that_take_turns_keep_their_own_voices(espeak):
    text = "Sentence number one is a little longer than that. " * 20
    alone = list(espeak.synthesize(Passage(text, "de", None, 1.5)))
    german, english = (
        espeak.synthesize(Passage(text, voice, None, speed)) for voice, speed in (("de", 1.5), ("en-us", 1.0))
    )
    mixed = []
    for take in german:
        mixed.append(take)
        next(english, None)
    assert len(alone) > 1
    assert len(mixed) == len(alone)
    assert all(same(one.samples, other.samples) for one, other in zip(mixed, alone, strict=True))


def test_an_unknown_voice_is_refused_and_nothing_else_speaks(espeak):
    with pytest.raises(BadInput) as raised:
        spoken(espeak, "Hello.", voice="af_heart")
    assert raised.value.code == "unknown_voice"


@pytest.mark.parametrize(("voice", "language"), [(None, "tlh"), ("de", "fr"), (None, "☃")])
def test_a_language_nobody_speaks_is_refused(espeak, voice, language):
    with pytest.raises(BadInput) as raised:
        spoken(espeak, "Hello.", voice, language)
    assert raised.value.code == "unsupported_language"


def test_a_wrong_default_voice_is_refused_when_the_engine_loads():
    with pytest.raises(BadInput):
        EspeakSynthesizer(voice="nobody")


def test_the_default_voice_speaks_when_none_is_named():
    text = "1234567 99 88"
    with closing(EspeakSynthesizer(voice="de", language="en-us")) as german:
        assert same(spoken(german, text, voice="de"), spoken(german, text))
        assert not same(spoken(german, text, voice="en-us"), spoken(german, text))


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x01\x02\x7f", "\ud800"])
def test_a_text_without_anything_to_say_is_silence(espeak, text):
    assert len(spoken(espeak, text)) == 0


@pytest.mark.parametrize("text", ["😀😀", "a\ud800b", "\x0150S fifty", "…", "<speak", "x" * 3_000, "?" * 3_000])
def test_odd_texts_neither_fail_nor_silence_the_next_one(espeak, text):
    spoken(espeak, text)
    assert len(spoken(espeak, "Hello there.")) > 10_000


def test_marks_of_other_languages_are_read_as_text(espeak):
    plain = spoken(espeak, "hello")
    assert len(spoken(espeak, "<speak><break time='9s'/>hello</speak>")) < len(plain) + 9 * 22_050
    assert len(spoken(espeak, "[[h@l'oU]]")) > len(plain) * 1.5
    assert same(spoken(espeak, "hello\x01400S again"), spoken(espeak, "hello 400S again"))


def test_a_text_of_a_hundred_kilobytes_comes_in_small_pieces(espeak):
    pieces = espeak.synthesize(Passage("One sentence, not too long. " * 4_000))
    first = next(pieces)
    pieces.close()
    assert 10 < len(first.samples) / 22_050 < 60


def test_nothing_of_a_long_text_is_lost(espeak):
    sentence = "This is a sentence of a certain length. "
    one, ten, hundred = (len(spoken(espeak, sentence * times)) for times in (1, 10, 100))
    assert 0.9 < hundred / (10 * ten) < 1.1
    assert ten > 8 * one


@pytest.mark.parametrize("text", ["The quick brown fox jumps over the lazy dog.", "Привет, hello, мир!", "ah huh hush"])
def test_a_text_sounds_the_same_whatever_was_said_before(espeak, text):
    with closing(EspeakSynthesizer(language="de")) as other:
        first = spoken(other, text, "en-us")
    for before in ("Oh.", "Grüß Gott, 42 Ängste", "γεια σου world", "x" * 600):
        spoken(espeak, before, "de", speed=1.5)
        spoken_with(espeak, before, (("x", "ʃ"),))
        assert same(spoken(espeak, text, "en-us"), first)


def marked(espeak, text, **wishes):
    """Return each marked word with the second at which it begins."""
    (take,) = espeak.synthesize(Passage(text, **wishes))
    return [(text[mark.start : mark.end], mark.sample / 22_050) for mark in take.words]


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Hello there, it is late.", None, ["Hello", "there,", "it", "is", "late."]),
        ("Seven.\nNew  line\there.", None, ["Seven.", "New", "line", "here."]),
        ("I have 42 tests — it's well-known.", None, ["I", "have", "42", "tests", "it's", "well-known."]),
        ("Ünïcode über 😀 alles", "de", ["Ünïcode", "über", "😀", "alles"]),
        ("你好，世界", "cmn", ["你", "世", "界"]),
    ],
)
def test_each_word_is_marked_where_it_begins(espeak, text, language, words):
    found = marked(espeak, text, language=language)
    assert [word for word, _ in found] == words
    begins = [begin for _, begin in found]
    assert begins[0] == 0.0 and begins == sorted(set(begins))


def test_a_mark_is_where_the_sound_of_the_word_begins(espeak):
    """A pause before a word that is marked ends at its mark: there is silence before it, and sound behind."""
    text = "Ma. Pa."
    (take,) = espeak.synthesize(Passage(text))
    _, second = take.words
    before, behind = take.samples[second.sample - 2_000 : second.sample], take.samples[second.sample :][:2_000]
    assert np.abs(before).max() < 100 < 2_000 < np.abs(behind).max()


def test_words_of_a_long_text_are_marked_in_the_take_that_speaks_them(espeak):
    text = "Sentence number one is a little longer than that. " * 20
    takes = list(espeak.synthesize(Passage(text)))
    assert len(takes) > 1
    assert [text[mark.start : mark.end] for take in takes for mark in take.words] == text.split()
    assert all(0 <= mark.sample < len(take.samples) for take in takes for mark in take.words)


def test_a_word_is_pronounced_as_its_ipa_says(espeak):
    hello = (("gif", "həlˈoʊ"),)
    for text in ("gif", "GIF"):
        assert len(spoken_with(espeak, text, hello)) == pytest.approx(len(spoken(espeak, "hello")), rel=0.02)
        assert len(spoken(espeak, text)) != pytest.approx(len(spoken(espeak, "hello")), rel=0.02)
    assert same(spoken_with(espeak, "a gift", hello), spoken(espeak, "a gift"))
    text = "one gif here."
    (take,) = espeak.synthesize(Passage(text, phones=hello))
    assert [text[mark.start : mark.end] for mark in take.words] == text.split()


@pytest.mark.parametrize("written", ["({})", "“{}”", '"{}"', "[{}]", "[[{}]]", "*{}*", "${}", "#{}", "or/{}"])
def test_a_word_is_pronounced_between_any_signs(espeak, written):
    text = f"hello {written.format('gif')} there"
    as_spelled = len(spoken(espeak, text.replace("gif", "gift")))
    assert len(spoken_with(espeak, text, (("gif", "ɡɪft"),))) == pytest.approx(as_spelled, rel=0.06)
    (take,) = espeak.synthesize(Passage(text, phones=(("gif", "ɡɪft"),)))
    assert [text[mark.start : mark.end] for mark in take.words] == text.split()


def test_a_stray_bracket_behind_a_word_with_ipa_is_no_end_of_the_library(espeak):
    phones = (("gif", "əˌʌʃu"),)
    assert list(espeak.synthesize(Passage("gif, ]]", "si", phones=phones)))


def spoken_with(espeak, text, phones):
    return np.concatenate([take.samples for take in espeak.synthesize(Passage(text, phones=phones))])


@pytest.mark.parametrize("ipa", ["", "☃☃", "[[h@l'oU]]", "]]", "\x00\x01", "ə" * 10_000, "ˈ" * 500, "%%%$#"])
def test_bad_ipa_does_no_harm_and_the_next_text_is_spoken_as_ever(espeak, ipa):
    assert spoken_with(espeak, "a gif here [[now]]", (("gif", ipa), ("", "ə"), ("(", "ə"))).any()
    plain = spoken(espeak, "hello")
    assert len(spoken(espeak, "[[h@l'oU]]")) > len(plain) * 1.5


def test_marks_of_phonemes_in_the_text_are_never_obeyed(espeak):
    text, phones = "gif [[h@l'oUh@l'oUh@l'oUh@l'oU]]", (("gif", "dʒɪf"),)
    assert len(spoken_with(espeak, text, phones)) > len(spoken(espeak, "hello hello hello hello")) * 1.3
