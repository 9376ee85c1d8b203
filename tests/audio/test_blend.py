import pytest

from genie.audio.blend import MAX_PARTS, is_blend, parse
from genie.errors import BadInput


@pytest.mark.parametrize("name", ["af_heart", "en-us", " af_heart ", "../af_heart", ""])
def test_a_name_alone_is_one_voice(name: str):
    assert parse(name) == ((name.strip(), 1.0),)
    assert not is_blend(name)


@pytest.mark.parametrize(
    "name", ["af_heart+af_bella", "af_bella + af_heart", "af_bella af_heart", "af_heart(1)+af_bella*1.0"]
)
def test_voices_without_weights_have_equal_shares(name: str):
    assert parse(name) == (("af_bella", 0.5), ("af_heart", 0.5))
    assert is_blend(name)


@pytest.mark.parametrize(
    "name",
    ["af_bella+af_heart*3", "af_heart(3)+af_bella(1)", "af_heart*1.5+af_bella(.5)", "af_heart*2+af_bella+af_heart"],
)
def test_the_largest_share_comes_first(name: str):
    assert parse(name) == (("af_heart", 0.75), ("af_bella", 0.25))


def test_one_voice_with_a_weight_is_itself():
    assert parse("af_heart*2") == (("af_heart", 1.0),)


@pytest.mark.parametrize(
    "name",
    ["+", "af_heart+", "+af_heart", "af_heart++af_bella", "af_heart*0+af_bella", "af_heart*-1+af_bella",
     "af_heart*+af_bella", "af_heart()+af_bella", "af_heart(2+af_bella", "af_heart*1.2.3", "af_heart*nan+af_bella",
     "af_heart*1e3+af_bella", "af_heart*101", "2*af_heart", "../x+af_heart", "af_heart*"],
)  # fmt: skip
def test_what_is_no_blend_is_refused(name: str):
    with pytest.raises(BadInput, match="bad_blend") as raised:
        parse(name)
    assert raised.value.field == "voice"


def test_one_voice_too_many_is_refused():
    assert len(parse("+".join(f"af_{n}" for n in range(MAX_PARTS)))) == MAX_PARTS
    with pytest.raises(BadInput, match="4 voices"):
        parse("+".join(f"af_{n}" for n in range(MAX_PARTS + 1)))
