"""The tokens of the test checkpoint, in Whisper's order, and the settings that go with them."""

from functools import cache

from transformers import GenerationConfig, WhisperFeatureExtractor, WhisperProcessor, WhisperTokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode

from tests.training.sentences import SPELLINGS, VOCABULARY

WINDOW_S = 8
TIME_STEP_S = 0.02
LANGUAGES = ("en", "de", "fr", "es", "it")
"""It understands the first two; the others are there because a list of two hides mistakes."""

IN_TWO = {
    "shopping": ("shop", "ping"),
    "kitchen": ("kit", "chen"),
    "bedroom": ("bed", "room"),
    "tomorrow": ("tomor", "row"),
    "seconds": ("sec", "onds"),
    "weather": ("wea", "ther"),
    "morning": ("mor", "ning"),
    "zwanzig": ("zwan", "zig"),
    "minuten": ("minu", "ten"),
}
"""Words of two tokens, as long words have with the real tokenizer."""


def processor() -> WhisperProcessor:
    """Return the tokenizer and the feature extractor as the real checkpoints have them, for windows of 8 s."""
    letters = bytes_to_unicode()
    vocabulary = {letter: number for number, letter in enumerate(letters.values())}
    merges: list[tuple[str, str]] = []
    for piece in _pieces():
        symbols = [letters[byte] for byte in piece.encode()]
        left = symbols[0]
        for right in symbols[1:]:
            if left + right not in vocabulary:
                merges.append((left, right))
                vocabulary[left + right] = len(vocabulary)
            left += right
    tokenizer = WhisperTokenizer(vocab=vocabulary, merges=merges)
    special = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{language}|>" for language in LANGUAGES)]
    special += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
    special += ["<|notimestamps|>"]
    tokenizer.add_special_tokens({"additional_special_tokens": special})
    tokenizer.add_tokens([f"<|{step * TIME_STEP_S:.2f}|>" for step in range(round(WINDOW_S / TIME_STEP_S) + 1)])
    return WhisperProcessor(WhisperFeatureExtractor(chunk_length=WINDOW_S), tokenizer)


def _pieces() -> list[str]:
    """Return what is one token; words with their space come first, so that no merge inside a word comes earlier."""
    words = list(dict.fromkeys([*VOCABULARY["en"], *VOCABULARY["de"], *SPELLINGS.values()]))
    begins = [" " + IN_TWO.get(word, (word,))[0] for word in words]
    return begins + [IN_TWO[word][1] for word in words if word in IN_TWO]


class Tokens:
    """The numbers of the tokens that a sample is written with."""

    def __init__(self, tokenizer: WhisperTokenizer) -> None:
        number = tokenizer.convert_tokens_to_ids
        self.end, self.start = number("<|endoftext|>"), number("<|startoftranscript|>")
        self.languages = {language: number(f"<|{language}|>") for language in LANGUAGES}
        self.translate, self.transcribe = number("<|translate|>"), number("<|transcribe|>")
        self.prompt, self.nothing = number("<|startofprev|>"), number("<|nospeech|>")
        self.untimed = number("<|notimestamps|>")
        self.space = number("Ġ")
        self.size = len(tokenizer)
        self.word = cache(lambda word: tokenizer.encode(" " + word, add_special_tokens=False))

    def time(self, seconds: float) -> int:
        return self.untimed + 1 + round(seconds / TIME_STEP_S)


def generation(tokens: Tokens, alignment_heads: list[list[int]], longest: int) -> GenerationConfig:
    """Return settings like those of openai/whisper-base."""
    return GenerationConfig(
        alignment_heads=alignment_heads,
        begin_suppress_tokens=[tokens.space, tokens.end],
        bos_token_id=tokens.end,
        decoder_start_token_id=tokens.start,
        eos_token_id=tokens.end,
        is_multilingual=True,
        lang_to_id={f"<|{language}|>": number for language, number in tokens.languages.items()},
        max_initial_timestamp_index=50,
        max_length=longest,
        no_timestamps_token_id=tokens.untimed,
        pad_token_id=tokens.end,
        prev_sot_token_id=tokens.prompt,
        return_timestamps=False,
        suppress_tokens=[tokens.start, tokens.translate, tokens.transcribe, tokens.prompt, tokens.nothing],
        task_to_id={"transcribe": tokens.transcribe, "translate": tokens.translate},
    )
