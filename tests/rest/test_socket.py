import contextlib

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from genie import messages
from tests.serving import Client, client

HELLO = messages.Hello(protocol=1)


@contextlib.asynccontextmanager
async def raw(server, **options):
    async with connect(server.ws, max_size=None, proxy=None, **options) as socket:
        yield Client(socket)


async def error_for(one: Client, frame: str | bytes | messages.Message) -> messages.ErrorMessage:
    await one.send(frame)
    return await one.wait(messages.ErrorMessage)


async def answer_to(one: Client, accepted: messages.Accepted) -> messages.Answer:
    """Wait for the answer of one job: answers to other clients of the user come here too."""
    return await one.wait(messages.Answer, lambda answer: answer.job == accepted.job)


async def test_hello_is_answered_with_session_and_engines(server):
    async with raw(server) as one:
        await one.send(HELLO.model_copy(update={"ref": "h"}))
        connected = await one.wait(messages.Connect)
    assert len(connected.session) == 32 and connected.ref == "h"
    assert connected.engines.tts.name == "espeak"
    assert connected.limits["question_chars"] == 4_000


@pytest.mark.parametrize("frame", ['{"type":"ping"}', '{"type":"listen_start"}', b"\0\0", '{"type":"ask","text":"x"}'])
async def test_before_hello_everything_else_is_refused(server, frame):
    async with raw(server) as one:
        assert (await error_for(one, frame)).code == "hello_first"
        await one.send(HELLO)
        await one.wait(messages.Connect)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "bad_json"),
        ('{"type":"ask","text":NaN}', "bad_json"),
        ("[" * 60_000, "bad_json"),
        ('{"type":"ask","text":"\\ud800"}', "bad_json"),
        ("x" * 70_000, "too_large"),
        ("[]", "bad_message"),
        ('{"type":"sing"}', "unknown_type"),
        ('{"type":"ask"}', "bad_message"),
        ('{"type":"ask","text":7}', "bad_message"),
        ('{"type":"ask","text":"x","colour":1}', "bad_message"),
        ('{"type":"ask","text":"  "}', "empty_question"),
        ('{"type":"ask","text":"' + "x" * 10_000 + '"}', "question_too_long"),
        ('{"type":"listen_start","sample_rate":0}', "bad_sample_rate"),
        ('{"type":"listen_start","sample_rate":1}', "bad_sample_rate"),
        ('{"type":"listen_start","sample_rate":-16000}', "bad_sample_rate"),
        ('{"type":"listen_start","sample_rate":1000000000}', "bad_sample_rate"),
        ('{"type":"listen_start","sample_rate":1e309}', "bad_json"),
        ('{"type":"listen_stop"}', "not_listening"),
        (b"\0\0", "not_listening"),
        ('{"type":"hello","protocol":1}', "hello_again"),
        ('{"type":"job_cancel","job":"nobody"}', "no_such_job"),
        ('{"type":"subscribe","topics":["everything"]}', "bad_message"),
        ('{"type":"subscribe","topics":[]}', "bad_message"),
    ],
)
async def test_bad_input_is_a_coded_error_and_the_socket_stays_open(server, frame, code):
    async with client(server) as one:
        assert (await error_for(one, frame)).code == code
        assert isinstance(await one.request(messages.Ping()), messages.Pong)


async def test_frames_without_sound_and_of_half_a_sample_are_heard_like_any_other(server):
    async with client(server) as one:
        await one.request(messages.ListenStart())
        for frame in (b"", b"\0", b"", b"\0\0\0"):
            await one.send(frame)
        assert isinstance(await one.request(messages.ListenStop()), messages.Accepted)


async def test_an_error_names_the_request_and_the_field(server):
    async with client(server) as one:
        error = await error_for(one, '{"type":"ask","ref":"q1"}')
    assert (error.ref, error.field) == ("q1", "text")


async def test_ten_unreadable_messages_close_the_socket(server):
    async with client(server) as one:
        for _ in range(10):
            await one.send("{")
        with pytest.raises(ConnectionClosed) as closed:
            await one.wait(messages.Pong)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008
    assert isinstance(one.seen[-1], messages.Disconnect)


async def test_a_frame_beyond_the_limit_closes_with_1009(server):
    async with client(server) as one:
        with pytest.raises(ConnectionClosed) as closed:
            await one.send(b"\0" * 2 * 1_024 * 1_024)
            await one.wait(messages.Pong)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009


async def test_others_notice_nothing_of_bad_input(server):
    async with client(server) as good, client(server) as bad:
        await bad.send("{" * 100)
        with pytest.raises(ConnectionClosed):
            await bad.send(b"\0" * 2 * 1_024 * 1_024)
            await bad.wait(messages.Pong)
        assert isinstance(await good.request(messages.Ping()), messages.Pong)


async def test_a_question_travels_through_the_queues_and_is_answered(server):
    async with client(server) as one:
        await one.request(messages.Subscribe(topics=["todo", "run", "done", "dead"]))
        accepted = await one.request(messages.Ask(text="what is twelve times seven"))
        answer = await answer_to(one, accepted)
        end = await one.wait(messages.AudioEnd)
    assert answer.job == accepted.job and "84" in answer.text
    updates = [m for m in one.seen if isinstance(m, messages.QueueUpdate)]
    moves = [(m.type, m.change) for m in updates if m.change != "changed"]
    assert moves == [
        ("todo_update", "added"),
        ("todo_update", "removed"),
        ("run_update", "added"),
        ("run_update", "removed"),
        ("done_update", "added"),
    ]
    seqs = [m.seq for m in updates]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    assert end.reason == "completed" and end.samples == len(one.sound[end.speech]) // 2


async def test_the_same_key_is_answered_with_the_same_job(server):
    async with client(server) as one:
        first = await one.request(messages.Ask(text="what is one plus one", key="once"))
        second = await one.request(messages.Ask(text="what is one plus one", key="once"))
    assert first.job == second.job


async def test_subscribe_answers_with_the_present_state(server):
    async with client(server) as one:
        accepted = await one.request(messages.Ask(text="what is two plus two"))
        await answer_to(one, accepted)
        subscribed = await one.request(messages.Subscribe(topics=["done", "todo"]))
    assert accepted.job in [job.id for job in subscribed.state["done"]]
    assert subscribed.state["todo"] == [] and subscribed.sizes["done"] == len(subscribed.state["done"])


async def test_one_job_can_be_followed(server):
    async with client(server) as asking, client(server) as following:
        accepted = await asking.request(messages.Ask(text="what is three plus three"))
        await answer_to(asking, accepted)
        await following.request(messages.Unsubscribe(topics=["answers"]))
        await following.request(messages.Subscribe(topics=[f"job:{accepted.job}"]))
        await asking.request(messages.JobDelete(job=accepted.job))
        gone = await following.wait(messages.DoneUpdate, lambda update: update.change == "removed")
    assert gone.job.id == accepted.job


async def test_the_time_of_the_asker_is_told_not_the_servers(server):
    async with client(server, timezone="Asia/Tokyo", locale="en-GB") as one:
        await one.request(messages.Subscribe(topics=["time"]))
        now = (await one.wait(messages.TimeUpdate)).now
        await one.request(messages.Ask(text="what time is it"))
        answer = await one.wait(messages.Answer, lambda answer: ":" in answer.text)
    hour = (now.hour + 9) % 24
    assert f"{hour}:" in answer.text or f"{hour:02}:" in answer.text


async def test_an_unknown_time_zone_is_refused(server):
    async with raw(server) as one:
        error = await error_for(one, HELLO.model_copy(update={"timezone": "Mars/Olympus"}))
        assert (error.code, error.field) == ("unknown_timezone", "timezone")


async def test_speech_stops_at_once(server):
    async with client(server) as one:
        await one.request(messages.Ask(text="what can you do"))
        await one.wait(messages.AudioUpdate)
        while not one.sound:
            await one.receive()
        await one.request(messages.SpeechStop())
        end = await one.wait(messages.AudioEnd)
        assert end.reason == "stopped"
        heard = sum(len(sound) for sound in one.sound.values())
        assert isinstance(await one.request(messages.Ping()), messages.Pong)
    assert sum(len(sound) for sound in one.sound.values()) == heard


async def test_answers_are_spoken_in_the_order_asked(server):
    async with client(server) as one:
        asked = [(await one.request(messages.Ask(text=f"what is {n} plus {n}"))).job for n in range(4)]
        for _ in asked:
            await one.wait(messages.AudioEnd)
    spoken = [m.job for m in one.seen if isinstance(m, messages.AudioUpdate)]
    assert spoken == asked


async def test_a_finished_job_can_be_replayed_and_deleted(server):
    async with client(server) as one:
        accepted = await one.request(messages.Ask(text="what is nine minus five"))
        await one.wait(messages.AudioEnd)
        await answer_to(one, accepted)
        await one.request(messages.JobReplay(job=accepted.job))
        stopped = await one.wait(messages.AudioEnd)
        assert (stopped.speech, stopped.reason) == (1, "stopped")  # it was not played yet
        again = await one.wait(messages.AudioEnd)
        assert again.samples > 0 and again.speech == 2
        await one.request(messages.JobDelete(job=accepted.job))
        refused = await one.request(messages.JobReplay(job=accepted.job))
    assert isinstance(refused, messages.ErrorMessage) and refused.code == "no_such_job"


async def test_a_session_that_was_away_is_told_what_it_missed_in_order(server):
    async with client(server) as one:
        connected = next(m for m in one.seen if isinstance(m, messages.Connect))
        await one.request(messages.Subscribe(topics=["todo", "run", "done"]))
    async with client(server) as other:
        asked = await other.request(messages.Ask(text="what is six plus six"))
        await answer_to(other, asked)
    hello = {"session": connected.session, "epoch": connected.epoch, "after_seq": connected.seq}
    async with client(server, **hello) as one:
        again = next(m for m in one.seen if isinstance(m, messages.Connect))
        await one.wait(messages.DoneUpdate, lambda update: update.job.id == asked.job and update.change == "added")
    missed = [m for m in one.seen if isinstance(m, messages.QueueUpdate)]
    seqs = [m.seq for m in missed]
    assert again.session == connected.session
    assert seqs == sorted(set(seqs)) and seqs[0] > connected.seq
    moves = [(m.type, m.change) for m in missed if m.job.id == asked.job and m.change != "changed"]
    assert moves[:2] == [("todo_update", "added"), ("todo_update", "removed")]


@pytest.mark.parametrize(
    "stale", [{"epoch": "of another life"}, {"after_seq": 1_000_000_000}, {"session": "0" * 32}], ids=str
)
async def test_a_session_whose_past_is_not_known_must_resync(server, stale):
    async with client(server) as one:
        connected = next(m for m in one.seen if isinstance(m, messages.Connect))
    hello = {"session": connected.session, "epoch": connected.epoch, "after_seq": connected.seq} | stale
    async with client(server, **hello) as one:
        resync = await one.wait(messages.Resync)
    assert resync.epoch == connected.epoch and resync.seq >= connected.seq


async def test_a_session_that_missed_nothing_is_not_resynced(server):
    async with client(server) as one:
        connected = next(m for m in one.seen if isinstance(m, messages.Connect))
    hello = {"session": connected.session, "epoch": connected.epoch, "after_seq": connected.seq}
    async with client(server, **hello) as one:
        await one.request(messages.Ping())
    assert not any(isinstance(m, messages.Resync) for m in one.seen)


async def test_a_session_lives_on_its_newest_socket(server):
    async with client(server) as old:
        session = next(m for m in old.seen if isinstance(m, messages.Connect)).session
        async with client(server, session=session) as new:
            with pytest.raises(ConnectionClosed):
                await old.wait(messages.Pong)
            assert isinstance(await new.request(messages.Ping()), messages.Pong)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_foreign_origin_is_refused_before_accept(server, origin):
    with pytest.raises(InvalidStatus) as refused:
        async with raw(server, origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_the_own_origin_is_accepted(server):
    async with raw(server, origin=server.url) as one:
        await one.send(HELLO)
        await one.wait(messages.Connect)


async def test_a_foreign_host_is_refused(server):
    async with httpx.AsyncClient() as http:
        reply = await http.get(f"{server.url}/health", headers={"Host": "evil.example"})
    assert reply.status_code == 400 and reply.json()["error"]["code"] == "bad_host"
