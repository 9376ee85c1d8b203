import pytest

from genie.audio.cast import Cast, Role
from genie.audio.engine import Card, Voice
from genie.audio.engines.kokoro_names import voice_of
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


def refused(cast: Cast, wished: Role) -> BadInput:
    with pytest.raises(BadInput) as raised:
        cast.exact(wished)
    return raised.value


@pytest.mark.parametrize(
    ("cast", "wished", "meant"),
    [
        (KOKORO, Role(), Role("af_heart", "en-us")),
        (KOKORO, Role("bf_emma"), Role("bf_emma", "en-gb")),
        (KOKORO, Role(" AF_Bella ", "en"), Role("af_bella", "en-us")),
        (KOKORO, Role(None, "en-AU"), Role(None, "en-AU")),
        (KOKORO, Role("af_bella*2+bf_emma"), Role("af_bella*2+bf_emma", "en-us")),
        (KOKORO, Role("af_bella+bf_emma*2"), Role("af_bella+bf_emma*2", "en-gb")),
        (ESPEAK, Role("en_US"), Role("en-us", "en-us")),
        (ESPEAK, Role("nb", "no"), Role("nb", "nb")),
        (Cast(Card("one")), Role("any", "xx"), Role("any", "xx")),
    ],
)
def test_a_role_is_told_as_the_engine_has_it(cast: Cast, wished: Role, meant: Role):
    assert cast.exact(wished) == cast.suited(wished) == meant


@pytest.mark.parametrize(
    ("name", "near"),
    [("af_hart", "af_heart"), ("heart", "af_heart"), ("Emma", "bf_emma"), ("af-bela", "af_bella")],
)
def test_a_wrong_name_is_refused_with_those_that_are_near(name: str, near: str):
    error = refused(KOKORO, Role(name))
    assert (error.code, error.field) == ("unknown_voice", "voice")
    assert near in error.known and "did you mean" in error.message


def test_a_name_that_is_like_none_is_refused_with_where_to_find_some():
    assert "af_heart" in refused(KOKORO, Role("xyzzy")).message
    assert "/voices" in refused(KOKORO, Role("../../etc/passwd")).message
    assert not refused(ESPEAK, Role("eSpeak")).known


@pytest.mark.parametrize(
    ("wished", "code"),
    [
        (Role("af_heart+ff_siwis"), "bad_blend"),
        (Role("af_heart*0+af_bella"), "bad_blend"),
        (Role("af_heart+af_nobody"), "unknown_voice"),
        (Role("af_heart+af_bella", "fr"), "unsupported_language"),
    ],
)
def test_a_blend_has_known_voices_of_one_language(wished: Role, code: str):
    assert refused(KOKORO, wished).code == code


def test_an_engine_that_cannot_blend_says_so():
    assert "cannot blend" in refused(ESPEAK, Role("en-us+de")).message


@pytest.mark.parametrize(
    "wished", [Role(None, "tlh"), Role("de", "fr"), Role("en-us", "de_AT")], ids=["nobody", "fr", "de"]
)
def test_a_language_is_refused_with_those_that_are_spoken(wished: Role):
    error = refused(ESPEAK, wished)
    assert (error.code, error.field) == ("unsupported_language", "language")
    assert "there are voices for de, en-us, fr-fr, nb" in error.message
    assert error.known == ["de", "en-us", "fr-fr", "nb"]


def test_of_many_languages_only_the_first_part_is_told():
    many = Cast(Card("many", voices=tuple(Voice(f"v{n}", f"x{n % 7}-a{n}", "", "many") for n in range(30))))
    assert "voices for x0, x1, x2, x3, x4, x5, x6" in refused(many, Role(None, "de")).message


@pytest.mark.parametrize(
    ("cast", "wished", "spoken"),
    [
        (ESPEAK, Role("af_heart"), Role(None, "en-us")),
        (ESPEAK, Role("ff_siwis"), Role(None, "fr-fr")),
        (ESPEAK, Role("af_heart+af_bella"), Role(None, "en-us")),
        (ESPEAK, Role("hf_alpha"), Role("en-us", "en-us")),
        (ESPEAK, Role("jf_alpha", "de"), Role(None, "de")),
        (KOKORO, Role("fr-be"), Role(None, "fr-be")),
        (KOKORO, Role("de"), Role("af_heart", "en-us")),
        (KOKORO, Role("af_heart*"), Role(None, "en-us")),
        (KOKORO, Role("nobody"), Role("af_heart", "en-us")),
    ],
)
def test_a_voice_that_is_not_here_is_stood_in_for(cast: Cast, wished: Role, spoken: Role):
    assert cast.suited(wished) == spoken
    assert cast.lacks(wished.voice)


def test_a_wished_voice_gives_way_to_a_wished_language_and_is_not_missed():
    assert KOKORO.suited(Role("af_heart", "fr")) == Role(None, "fr")
    assert not KOKORO.lacks("af_heart") and not KOKORO.lacks(None)


def test_the_wrong_voice_never_speaks_a_wished_language():
    with pytest.raises(BadInput, match="unsupported_language"):
        KOKORO.suited(Role("af_heart", "de"))
    with pytest.raises(BadInput, match="unsupported_language"):
        KOKORO.suited(Role("nobody", "de"))


def test_voices_are_listed_by_language():
    assert [voice.name for voice in KOKORO.speakers("en")] == ["af_heart", "af_bella", "am_adam", "bf_emma"]
    assert [voice.name for voice in KOKORO.speakers("EN_gb")] == ["bf_emma"]
    assert [voice.name for voice in ESPEAK.speakers("no")] == ["nb"]
    assert KOKORO.speakers("e") == [] and len(KOKORO.speakers()) == 5


@pytest.mark.parametrize(
    ("cast", "wished", "name"),
    [
        (KOKORO, Role("AF_HEART"), "af_heart"),
        (KOKORO, Role("de"), "af_heart"),
        (KOKORO, Role(None, "fr"), "fr"),
        (KOKORO, Role("nobody", "de"), "nobody"),
        (Cast(Card("one", voice="its own")), Role(), "its own"),
    ],
)
def test_who_speaks_has_a_name_in_any_case(cast: Cast, wished: Role, name: str):
    assert cast.speaker(wished) == name
