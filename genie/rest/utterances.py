"""What a user said, over HTTP, for as long as it is kept."""

from starlette.requests import Request
from starlette.responses import Response

from genie.audio.format import choose_format
from genie.errors import NotFound
from genie.memory.shelf import SoundKind
from genie.messages import Name
from genie.rest.endpoint import Endpoint, Params
from genie.rest.filename import named
from genie.rest.finished import stored_reply
from genie.rest.house import House
from genie.rest.sound import MEDIA


class UtteranceParams(Params):
    """Which job, and in what form its sound; `format` wins over the Accept header."""

    id: Name
    format: Name | None = None


async def get_utterance(house: House, request: Request, params: UtteranceParams) -> Response:
    """Return what was said to ask a job: until the job has ended, or longer where memory.keep_audio is set."""
    job = house.board.find(params.id, house.door.user_of(request))
    kind = choose_format(params.format, request.headers.get("accept"))
    reply = await stored_reply(request, house.sounds, SoundKind.UTTERANCE, job, kind)
    if reply is None:
        raise NotFound("no_utterance", "no sound is kept of this job: it was typed, or has ended", field="job")
    reply.headers.update(named(job.question, kind))
    return reply


ENDPOINTS = (Endpoint("/api/jobs/{id}/utterance", ("GET",), get_utterance, UtteranceParams, media=MEDIA),)
