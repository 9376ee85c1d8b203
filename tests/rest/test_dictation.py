"""What becomes of an uploaded recording's text."""

import pytest

from genie.rest.dictation import TranscribeParams, Transcription, dictated


def heard(raw: str, prefix: str | None = None) -> Transcription:
    return dictated(raw, TranscribeParams(prefix=prefix), language="en", duration_s=1.23456)


@pytest.mark.parametrize(
    ("raw", "prefix", "mode", "text", "echo"),
    [
        ("  What time  is it? ", None, "transcription", "What time is it?", ""),
        ("Dear Ann,\nhello.", "multimodal text email", "transcription", "Dear Ann, hello.", "multimodal text email"),
        ("What time is it?", "agent", "agent", "What time is it?", "agent"),
        ("What time is it?", "Multimodal Agent", "agent", "What time is it?", "Multimodal Agent"),
        (" as  heard ", "raw", "raw", " as  heard ", "raw"),
        (" as  heard ", "multimodal text raw", "raw", " as  heard ", "multimodal text raw"),
        ("Multimodal agent, what time is it?", None, "agent", "what time is it?", "multimodal agent"),
        ("multi-modal agent what time is it", "raw", "agent", "what time is it", "multimodal agent"),
        ("Multi model text. Dear Ann", "agent", "transcription", "Dear Ann", "multimodal text"),
        ("Agents are people.", None, "transcription", "Agents are people.", ""),
        ("", None, "transcription", "", ""),
        ("", "agent", "agent", "", "agent"),
    ],
)
def test_the_prefix_decides_and_the_spoken_one_first(raw: str, prefix: str | None, mode: str, text: str, echo: str):
    reply = heard(raw, prefix)
    assert (reply.mode, reply.transcription, reply.prefix) == (mode, text, echo)
    assert reply.raw_transcription == raw


def test_the_reply_has_every_field_of_the_older_one():
    reply = heard("hello").model_dump()
    assert {"mode", "prefix", "raw_transcription", "transcription", "results"} <= reply.keys()
    assert (reply["results"], reply["duration_s"], reply["job"]) == ("", 1.235, None)


def test_older_clients_parameters_are_taken():
    params = TranscribeParams.model_validate({"prefix": "", "prompt_key": "generic", "prompt_verbose": "verbose"})
    assert params.prefix == ""
