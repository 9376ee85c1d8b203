import pickle
import shutil
import time

import numpy as np
import pytest
import torch

from genie.audio.engine import Moment, Passage, Take
from genie.audio.engines.english_model import english_model_installed
from genie.audio.engines.kokoro.synthesizer import KokoroSynthesizer
from genie.errors import BadInput, StageFailed


@pytest.fixture(scope="module")
def kokoro(kokoro_folder):
    return KokoroSynthesizer(str(kokoro_folder), device="cpu")


def takes(kokoro, text, *how, **wishes):
    """Return what is said, without the moments on the way."""
    return [given for given in kokoro.synthesize(Passage(text, *how, **wishes)) if isinstance(given, Take)]


def spoken(kokoro, text, voice=None, language=None, speed=1.0):
    return [take.samples for take in takes(kokoro, text, voice, language, speed)]


def test_a_sentence_is_spoken_at_the_rate_the_card_names(kokoro):
    (samples,) = spoken(kokoro, "It is late.")
    assert samples.dtype == np.int16
    assert samples.any()
    assert kokoro.describe().rate == 24_000
    assert 0.2 < len(samples) / 24_000 < 2.0


def test_a_take_tells_how_long_it_took(kokoro):
    began = time.perf_counter()
    (take,) = takes(kokoro, "It is late.")
    assert 0 < take.work_s < time.perf_counter() - began


def test_the_card_says_how_english_is_pronounced(kokoro):
    assert ("eSpeak" in kokoro.describe().note) == (not english_model_installed())


def test_the_voices_are_the_files_with_what_their_names_say(kokoro):
    found = [(voice.name, voice.language, voice.gender) for voice in kokoro.describe().voices]
    assert found == [
        ("af_heart", "en-us", "female"),
        ("am_adam", "en-us", "male"),
        ("bf_emma", "en-gb", "female"),
        ("ff_siwis", "fr-fr", "female"),
    ]


def test_each_voice_sounds_different(kokoro):
    (heart,), (adam,) = spoken(kokoro, "Yes.", "af_heart"), spoken(kokoro, "Yes.", "am_adam")
    assert len(heart) != len(adam) or not np.array_equal(heart, adam)


@pytest.mark.parametrize(
    ("language", "voice"), [("en", "af_heart"), ("en-GB", "bf_emma"), ("en_AU", "af_heart"), ("fr", "ff_siwis")]
)
def test_a_language_is_spoken_by_a_voice_of_that_language(kokoro, language, voice):
    by_language, by_voice = spoken(kokoro, "Oui.", None, language), spoken(kokoro, "Oui.", voice)
    assert [len(piece) for piece in by_language] == [len(piece) for piece in by_voice]


def test_an_unknown_voice_is_refused(kokoro):
    with pytest.raises(BadInput) as raised:
        spoken(kokoro, "Hello.", "../af_heart")
    assert raised.value.code == "unknown_voice"
    assert "af_heart" in raised.value.message


@pytest.mark.parametrize(("voice", "language"), [(None, "de"), ("af_heart", "fr"), (None, "ja")])
def test_a_language_nobody_speaks_is_refused_with_what_is_spoken(kokoro, voice, language):
    with pytest.raises(BadInput) as raised:
        spoken(kokoro, "Hello.", voice, language)
    assert raised.value.code == "unsupported_language"
    assert "en-us" in raised.value.message


@pytest.mark.parametrize("text", ["", " \n", "\x00\x01", "\ud800"])
def test_a_text_without_anything_to_say_is_silence(kokoro, text):
    assert spoken(kokoro, text) == []


@pytest.mark.parametrize("text", ["😀", "…", "a\ud800b", "(", "[Kokoro](/kˈOkəɹO/)", "½ 中文"])
def test_odd_texts_do_not_fail(kokoro, text):
    assert all(len(piece) for piece in spoken(kokoro, text))


def test_a_long_text_comes_piece_by_piece(kokoro):
    pieces = kokoro.synthesize(Passage("This is one sentence of several. " * 4_000, speed=2.0))
    first = next(piece for piece in pieces if isinstance(piece, Take))
    assert 0 < len(first.samples) / 24_000 < 30
    pieces.close()


def sounds(kokoro, text, **wishes):
    return np.concatenate([take.samples for take in takes(kokoro, text, **wishes)])


def test_a_passage_sounds_the_same_alone_and_among_others(kokoro, kokoro_folder):
    texts = ("It is late.", "It is early.", "Good night.")
    alone = {text: sounds(kokoro, text) for text in texts}
    pausing = KokoroSynthesizer(str(kokoro_folder), device="cpu", apart_s=0.0)
    taking_turns = {text: pausing.synthesize(Passage(text)) for text in reversed(texts)}
    steps = list(zip(*taking_turns.values(), strict=True))
    assert len(steps) > 4 and all(isinstance(given, Moment) for given in steps[0])
    assert all(np.array_equal(take.samples, alone[text]) for text, take in zip(taking_turns, steps[-1], strict=True))


def test_each_word_is_marked_where_it_begins(kokoro):
    text = "One, two  three — and\nfour."
    (take,) = takes(kokoro, text)
    assert [text[mark.start : mark.end] for mark in take.words] == ["One,", "two", "three", "and", "four."]
    begins = [mark.sample for mark in take.words]
    assert begins == sorted(set(begins)) and begins[-1] < len(take.samples)
    assert begins[0] < 0.1 * len(take.samples) and begins[-1] > 0.6 * len(take.samples)


def test_words_of_a_long_text_are_marked_in_the_take_that_speaks_them(kokoro):
    text = "This is one sentence of several. " * 13
    said = takes(kokoro, text, speed=2.0)
    assert len(said) > 1
    assert [text[mark.start : mark.end] for take in said for mark in take.words] == text.split()
    assert all(0 <= mark.sample < len(take.samples) for take in said for mark in take.words)


def test_a_caption_of_usual_length_is_one_take(kokoro):
    assert len(takes(kokoro, "seven words are in this short part, " * 7, speed=2.0)) == 1


def test_a_word_is_pronounced_as_its_ipa_says(kokoro):
    text = "I said gif, not gift."
    wished = sounds(kokoro, text, phones=(("GIF", "ʤˈɪf"),))
    assert not np.array_equal(wished, sounds(kokoro, text))
    assert np.array_equal(wished, sounds(kokoro, text, phones=(("gif", "/dʒˈɪf/"),)))
    assert np.array_equal(sounds(kokoro, "A gift."), sounds(kokoro, "A gift.", phones=(("gif", "ʤˈɪf"),)))
    (take,) = takes(kokoro, text, phones=(("gif", "ʤˈɪf"),))
    assert "gif" in [text[mark.start : mark.end] for mark in take.words]


@pytest.mark.parametrize("ipa", ["", "☃☃☃", "[[h@l'oU]]", "\x00\x01", "/" * 1_000, "ə" * 10_000])
def test_bad_ipa_does_no_harm(kokoro, ipa):
    assert sounds(kokoro, "A gif here.", phones=(("gif", ipa), ("", "ə"), ("(", "ə"))).any()


def test_a_blend_sounds_unlike_its_voices_and_the_same_however_it_is_written(kokoro):
    one, other, both = (sounds(kokoro, "Yes.", voice=name) for name in ("af_heart", "am_adam", "af_heart+am_adam"))
    assert not np.array_equal(both, one) and not np.array_equal(both, other)
    assert np.array_equal(both, sounds(kokoro, "Yes.", voice="am_adam*2 + AF_heart*2"))
    assert np.array_equal(one, sounds(kokoro, "Yes.", voice="af_heart+af_heart"))
    assert kokoro.describe().blends


@pytest.mark.parametrize(
    ("blend", "code"), [("af_heart+ff_siwis", "bad_blend"), ("af_heart+af_nobody", "unknown_voice"), ("+", "bad_blend")]
)
def test_a_blend_that_cannot_speak_is_refused(kokoro, blend, code):
    with pytest.raises(BadInput) as raised:
        spoken(kokoro, "Hello.", blend)
    assert raised.value.code == code


@pytest.mark.parametrize("speed", [0.0, 0.49, 2.01, -1.0, float("nan"), float("inf")])
def test_a_speed_that_no_one_speaks_at_is_refused(kokoro, speed):
    with pytest.raises(BadInput) as raised:
        spoken(kokoro, "Hello.", speed=speed)
    assert raised.value.code == "bad_speed"


def test_a_file_that_is_no_voice_is_a_coded_error_and_the_next_voice_speaks(kokoro_folder, tmp_path):
    folder = shutil.copytree(kokoro_folder, tmp_path / "model")
    packs = {"am_odd": {"no": "tensor"}, "am_empty": torch.zeros(0, 1, 256), "am_narrow": torch.zeros(510, 1, 255)}
    for name, pack in packs.items():
        torch.save(pack, folder / "voices" / f"{name}.pt")
    kokoro = KokoroSynthesizer(str(folder), device="cpu")
    for name in packs:
        with pytest.raises(StageFailed) as raised:
            spoken(kokoro, "Hello.", name)
        assert raised.value.code == "bad_voice"
    assert spoken(kokoro, "Hello.")


def test_another_precision_is_another_edition(kokoro, kokoro_folder):
    cards = [
        KokoroSynthesizer(str(kokoro_folder), device="cpu", precision=name).describe()
        for name in ("float32", "bfloat16")
    ]
    assert kokoro.describe().edition in {card.edition for card in cards}
    assert cards[0].edition != cards[1].edition
    assert [card.note.partition(";")[0] for card in cards] == ["in float32", "in bfloat16"]


def test_a_voice_with_few_styles_bounds_what_is_spoken_at_once(kokoro_folder, tmp_path):
    import torch

    folder = shutil.copytree(kokoro_folder, tmp_path / "model")
    torch.save(torch.zeros(8, 1, 256), folder / "voices" / "am_short.pt")
    kokoro = KokoroSynthesizer(str(folder), device="cpu")
    assert len(spoken(kokoro, "It is late today.", "am_short")) > 1


def test_a_damaged_weight_that_makes_no_sound_is_a_coded_error(kokoro_folder, tmp_path):
    import torch

    folder = shutil.copytree(kokoro_folder, tmp_path / "model")
    weights = torch.load(folder / "small.pth", weights_only=True)
    weights["decoder"]["generator.conv_post.bias"].fill_(float("nan"))
    torch.save(weights, folder / "small.pth")
    with pytest.raises(StageFailed) as raised:
        KokoroSynthesizer(str(folder), device="cpu")
    assert raised.value.code == "bad_sound"


def test_a_folder_without_weights_does_not_load(tmp_path):
    with pytest.raises(StageFailed) as raised:
        KokoroSynthesizer(str(tmp_path), device="cpu")
    assert raised.value.code == "bad_model"


def test_a_default_voice_that_is_not_there_does_not_load(kokoro_folder):
    with pytest.raises(BadInput):
        KokoroSynthesizer(str(kokoro_folder), voice="af_nobody", device="cpu")


class Bomb:
    """What a pickle may hold that runs code when it is read."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return (open, (str(self.marker), "w"))


@pytest.mark.parametrize("name", ["small.pth", "voices/af_heart.pt"])
def test_weights_cannot_run_code(kokoro_folder, tmp_path, name):
    folder, marker = tmp_path / "weights", tmp_path / "ran"
    shutil.copytree(kokoro_folder, folder)
    torch.save(Bomb(marker), folder / name)
    with pytest.raises(pickle.UnpicklingError):
        KokoroSynthesizer(str(folder), device="cpu")
    assert not marker.exists()
