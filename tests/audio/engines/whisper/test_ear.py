"""What the ear computes against what transformers does with the same checkpoint."""

import pytest
import torch
import transformers

from genie.audio.engine import LISTENING_RATE
from genie.audio.engines.whisper.checkpoint import load
from genie.audio.engines.whisper.ear import Ear, Question
from genie.audio.pcm import Pcm
from tests.noises import noise


@pytest.fixture(scope="module")
def reference(whisper_folder):
    return transformers.WhisperForConditionalGeneration.from_pretrained(whisper_folder).eval()


@pytest.fixture(scope="module")
def extractor(whisper_folder):
    return transformers.WhisperFeatureExtractor.from_pretrained(whisper_folder)


@pytest.fixture(scope="module")
def ears(whisper_folder):
    """Ears at every precision of a processor; they crop to 2 s."""
    return {name: Ear(load(str(whisper_folder), "", "cpu", name), 2.0) for name in ("float32", "int8", "bfloat16")}


def features(extractor, sound):
    floats = Pcm(LISTENING_RATE, sound).to_float()
    return extractor(floats, sampling_rate=LISTENING_RATE, return_tensors="pt").input_features


def tokens(answer):
    return [piece.token for piece in answer.pieces]


@pytest.mark.parametrize("seconds", [0.3, 2.5, 30.0])
def test_cropped_features_are_those_of_the_whole_window(ears, extractor, seconds):
    sound = noise(seconds)
    whole = features(extractor, sound)[0]
    frames = min(3_000, round((seconds + 0.5) * 100))
    assert torch.equal(ears["float32"].features(sound, frames), whole[:, :frames])


def test_the_whole_window_is_encoded_as_transformers_does(ears, reference, extractor):
    sound = noise(3)
    with torch.inference_mode():
        expected = reference.model.encoder(features(extractor, sound)).last_hidden_state
    assert torch.allclose(ears["float32"].encode([sound], whole=True).states, expected, atol=1e-5)


@pytest.mark.parametrize("timed", [False, True])
@pytest.mark.parametrize("language", ["de", None])
@pytest.mark.parametrize("seed", range(4))
def test_tokens_are_those_of_generate(ears, reference, extractor, timed, language, seed):
    sound = noise(1 + seed, seed)
    spoken = {"language": language, "task": "transcribe", "return_timestamps": timed, "max_new_tokens": 20}
    made = reference.generate(features(extractor, sound), do_sample=False, force_unique_generate_call=True, **spoken)
    expected = made[0, 3 if timed else 4 :].tolist()
    ear = ears["float32"]
    with torch.inference_mode():
        [answer] = ear.hear([Question(sound, language, timed=timed)], ear.encode([sound], whole=True))
    assert len(answer.pieces) >= 4
    assert tokens(answer)[:20] == expected[: len(answer.pieces)]


def test_a_row_of_a_batch_is_heard_as_it_would_be_alone(ears):
    ear = ears["float32"]
    questions = [
        Question(noise(1.2), "de"),
        Question(noise(4.0, 1), "en", context="some words before", given=(65, 66)),
        Question(noise(2.7, 2)),
    ]
    together = ear.hear(questions)
    alone = [ear.hear([question])[0] for question in questions]
    assert [tokens(answer) for answer in together] == [tokens(answer) for answer in alone]
    assert [answer.language for answer in together] == [answer.language for answer in alone]


@pytest.mark.parametrize(("precision", "least"), [("int8", 0.99), ("bfloat16", 0.99)])
def test_fewer_bits_change_states_and_scores_little(ears, precision, least):
    sound, similar = noise(4), torch.nn.functional.cosine_similarity
    exact, rough = ears["float32"].encode([sound]), ears[precision].encode([sound])
    assert similar(exact.states, rough.states.float(), dim=-1).min() > least
    scores = [_scores(ears[name], encoded) for name, encoded in (("float32", exact), (precision, rough))]
    assert similar(*scores, dim=-1) > least


def _scores(ear, encoded):
    checkpoint = ear._checkpoint
    with torch.inference_mode():
        return checkpoint.writer.first(encoded.sound, checkpoint.tokens.start, 1)[0]


@pytest.mark.parametrize("given", [0, 200])
def test_scripts_whose_letters_are_tokens_have_room(ears, given):
    ask = ears["float32"]._ask(Question(noise(10), "en", given=(65,) * given), "en")
    assert ask.longest >= min(200 - given, 448 - 4 - given)
    assert len(ask.prompt) + ask.longest <= 448


def test_a_forced_count_of_tokens_is_written_whatever_they_are(ears):
    assert [len(ears["int8"].hear([Question(noise(2), "en", forced=count)])[0].pieces) for count in (1, 8, 30)] == [
        1,
        8,
        30,
    ]


def test_what_is_not_to_be_trusted_is_heard_again_in_the_whole_window(ears):
    ear, heard = ears["float32"], []
    hook = torch.nn.modules.module.register_module_forward_hook(
        lambda module, inputs, output: (
            heard.append(output.shape[-1]) if getattr(module, "stride", None) == (2,) else None
        )
    )
    try:
        ear.hear([Question(noise(1), "en", thorough=True)])
    finally:
        hook.remove()
    assert heard == [100, 1_500]
