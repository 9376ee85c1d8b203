import re
from contextlib import contextmanager

import numpy as np
import pytest

from genie.audio.engine import LISTENING_RATE, Heard, Spoken
from genie.audio.engines.whisper.ear import FASTEST, SLOWEST
from genie.audio.engines.whisper.transcriber import WhisperTranscriber
from genie.audio.recording import Clip
from genie.errors import BadInput, StageFailed
from tests.models_small import save_whisper
from tests.noises import noise


@pytest.fixture(scope="module")
def whisper(whisper_folder):
    return WhisperTranscriber(str(whisper_folder), language="en", device="cpu", crop_s=30)


@pytest.fixture(scope="module")
def endless(tmp_path_factory):
    folder = save_whisper(tmp_path_factory.mktemp("endless"), endless=True)
    return WhisperTranscriber(str(folder), language="en", device="cpu", crop_s=30, speaks=lambda _: True)


@contextmanager
def counting_encoder_passes():
    """Count how often torch runs the second convolution of a Whisper encoder."""
    from torch.nn.modules.module import register_module_forward_hook

    passes = []
    seen = register_module_forward_hook(
        lambda module, inputs, output: passes.append(1) if getattr(module, "stride", None) == (2,) else None
    )
    try:
        yield passes
    finally:
        seen.remove()


def hear(whisper, *pieces, language=None):
    whisper.open("one", Spoken(language))
    for piece in pieces:
        whisper.feed("one", piece)
    return whisper.finish("one").committed


def segments(whisper, samples, spoken):
    return [segment for stretch in whisper.transcribe(Clip(samples), spoken) for segment in stretch.segments]


def test_the_card_names_the_folder_and_the_device(whisper, whisper_folder):
    card = whisper.describe()
    assert (card.name, card.device, card.model) == ("whisper", "cpu", whisper_folder.name)


def test_an_utterance_is_decoded_whole_however_it_came(endless):
    sound = noise(2)
    assert hear(endless, sound) == hear(endless, sound[:9_000], sound[9_000:]) != ""


def test_the_end_of_what_was_decoded_needs_no_other_decode(endless):
    endless.open("one", Spoken())
    endless.feed("one", noise(1))
    [heard] = endless.hear(["one"])
    with counting_encoder_passes() as passes:
        assert endless.finish("one") == Heard(heard.tentative, language="en")
    assert passes == []


def test_an_end_that_was_anticipated_needs_no_other_decode(endless):
    endless.open("one", Spoken())
    endless.feed("one", noise(1))
    endless.anticipate("one")
    with counting_encoder_passes() as passes:
        assert endless.finish("one").committed
    assert passes == []


def test_an_utterance_that_fails_leaves_the_others_their_text(endless):
    endless.open("one", Spoken())
    endless.feed("one", noise(1))
    failed, heard = endless.hear(["nobody", "one"])
    assert isinstance(failed, StageFailed) and isinstance(heard, Heard) and heard.tentative
    endless.abandon("one")


def test_utterances_do_not_mix(endless):
    first, second = noise(1, seed=1), noise(1.5, seed=2)
    endless.open("a", Spoken())
    endless.open("b", Spoken())
    endless.feed("a", first)
    endless.feed("b", second)
    both = endless.finish("a").committed, endless.finish("b").committed
    assert both == (hear(endless, first), hear(endless, second))


def test_a_text_that_never_ends_is_cut_at_what_speech_of_that_length_can_be(endless):
    assert 0 < len(hear(endless, noise(2))) <= SLOWEST + FASTEST * 2
    assert len(hear(endless, noise(1))) <= SLOWEST + FASTEST * 1


def test_no_text_holds_special_tokens(endless):
    texts = [hear(endless, noise(1, seed), language=language) for seed, language in enumerate(("en", "de", "fr"))]
    texts += [segment.text for segment in segments(endless, noise(3), Spoken())]
    assert all(re.fullmatch(r"[a-z ]+", text) for text in texts)


def test_silence_is_no_text_and_the_model_is_not_asked(endless):
    with counting_encoder_passes() as passes:
        assert hear(endless, np.zeros(LISTENING_RATE, np.int16)) == ""
        assert segments(endless, np.ones(LISTENING_RATE, np.int16), Spoken()) == []
    assert passes == []


@pytest.mark.parametrize(
    "sound",
    [noise(1 / LISTENING_RATE), np.full(4_000, -32_768, np.int16), np.tile(np.int16([32_767, -32_768]), 2_000)],
    ids=["one sample", "lowest value", "square wave"],
)
def test_odd_sounds_are_heard_as_any_other(whisper, sound):
    assert isinstance(hear(whisper, sound), str)


def test_nothing_was_said_when_nothing_was_heard(whisper):
    assert hear(whisper) == ""
    assert hear(whisper, np.zeros(0, np.int16)) == ""


def test_an_utterance_that_is_unknown_is_a_coded_error(whisper):
    whisper.open("one", Spoken())
    whisper.abandon("one")
    whisper.abandon("one")
    with pytest.raises(StageFailed) as raised:
        whisper.feed("one", noise(0.1))
    assert raised.value.code == "unknown_utterance"


def test_the_language_changes_what_is_heard(endless):
    assert hear(endless, noise(1), language="en-US") == hear(endless, noise(1), language="en")
    assert hear(endless, noise(1), language="de_AT") != hear(endless, noise(1), language="en")


def test_a_language_is_detected_when_none_is_set(whisper_folder):
    whisper = WhisperTranscriber(str(whisper_folder), device="cpu", crop_s=30)
    with counting_encoder_passes() as passes:
        hear(whisper, noise(1))
    assert len(passes) == 1  # for the language and for the text


@pytest.mark.parametrize("language", ["tlh", "☃", "xx-en"])
def test_a_language_the_model_does_not_know_is_refused(whisper, language):
    spoken = Spoken(language)
    for call in (lambda: whisper.open("one", spoken), lambda: next(whisper.transcribe(Clip(noise(1)), spoken))):
        with pytest.raises(BadInput) as raised:
            call()
        assert raised.value.code == "unsupported_language"


def test_an_english_only_checkpoint_hears_english_and_refuses_the_rest(tmp_path):
    whisper = WhisperTranscriber(
        str(save_whisper(tmp_path, multilingual=False)), language="en", device="cpu", crop_s=30
    )
    assert isinstance(hear(whisper, noise(1), language="en-GB"), str)
    with pytest.raises(BadInput):
        whisper.open("one", Spoken("de"))


def test_a_recording_becomes_segments_in_order_within_its_length(endless):
    found = segments(endless, noise(75), Spoken("de"))
    starts = [segment.start_s for segment in found]
    assert starts == sorted(starts)
    assert all(0 <= segment.start_s <= segment.end_s <= 75 for segment in found)
    assert found[-1].start_s > 40


def test_a_long_recording_is_heard_in_windows_of_thirty_seconds(endless):
    with counting_encoder_passes() as passes:
        segments(endless, noise(75), Spoken("en"))
    assert len(passes) == 4  # from 0, 20, 40 and 60 s


def test_an_utterance_longer_than_a_window_is_heard(endless):
    with counting_encoder_passes() as passes:
        text = hear(endless, noise(33))
    assert text
    assert len(passes) == 2


def test_a_folder_without_a_checkpoint_does_not_load(tmp_path):
    with pytest.raises(OSError):
        WhisperTranscriber(str(tmp_path))


def test_a_checkpoint_with_cut_off_weights_does_not_load(tmp_path):
    save_whisper(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:10_000])
    with pytest.raises(Exception, match=r"(?i)incomplete|header|safetensors"):
        WhisperTranscriber(str(tmp_path))
