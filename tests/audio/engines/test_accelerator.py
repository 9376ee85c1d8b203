import pytest
import torch

from genie.audio.engines import accelerator
from genie.errors import StageFailed


def test_a_call_that_ran_out_of_memory_is_made_once_more():
    outcomes = iter([torch.OutOfMemoryError("CUDA out of memory"), "sound"])

    def call():
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    assert accelerator.within_memory(call) == "sound"


def test_a_call_that_runs_out_of_memory_again_is_a_coded_error():
    calls = []

    def call():
        calls.append(1)
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(StageFailed) as raised:
        accelerator.within_memory(call)
    assert raised.value.code == "out_of_memory"
    assert len(calls) == 2


def test_a_device_is_what_was_asked_for_or_what_is_there():
    assert accelerator.device("cpu") == "cpu"
    assert accelerator.device("auto") == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_gpu_that_is_asked_for_but_absent_is_a_coded_error():
    with pytest.raises(StageFailed) as raised:
        accelerator.device("cuda")
    assert raised.value.code == "no_cuda"
