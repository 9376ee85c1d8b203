"""Notifications as a client tells, follows and hears them."""

from datetime import datetime, timedelta

import httpx

from genie import messages
from genie.messages import AudioEnd, AudioUpdate, Caption, InboxUpdate
from tests.serving import Client, Served

SETTINGS = ("stt.engine=embedded", "tts.engine=embedded")
TOPIC = ["notifications"]


def http_of(served: Served) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=served.url, timeout=30, trust_env=False)


async def notify(http: httpx.AsyncClient, text: str, **more) -> str:
    reply = await http.post("/api/notify", json={"text": text, **more})
    assert reply.status_code == 202 and reply.json()["status"] == "recorded", reply.text
    return str(reply.json()["id"])


async def listed(http: httpx.AsyncClient, **wanted) -> list[str]:
    return [one["text"] for one in (await http.get("/api/notifications", params=wanted)).json()["notifications"]]


async def follow(one: Client) -> int:
    """Follow notifications, and return how many are unread."""
    await one.request(messages.Subscribe(topics=TOPIC))
    return (await one.wait(InboxUpdate)).unread


async def heard(one: Client) -> tuple[list[str], AudioEnd]:
    """Hear one speech to its end and say so, as a player does; return its captions."""
    began = await one.wait(AudioUpdate, lambda began: began.continues is None)
    end = await one.wait(AudioEnd, lambda end: end.speech == began.speech)
    await one.send(messages.SpeechPlayed(speech=end.speech, samples=end.samples))
    return [m.text for m in one.seen if isinstance(m, Caption) and m.speech == end.speech], end


async def hears_nothing_else(one: Client) -> bool:
    """Ask something: whatever else there were to hear would come before its answer."""
    before = len(begun(one))
    job = (await one.request(messages.Ask(text="what is one plus one"))).job
    await one.wait(AudioUpdate, lambda began: began.job == job)
    return len(begun(one)) == before + 1


def begun(one: Client) -> list[AudioUpdate]:
    """Return the speeches that began; what was interrupted and goes on began before."""
    return [m for m in one.seen if isinstance(m, AudioUpdate) and m.continues is None]


def around(moment: datetime) -> str:
    """Return the two hours around a moment, as quiet hours are written."""
    hour = timedelta(hours=1)
    return f"{moment - hour:%H:%M}-{moment + hour:%H:%M}"
