import pytest

from genie.audio.engine import Spoken
from genie.audio.engines.tongues import chosen
from genie.errors import GenieError

KNOWN = ("en", "de", "no", "he", "tl")


@pytest.mark.parametrize(
    ("spoken", "codes"),
    [
        (Spoken(), KNOWN),
        (Spoken("de"), ("de",)),
        (Spoken("de-AT"), ("de",)),
        (Spoken("EN_us"), ("en",)),
        (Spoken("nb-NO"), ("no",)),
        (Spoken("fil"), ("tl",)),
        (Spoken("de", ("en", "no")), ("de",)),
        (Spoken(None, ("no", "de-CH", "tlh", "de")), ("no", "de")),
        (Spoken(None, ("iw",)), ("he",)),
    ],
)
def test_languages_are_those_the_ear_knows_of_what_is_wished(spoken: Spoken, codes: tuple[str, ...]):
    assert chosen(spoken, KNOWN, "it") == codes


@pytest.mark.parametrize("spoken", [Spoken("tlh"), Spoken(None, ("tlh", "x-y")), Spoken("english"), Spoken("☃")])
def test_what_nobody_hears_is_refused_with_what_is_heard(spoken: Spoken):
    with pytest.raises(GenieError, match=r"it hears en, de, no, he, tl, not") as refused:
        chosen(spoken, KNOWN, "it")
    assert refused.value.code == "unsupported_language"
