import pytest
import torch

from genie.audio.engine import Card
from genie.audio.engines import accelerator
from genie.errors import StageFailed
from tests.steps import done


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


def test_work_that_ran_out_of_memory_after_a_pause_is_done_once_more_from_its_beginning():
    outcomes = iter([torch.OutOfMemoryError("CUDA out of memory"), "sound"])

    def work():
        yield
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    steps = accelerator.steps_within_memory(work)
    assert [next(steps), next(steps)] == [None, None]
    assert done(steps) == "sound"


def test_work_that_runs_out_of_memory_again_is_a_coded_error():
    def work():
        yield
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(StageFailed) as raised:
        done(accelerator.steps_within_memory(work))
    assert raised.value.code == "out_of_memory"


def room_for(count):
    """Return what squares numbers, so many at once at most, and never a 13."""

    def answer(numbers):
        if len(numbers) > count or 13 in numbers:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return [number**2 for number in numbers]

    return answer


def test_what_does_not_fit_together_is_answered_in_halves():
    assert accelerator.each_within_memory([1, 2, 3, 4, 5], room_for(2)) == [1, 4, 9, 16, 25]
    assert accelerator.each_within_memory([], room_for(2)) == []


def test_one_that_does_not_fit_alone_fails_alone():
    one, failed, three = accelerator.each_within_memory([1, 13, 3], room_for(8))
    assert (one, three) == (1, 9)
    assert isinstance(failed, StageFailed) and failed.code == "out_of_memory"


def test_a_device_is_what_was_asked_for_or_what_is_there():
    assert accelerator.device("cpu") == "cpu"
    assert accelerator.device("auto") == ("cuda" if torch.cuda.is_available() else "cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_gpu_that_is_asked_for_but_absent_is_a_coded_error():
    with pytest.raises(StageFailed) as raised:
        accelerator.device("cuda")
    assert raised.value.code == "no_cuda"


class Large:
    """An engine that fits nowhere but into the processor's memory."""

    def __init__(self, device):
        if device != "cpu":
            raise torch.OutOfMemoryError("CUDA out of memory")

    def describe(self):
        return Card(name="large", device="cpu", note="a note")

    def itself(self):
        return self


def test_an_engine_too_large_for_the_accelerator_runs_on_the_processor_and_says_so():
    engine = accelerator.where_it_fits("auto", Large)
    assert engine.describe().note == f"{accelerator.TOO_LARGE}; a note"
    assert isinstance(engine.itself(), Large)


def test_an_engine_too_large_for_the_device_that_was_named_is_a_coded_error():
    with pytest.raises(StageFailed) as raised:
        accelerator.where_it_fits("cuda", Large)
    assert raised.value.code == "out_of_memory"


def test_another_failure_to_load_is_not_taken_for_a_lack_of_memory():
    def broken(device):
        raise StageFailed("bad_model", "torn")

    with pytest.raises(StageFailed) as raised:
        accelerator.where_it_fits("auto", broken)
    assert raised.value.code == "bad_model"
