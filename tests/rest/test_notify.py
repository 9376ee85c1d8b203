"""Notifications against a real server: told to all, and heard by one, once."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import numpy as np
import pytest
import soundfile

from genie import messages
from genie.audio.chimes import NAMES, chime
from genie.messages import AudioEnd, AudioUpdate, InboxUpdate, NotificationSoundUpdate
from genie.notifications import MAX_UNHEARD
from tests.news import SETTINGS, around, follow, heard, hears_nothing_else, http_of, listed, notify
from tests.serving import DEAF, Client, Served, client, serving, until_ready


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("news"), *SETTINGS, module=DEAF) as one:
        asyncio.run(until_ready(one))
        yield one


@pytest.fixture
async def http(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with http_of(served) as one:
        await one.delete("/api/notifications")
        yield one
        await one.delete("/api/notifications")


async def test_a_notification_is_told_to_all_who_follow_and_heard_by_one_with_its_chime_first(served, http):
    async with client(served) as stranger, client(served) as older, client(served) as newer:
        assert (await follow(older), await follow(newer)) == (0, 0)
        name = await notify(http, "The tea is ready.")
        for one in (older, newer):
            told = await one.wait(NotificationSoundUpdate)
            assert (told.id, told.sound, told.text, told.priority) == (name, "chime", "The tea is ready.", "normal")
            assert (await one.wait(InboxUpdate)).unread == 1
        captions, end = await heard(newer)
        assert captions == ["The tea is ready."] and end.reason == "completed"
        rate = next(m for m in newer.seen if isinstance(m, AudioUpdate)).sample_rate
        ring = chime("chime", rate)
        sound = np.frombuffer(newer.sound[end.speech], "<i2")
        assert (sound[: len(ring)] == ring).all() and len(sound) > len(ring) + rate / 2
        assert await hears_nothing_else(older)
        await stranger.request(messages.Ping())
        assert not [m for m in stranger.seen if isinstance(m, NotificationSoundUpdate | InboxUpdate | AudioUpdate)]


async def test_who_was_absent_is_told_how_many_and_hears_once_what_was_to_be_spoken(served, http):
    await notify(http, "Low tide.", priority="low")
    await notify(http, "Chime only.", speak=False)
    await notify(http, "Post is here.")
    await notify(http, "Fire.", priority="urgent")
    async with client(served, speech="later") as one:
        assert await follow(one) == 4
        assert [inbox.unheard for inbox in one.seen if isinstance(inbox, InboxUpdate)] == [2]
        await one.request(messages.Subscribe(topics=["speech"]))
        assert (await heard(one))[0] == ["Fire."]
        assert (await heard(one))[0] == ["Post is here."]
        await one.wait(InboxUpdate, lambda inbox: (inbox.unread, inbox.unheard) == (4, 0))
        assert await hears_nothing_else(one)
    async with client(served) as other:
        assert await follow(other) == 4
        assert await hears_nothing_else(other)
    assert await listed(http) == ["Fire.", "Post is here.", "Chime only.", "Low tide."]


async def test_a_low_one_is_a_chime_and_none_is_nothing(served, http):
    async with client(served) as one:
        await follow(one)
        await notify(http, "Quiet as a mouse.", sound="none", speak=False)
        await notify(http, "Low tide.", priority="low", sound="done")
        captions, end = await heard(one)
        assert captions == []
        rate = next(m for m in one.seen if isinstance(m, AudioUpdate)).sample_rate
        assert end.samples == len(chime("done", rate))
        await notify(http, "No chime.", sound="none")
        assert (await heard(one))[0] == ["No chime."]


async def test_what_is_urgent_is_heard_within_an_answer_and_what_is_normal_waits_for_it(served, http):
    async with client(served) as one:
        await follow(one)
        job = (await one.request(messages.Ask(text="help"))).job
        answer = await one.wait(AudioUpdate, lambda began: began.job == job)
        await notify(http, "It can wait.")
        await one.wait(NotificationSoundUpdate)
        await notify(http, "Fire.", priority="urgent")
        await notify(http, "Flood.", priority="urgent")  # one alarm does not cut off another
        stopped = await one.wait(AudioEnd, lambda end: end.speech == answer.speech)
        assert (stopped.reason, stopped.goes_on) == ("stopped", True)
        assert [(await heard(one))[0] for _ in range(2)] == [["Fire."], ["Flood."]]
        assert (await one.wait(AudioUpdate, lambda began: began.job == job)).continues is not None
        await one.request(messages.SpeechStop())
        assert (await heard(one))[0] == ["It can wait."]


async def test_who_hears_an_answer_hears_what_is_told_meanwhile_though_another_client_is_newer(served, http):
    async with client(served) as older, client(served) as newer:
        await follow(older)
        await follow(newer)
        job = (await older.request(messages.Ask(text="help"))).job
        await older.wait(AudioUpdate, lambda began: began.job == job)
        await notify(http, "Fire.", priority="urgent")
        assert (await older.wait(AudioEnd)).reason == "stopped"
        assert (await heard(older))[0] == ["Fire."]
        assert (await older.wait(AudioUpdate)).job == job
        await older.request(messages.SpeechStop())
        assert await hears_nothing_else(newer)


async def test_what_waits_on_a_lost_connection_goes_only_to_a_client_that_wants_to_be_told(served, http):
    async with client(served) as one:
        await follow(one)
        job = (await one.request(messages.Ask(text="help"))).job
        await one.wait(AudioUpdate, lambda began: began.job == job)
        await notify(http, "After the answer.")
        await one.wait(NotificationSoundUpdate)
    async with client(served) as stranger:
        assert await hears_nothing_else(stranger)
    async with client(served) as other:
        await follow(other)
        assert (await heard(other))[0] == ["After the answer."]


async def test_a_notification_is_heard_again_when_that_is_asked_for_and_not_when_it_was_removed(served, http):
    name = await notify(http, "The tea is ready.")
    nobody = await http.post(f"/api/notifications/{name}/replay")
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (409, "nobody_listens")
    async with client(served) as one:
        await follow(one)
        assert (await heard(one))[0] == ["The tea is ready."]
        assert (await http.post(f"/api/notifications/{name}/replay")).json()["text"] == "The tea is ready."
        assert (await heard(one))[0] == ["The tea is ready."]
        async with client(served) as newer:
            await follow(newer)
            here = {"session": next(m.session for m in one.seen if isinstance(m, messages.Connect))}
            assert (await http.post(f"/api/notifications/{name}/replay", json=here)).status_code == 200
            assert (await heard(one))[0] == ["The tea is ready."]
            assert await hears_nothing_else(newer)
    other = await notify(http, "Never mind.")
    assert (await http.delete(f"/api/notifications/{other}")).json() == {"total": 1, "unread": 1}
    assert (await http.post(f"/api/notifications/{other}/replay")).json()["error"]["code"] == "no_such_notification"
    async with client(served) as late:
        await follow(late)
        assert await hears_nothing_else(late)


async def test_the_inbox_is_read_by_pages_marked_and_cleared_and_followers_are_told(served, http):
    async with client(served, speech="never") as one:
        await follow(one)
        names = [await notify(http, f"News {number}.") for number in range(5)]
        page = (await http.get("/api/notifications", params={"limit": 2})).json()
        assert [n["id"] for n in page["notifications"]] == [names[4], names[3]]
        assert (page["total"], page["unread"], page["next"]) == (5, 5, names[3])
        rest = (await http.get("/api/notifications", params={"before": page["next"]})).json()
        assert [n["id"] for n in rest["notifications"]] == names[2::-1] and "next" not in rest
        assert (await http.post(f"/api/notifications/{names[0]}/read")).json() == {"total": 5, "unread": 4}
        assert await listed(http, unread=True) == [f"News {number}." for number in (4, 3, 2, 1)]
        assert (await http.post("/api/notifications/read")).json() == {"total": 5, "unread": 0}
        assert (await http.delete("/api/notifications")).json() == {"total": 0, "unread": 0}
        await one.wait(InboxUpdate, lambda inbox: inbox.unread == 4)
        await one.wait(InboxUpdate, lambda inbox: inbox.unread == 0)


async def test_what_was_read_meanwhile_is_neither_said_nor_rung_but_what_is_to_be_heard_again_is(served, http):
    async with client(served) as one:
        await follow(one)
        again = await notify(http, "Tea.")
        assert (await heard(one))[0] == ["Tea."]
        await speaking(one)
        await notify(http, "It can wait.")
        await notify(http, "Ding.", speak=False)
        await http.post(f"/api/notifications/{again}/replay")
        assert (await http.post("/api/notifications/read")).json() == {"total": 3, "unread": 0}
        await one.wait(InboxUpdate, lambda inbox: (inbox.unread, inbox.unheard) == (0, 0))
        await notify(http, "Door.")
        await one.request(messages.SpeechStop())
        assert [(await heard(one))[0] for _ in range(2)] == [["Tea."], ["Door."]]
        assert await hears_nothing_else(one)


async def test_the_same_key_is_told_once(served, http):
    first = await notify(http, "Tea.", key="k")
    reply = await http.post("/api/notify", json={"text": "Tea."}, headers={"Idempotency-Key": "k"})
    assert reply.json()["id"] == first and await listed(http) == ["Tea."]


async def test_whoever_wants_quiet_hears_only_what_is_urgent_until_they_take_it_back(served, http):
    path = "/api/notifications/quiet"
    assert (await http.get(path)).json() == {"muted": False, "otherwise": ""}
    async with client(served, timezone="Pacific/Auckland") as one:
        await follow(one)
        for wanted in ({"muted": True}, {"muted": False, "hours": around(datetime.now(ZoneInfo("Pacific/Auckland")))}):
            assert wanted.items() <= (await http.post(path, json=wanted)).json().items()
            await notify(http, "Psst.")
            assert (await one.wait(NotificationSoundUpdate)).sound == "none"
        assert (await http.post(path, json={"hours": "late"})).json()["error"]["code"] == "bad_hours"
        assert (await http.post(path, json={"hours": None})).json() == {"muted": False, "otherwise": ""}
        await notify(http, "Hello.")
        assert (await heard(one))[0] == ["Hello."]


async def speaking(one: Client) -> None:
    """Ask something that takes a while to say, and wait until it is heard."""
    job = (await one.request(messages.Ask(text="help"))).job
    await one.wait(AudioUpdate, lambda began: began.job == job)


async def test_as_many_chimes_wait_as_texts_and_the_most_urgent_and_newest_are_rung(served, http):
    async with client(served) as one:
        await follow(one)
        await speaking(one)
        for number in range(MAX_UNHEARD + 3):
            priority = "high" if number == 1 else "normal"
            await notify(
                http, f"Ding {number}.", speak=False, priority=priority, sound="done" if number == 1 else "chime"
            )
        gone = await notify(http, "Dong.", speak=False)
        await http.delete(f"/api/notifications/{gone}")
        await one.request(messages.SpeechStop())
        rung = [(await heard(one))[1].samples for _ in range(MAX_UNHEARD - 1)]
        rate = next(m for m in one.seen if isinstance(m, AudioUpdate)).sample_rate
        assert rung == [len(chime("done", rate)), *[len(chime("chime", rate))] * (MAX_UNHEARD - 2)]
        assert await hears_nothing_else(one)


async def test_who_mutes_genie_hears_what_waited_then_once_it_is_no_longer_quiet(served, http):
    async with client(served) as one:
        await follow(one)
        await speaking(one)
        await notify(http, "It can wait.")
        await notify(http, "Ding.", speak=False)
        await http.post("/api/notifications/quiet", json={"muted": True})
        await one.request(messages.SpeechStop())
        assert await hears_nothing_else(one)
        await http.post("/api/notifications/quiet", json={"muted": False})
        assert (await heard(one))[0] == ["It can wait."]
        assert await hears_nothing_else(one)


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({}, 400, "bad_request"),
        ({"text": " \n"}, 400, "empty_text"),
        ({"text": "x" * 1_001}, 413, "text_too_long"),
        ({"text": "x", "priority": "shrill"}, 400, "bad_request"),
        ({"text": "x", "sound": "../etc"}, 400, "bad_request"),
        ({"text": "x", "loud": True}, 400, "bad_request"),
    ],
)
async def test_what_cannot_be_told_is_refused_by_code(http, wanted, status, code):
    refused = await http.post("/api/notify", json=wanted)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert await listed(http) == []


async def test_the_chimes_are_served_as_sound(http):
    assert (await http.get("/api/sounds")).json() == {"sounds": list(NAMES)}
    for name in NAMES:
        reply = await http.get(f"/api/sounds/{name}")
        assert reply.headers["content-type"] == "audio/wav"
        samples, rate = soundfile.read(io.BytesIO(reply.content), dtype="int16")
        assert (samples == chime(name, rate)).all()
    assert (await http.get("/api/sounds/chime", params={"format": "mp3"})).headers["content-type"] == "audio/mpeg"
    whole = await http.get("/api/sounds/chime", params={"format": "ogg"})
    part = await http.get("/api/sounds/chime", params={"format": "ogg"}, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    known = {"If-None-Match": whole.headers["etag"]}
    assert (await http.get("/api/sounds/chime", params={"format": "ogg"}, headers=known)).status_code == 304
    beyond = await http.get("/api/sounds/chime", params={"format": "ogg"}, headers={"Range": "bytes=9999999-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole.content)}")
    assert (await http.get("/api/sounds/gong")).status_code == 400
