import json
import shutil

import torch

from genie.audio.engines.whisper.checkpoint import load
from tests.training.exam import FOLDER


def test_a_checkpoint_may_name_several_tokens_that_end_a_text(tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "whisper")
    file = folder / "generation_config.json"
    generation = json.loads(file.read_text())
    file.write_text(json.dumps(generation | {"eos_token_id": [generation["eos_token_id"]]}))
    checkpoint = load(str(folder), "", "cpu", "float32")
    first = generation["no_timestamps_token_id"] + 1
    scores = torch.zeros(json.loads((folder / "config.json").read_text())["vocab_size"])
    after = checkpoint.writer._rules.apply(scores, [first, 65, first + 5], timed=True)
    assert torch.isinf(after[: checkpoint.tokens.end]).all(), (
        "a time that follows text is followed by a time or the end"
    )
