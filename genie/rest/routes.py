"""The list of routes."""

from functools import partial

from starlette.routing import BaseRoute, Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from genie.config import packaged
from genie.errors import Busy
from genie.rest import (
    chimes,
    jobs,
    login,
    metrics,
    notifications,
    openapi,
    operations,
    pages,
    preferences,
    pronunciations,
    questions,
    queues,
    recordings,
    speech,
    transcriptions,
    utterances,
    vocabulary,
    voices,
)
from genie.rest.desk import Desk
from genie.rest.door import address_of
from genie.rest.endpoint import Endpoint, to_route
from genie.rest.house import House
from genie.rest.rates import network
from genie.rest.reply import error_reply
from genie.rest.socket import Socket


def endpoints() -> tuple[Endpoint, ...]:
    """Return every HTTP endpoint; `/openapi.json` is made from the same list."""
    served = (
        *pages.ENDPOINTS,
        *login.ENDPOINTS,
        *questions.ENDPOINTS,
        *jobs.ENDPOINTS,
        *queues.ENDPOINTS,
        *recordings.ENDPOINTS,
        *transcriptions.ENDPOINTS,
        *speech.ENDPOINTS,
        *voices.ENDPOINTS,
        *preferences.ENDPOINTS,
        *pronunciations.ENDPOINTS,
        *utterances.ENDPOINTS,
        *vocabulary.ENDPOINTS,
        *notifications.ENDPOINTS,
        *chimes.ENDPOINTS,
        *metrics.ENDPOINTS,
        *operations.ENDPOINTS,
    )
    return (*served, openapi.describing(served))


def routes(house: House) -> list[BaseRoute]:
    """Return the routes of the app: HTTP, the socket, the files of the pages."""
    return [
        *(to_route(endpoint, house) for endpoint in endpoints()),
        WebSocketRoute("/ws", partial(_socket, house)),
        Mount("/static", StaticFiles(directory=packaged("static")), name="static"),
    ]


async def _socket(house: House, websocket: WebSocket) -> None:
    try:
        with house.hub.admitted(network(address_of(websocket))):
            desk = Desk(house, partial(house.door.user_of, websocket))
            code = await Socket(websocket, desk, house.settings.server, house.meters).serve()
    except Busy as error:
        house.meters.refused("socket", error.code)
        await websocket.send_denial_response(error_reply(error))
    else:
        house.meters.socket_closed(code)
