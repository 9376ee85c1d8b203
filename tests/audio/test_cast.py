import pytest

from genie.audio.cast import Cast
from genie.audio.engine import Card, Voice
from genie.audio.engines.kokoro_names import voice_of
from genie.audio.speech import Manner
from genie.errors import BadInput

KOKORO = Cast(
    Card(
        "kokoro",
        voice="af_heart",
        voices=tuple(map(voice_of, ("af_heart", "af_bella", "am_adam", "bf_emma", "ff_siwis"))),
        blends=True,
    )
)
ESPEAK = Cast(
    Card(
        "espeak",
        voice="en-us",
        voices=(
            Voice("en-us", "en-us", "male", "espeak", "eSpeak", further=("en",)),
            Voice("de", "de", "male", "espeak", "eSpeak"),
            Voice("fr-fr", "fr-fr", "male", "espeak", "eSpeak", further=("fr",)),
            Voice("nb", "nb", "male", "espeak", "eSpeak", further=("no",)),
        ),
    )
)


def refused(cast: Cast, manner: Manner) -> BadInput:
    with pytest.raises(BadInput) as raised:
        cast.exact(manner)
    return raised.value


@pytest.mark.parametrize(
    ("cast", "wished", "meant"),
    [
        (KOKORO, Manner(), Manner("af_heart", "en-us")),
        (KOKORO, Manner("bf_emma", speed=1.5), Manner("bf_emma", "en-gb", 1.5)),
        (KOKORO, Manner(" AF_Bella ", "en"), Manner("af_bella", "en-us")),
        (KOKORO, Manner(None, "en-AU"), Manner(None, "en-AU")),
        (KOKORO, Manner("af_bella*2+bf_emma"), Manner("af_bella*2+bf_emma", "en-us")),
        (KOKORO, Manner("af_bella+bf_emma*2"), Manner("af_bella+bf_emma*2", "en-gb")),
        (ESPEAK, Manner("en_US"), Manner("en-us", "en-us")),
        (ESPEAK, Manner("nb", "no"), Manner("nb", "nb")),
        (Cast(Card("one")), Manner("any", "xx", 2.0), Manner("any", "xx", 2.0)),
    ],
)
def test_a_manner_is_told_as_the_engine_has_it(cast: Cast, wished: Manner, meant: Manner):
    assert cast.exact(wished) == cast.suited(wished) == meant


@pytest.mark.parametrize(
    ("name", "near"),
    [("af_hart", "af_heart"), ("heart", "af_heart"), ("Emma", "bf_emma"), ("af-bela", "af_bella")],
)
def test_a_wrong_name_is_refused_with_those_that_are_near(name: str, near: str):
    error = refused(KOKORO, Manner(name))
    assert (error.code, error.field) == ("unknown_voice", "voice")
    assert near in error.message and "did you mean" in error.message


def test_a_name_that_is_like_none_is_refused_with_where_to_find_some():
    assert "af_heart" in refused(KOKORO, Manner("xyzzy")).message
    assert "/voices" in refused(KOKORO, Manner("../../etc/passwd")).message


@pytest.mark.parametrize(
    ("manner", "code"),
    [
        (Manner("af_heart+ff_siwis"), "bad_blend"),
        (Manner("af_heart*0+af_bella"), "bad_blend"),
        (Manner("af_heart+af_nobody"), "unknown_voice"),
        (Manner("af_heart+af_bella", "fr"), "unsupported_language"),
    ],
)
def test_a_blend_has_known_voices_of_one_language(manner: Manner, code: str):
    assert refused(KOKORO, manner).code == code


def test_an_engine_that_cannot_blend_says_so():
    assert "cannot blend" in refused(ESPEAK, Manner("en-us+de")).message


@pytest.mark.parametrize(
    "manner", [Manner(None, "tlh"), Manner("de", "fr"), Manner("en-us", "de_AT")], ids=["nobody", "fr", "de"]
)
def test_a_language_is_refused_with_those_that_are_spoken(manner: Manner):
    error = refused(ESPEAK, manner)
    assert (error.code, error.field) == ("unsupported_language", "language")
    assert "espeak speaks de, en-us, fr-fr, nb" in error.message


def test_of_many_languages_only_the_first_part_is_told():
    many = Cast(Card("many", voices=tuple(Voice(f"v{n}", f"x{n % 7}-a{n}", "", "many") for n in range(30))))
    assert "many speaks x0, x1, x2, x3, x4, x5, x6" in refused(many, Manner(None, "de")).message


@pytest.mark.parametrize(
    ("cast", "wished", "spoken"),
    [
        (ESPEAK, Manner("af_heart", speed=1.5), Manner(None, "en-us", 1.5)),
        (ESPEAK, Manner("ff_siwis"), Manner(None, "fr-fr")),
        (ESPEAK, Manner("af_heart+af_bella"), Manner(None, "en-us")),
        (ESPEAK, Manner("hf_alpha"), Manner("en-us", "en-us")),
        (ESPEAK, Manner("jf_alpha", "de"), Manner(None, "de")),
        (KOKORO, Manner("fr-be"), Manner(None, "fr-be")),
        (KOKORO, Manner("de"), Manner("af_heart", "en-us")),
        (KOKORO, Manner("af_heart*"), Manner(None, "en-us")),
        (KOKORO, Manner("nobody"), Manner("af_heart", "en-us")),
    ],
)
def test_a_voice_that_is_not_here_is_stood_in_for(cast: Cast, wished: Manner, spoken: Manner):
    assert cast.suited(wished) == spoken
    assert cast.lacks(wished.voice)


def test_a_wished_voice_gives_way_to_a_wished_language_and_is_not_missed():
    assert KOKORO.suited(Manner("af_heart", "fr")) == Manner(None, "fr")
    assert not KOKORO.lacks("af_heart") and not KOKORO.lacks(None)


def test_the_wrong_voice_never_speaks_a_wished_language():
    with pytest.raises(BadInput, match="unsupported_language"):
        KOKORO.suited(Manner("af_heart", "de"))
    with pytest.raises(BadInput, match="unsupported_language"):
        KOKORO.suited(Manner("nobody", "de"))


def test_voices_are_listed_by_language():
    assert [voice.name for voice in KOKORO.speakers("en")] == ["af_heart", "af_bella", "am_adam", "bf_emma"]
    assert [voice.name for voice in KOKORO.speakers("EN_gb")] == ["bf_emma"]
    assert [voice.name for voice in ESPEAK.speakers("no")] == ["nb"]
    assert KOKORO.speakers("e") == [] and len(KOKORO.speakers()) == 5
