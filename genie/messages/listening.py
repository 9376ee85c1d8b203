"""What somebody says: when genie listens, and what it hears."""

from typing import Annotated, Literal

from pydantic import Field

from genie.messages.message import Message, Name, Request

MAX_PROMPT = 1_000
"""Characters of what a transcriber is to take for said before."""


class ListenStart(Request):
    """Begin to listen: until `listen_stop` (push to talk), or to one utterance after the other (hands-free).

    What it says of what will be spoken wins over `hello`, and that over the server's settings. A language is a BCP 47
    tag, of which the first part counts (de-AT is de); `auto` has it detected, among `languages` where they are given.
    A language that the ear does not know is `unsupported_language`.
    """

    type: Literal["listen_start"] = "listen_start"
    mode: Literal["push_to_talk", "hands_free"] = "push_to_talk"
    sample_rate: int | None = None
    language: Name | None = None
    languages: Annotated[list[Name], Field(min_length=1, max_length=100)] | None = None
    prompt: Annotated[str, Field(max_length=MAX_PROMPT)] | None = Field(
        default=None, description="what was said before, or the style of what will be"
    )
    translate: bool | None = Field(default=None, description="write English, whatever is spoken")


class ListenStop(Request):
    """The button was released: what was said is the question; `accepted` names its job, or none if nothing was said."""

    type: Literal["listen_stop"] = "listen_stop"


class ListenCancel(Request):
    """Forget what is being said."""

    type: Literal["listen_cancel"] = "listen_cancel"


class UtteranceStarted(Message):
    """The user began to speak, or pressed the button.

    With `continues`, hands-free: somebody spoke on before that utterance's question was answered. The question is taken
    back (its job is cancelled with the code `reopened`), and what is said now begins with its text.
    """

    type: Literal["utterance_started"] = "utterance_started"
    utterance: int
    continues: int | None = None


class UtteranceEnded(Message):
    """The user ended; the final transcript follows."""

    type: Literal["utterance_ended"] = "utterance_ended"
    utterance: int


class Transcript(Message):
    """What was heard: committed words never change, the tentative tail may.

    Between the two stands a space, but not before a comma and the like, and not in scripts that have none.
    `language` is the one that was heard, once that is known; it stays for the rest of the utterance.
    """

    type: Literal["transcript"] = "transcript"
    utterance: int
    committed: str
    tentative: str = ""
    final: bool = False
    language: str | None = None
    dropped: Literal["backchannel", "noise", "stop", "echo"] | None = Field(
        default=None, description="why this final text is no question: it was said into an answer, hands-free"
    )
