"""Which format a listener gets."""

import pytest

from genie.audio.format import Format, choose_format
from genie.errors import BadInput


@pytest.mark.parametrize(
    ("name", "accept", "kind"),
    [
        (None, None, Format.WAV),
        ("", "", Format.WAV),
        ("mp3", None, Format.MP3),
        ("FLAC", "audio/mpeg", Format.FLAC),
        (None, "audio/mpeg", Format.MP3),
        (None, "*/*", Format.WAV),
        (None, "audio/*", Format.WAV),
        (None, "audio/x-wav", Format.WAV),
        (None, "audio/wav;q=0.5, audio/flac", Format.FLAC),
        (None, "audio/ogg;q=0.9, audio/mpeg;q=0.8, */*;q=0.1", Format.OGG),
        (None, "audio/webm,audio/ogg,audio/wav,audio/*;q=0.9,application/ogg;q=0.7,*/*;q=0.5", Format.WAV),
        (None, "application/json, text/html", Format.WAV),
        (None, "Audio/MPEG; Q=0.7, audio/wav; q=0", Format.MP3),
        (None, "audio/mpeg;q=much, ,;;=", Format.WAV),
        (None, "audio/pcm", Format.PCM),
        ("opus", None, Format.OGG),
        (None, "audio/mpeg;q=0.5, */*;q=0.4", Format.MP3),
        (None, "audio/mpeg;q=0.5, */*", Format.WAV),
        (None, "audio/*, audio/wav;q=0", Format.MP3),
        (None, "audio/wav;q=0.2, audio/*;q=0.1", Format.WAV),
    ],
)  # fmt: skip
def test_the_name_decides_then_the_header_then_wav(name: str | None, accept: str | None, kind: Format):
    assert choose_format(name, accept) is kind


@pytest.mark.parametrize("name", ["midi", "wav ", "audio/wav", "../wav"])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str):
    with pytest.raises(BadInput) as caught:
        choose_format(name, "audio/wav")
    assert caught.value.code == "unknown_format"
    assert caught.value.field == "format"
    assert "wav, mp3, ogg, flac, pcm" in caught.value.message


def test_each_format_says_its_media_type():
    types = [kind.media_type(24_000) for kind in Format]
    assert types == ["audio/wav", "audio/mpeg", "audio/ogg", "audio/flac", "audio/pcm;rate=24000"]
