"""`/metrics`: what was counted, and how things stand at the moment of the scrape, for Prometheus."""

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from genie import __version__
from genie.rest.endpoint import Endpoint, Params
from genie.rest.house import House


async def get_metrics(house: House, request: Request, params: Params) -> Response:
    """Return what was counted and how things stand, as Prometheus reads it."""
    now = CollectorRegistry()
    now.register(_Standing(house))
    body = generate_latest(house.meters.registry) + generate_latest(now)
    return Response(body, media_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Standing(Collector):
    """What is read at a scrape: it costs nothing before."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterable[Metric]:
        house = self._house
        yield _gauge("build", "The version that runs", ("version",), {(__version__,): 1})
        sizes = {(str(name),): size for name, size in house.board.sizes().items()}
        yield _gauge("queue_jobs", "Jobs of all users in a queue", ("queue",), sizes)
        yield _gauge("sockets", "Sockets that are open", (), {(): house.hub.sockets})
        yield _gauge("sessions", "Sessions that are remembered, with or without a socket", (), {(): house.hub.sessions})
        yield _gauge("speech_bytes", "Passages that are kept, to be said again at once", (), {(): house.takes.size})
        states = house.engines.states()
        engines = {
            (part, engine.name, engine.device, engine.state): 1
            for part, engine in (("stt", states.stt), ("tts", states.tts), ("vad", states.vad))
        }
        yield _gauge("engine", "The engine in each place", ("part", "name", "device", "state"), engines)


def _gauge(name: str, text: str, labels: tuple[str, ...], values: Mapping[Any, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"genie_{name}", text, labels=labels)
    for each, value in values.items():
        family.add_metric(each, value)
    return family


ENDPOINTS = (Endpoint("/metrics", ("GET",), get_metrics, media=("text/plain",)),)
