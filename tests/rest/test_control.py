"""What a user may do with jobs, on the socket and over HTTP, against a real server."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from genie import messages
from tests.serving import DEAF, Client, Served, client, serving

QUICK = ("stt.engine=embedded", "tts.engine=embedded", "server.log_level=warning")


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("control"), *QUICK, module=DEAF) as served:
        yield served


@pytest.fixture
async def http(kept) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=kept.url, timeout=30, trust_env=False) as one:
        yield one
        await one.post("/api/queue/resume")
        await until_idle(one)


@pytest.fixture
async def page(kept, http) -> AsyncIterator[Client]:
    """A client that follows the queues of a user whose jobs wait."""
    async with client(kept, speech="never") as one:
        await one.request(messages.Subscribe(topics=["todo", "done"]))
        assert (await one.request(messages.QueuePause())).type == "accepted"
        yield one


async def until_idle(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(20):
        while (queues := (await http.get("/health")).json()["queues"])["todo"] or queues["run"]:
            await asyncio.sleep(0.02)


async def ask(page: Client, text: str, **fields) -> str:
    accepted = await page.request(messages.Ask(text=text, **fields))
    return accepted.job


async def waiting(http: httpx.AsyncClient) -> list[str]:
    return [job["id"] for job in (await http.get("/api/get_queue/todo")).json()["jobs"]]


async def test_what_is_asked_of_a_paused_queue_waits_until_it_is_resumed(page, http):
    job = await ask(page, "what is one plus one")
    assert await waiting(http) == [job]
    assert (await page.request(messages.QueueResume())).type == "accepted"
    assert (await page.wait(messages.DoneUpdate)).job.id == job


async def test_a_pause_is_told_to_every_client_that_follows_todo_and_to_who_comes(kept, page, http):
    async with client(kept) as other:
        assert (await other.request(messages.Subscribe(topics=["todo"]))).paused
        assert [message.paused for message in other.seen if isinstance(message, messages.Connect)] == [True]
        assert (await http.post("/api/queue/resume")).json() == {"paused": False}
        for one in (page, other):
            await one.wait(messages.QueueState, lambda message: not message.paused)


async def test_a_waiting_job_is_edited(page, http):
    job = await ask(page, "what is one plus one")
    assert (await page.request(messages.JobEdit(job=job, text="  what is two  plus two "))).job == job
    assert (
        await page.wait(messages.TodoUpdate, lambda m: m.change == "changed")
    ).job.question == "what is two plus two"
    edited = await http.post(f"/api/jobs/{job}/edit", json={"text": "what is three plus three"})
    assert edited.json()["question"] == "what is three plus three"
    await page.request(messages.QueueResume())
    assert "6" in (await page.wait(messages.DoneUpdate)).job.answer


async def test_an_edit_is_checked_as_a_question_is(page, http):
    job = await ask(page, "what is one plus one")
    refused = await page.request(messages.JobEdit(job=job, text=" "))
    assert (refused.code, refused.field) == ("empty_question", "text")
    assert (await http.post(f"/api/jobs/{job}/edit", json={"text": "x" * 5_000})).status_code == 400


async def test_a_finished_job_is_neither_edited_nor_moved(page, http):
    job = await ask(page, "what is one plus one")
    await page.request(messages.QueueResume())
    await page.wait(messages.DoneUpdate)
    assert (await page.request(messages.JobEdit(job=job, text="what is two plus two"))).code == "not_waiting"
    moved = await http.post(f"/api/jobs/{job}/move", json={})
    assert (moved.status_code, moved.json()["error"]["code"]) == (409, "not_waiting")


async def test_waiting_jobs_change_places(page, http):
    first, second, third = [await ask(page, f"what is one plus {number}") for number in range(3)]
    await page.request(messages.JobMove(job=third, before=first))
    told = await page.wait(messages.TodoUpdate, lambda m: m.change == "changed")
    assert (told.job.id, told.job.position) == (third, 0)
    assert await waiting(http) == [third, first, second]
    assert (await http.post(f"/api/jobs/{first}/move", json={})).json()["position"] == 2
    assert await waiting(http) == [third, second, first]
    unknown = await page.request(messages.JobMove(job=first, before="nobody"))
    assert unknown.code == "no_such_job"


async def test_a_higher_priority_goes_first_on_both_ways_in(page, http):
    low = await ask(page, "what is one plus one", priority="low")
    normal = await ask(page, "what is one plus two")
    pushed = await http.post("/api/push", json={"question": "what is one plus three", "priority": "high"})
    assert pushed.json()["position"] == 0
    assert await waiting(http) == [pushed.json()["id"], normal, low]


async def test_the_same_idempotency_key_is_the_same_job_and_none_is_none(page, http):
    question = {"question": "what is one plus one"}
    keyed = [await http.post("/api/push", json=question, headers={"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert len({reply.json()["id"] for reply in keyed}) == 1
    empty = [await http.post("/api/push", json={**question, "key": ""}) for _ in range(2)]
    assert len({reply.json()["id"] for reply in empty}) == 2
    long = await http.post("/api/push", json=question, headers={"Idempotency-Key": "k" * 201})
    assert long.status_code == 400


async def test_a_pause_and_the_order_of_what_waits_survive_a_restart(tmp_path):
    with serving(tmp_path, *QUICK, module=DEAF) as served:
        async with client(served, speech="never") as one:
            await one.request(messages.QueuePause())
            jobs = [await ask(one, f"what is one plus {number}") for number in range(3)]
            await one.request(messages.JobMove(job=jobs[2], before=jobs[0]))
        served.process.kill()
        served.process.wait()
    with serving(tmp_path, *QUICK, module=DEAF) as served:
        async with client(served, speech="never") as one:
            state = await one.request(messages.Subscribe(topics=["todo", "done"]))
            assert [job.id for job in state.state["todo"]] == [jobs[2], jobs[0], jobs[1]] and state.paused
            await one.request(messages.QueueResume())
            for _ in jobs:
                await one.wait(messages.DoneUpdate)


async def test_a_job_tells_its_history(page, http):
    job = await ask(page, "what is one plus one")
    assert [event["status"] for event in (await http.get(f"/api/jobs/{job}")).json()["history"]] == ["pending"]
    await page.request(messages.QueueResume())
    await page.wait(messages.DoneUpdate, lambda m: m.job.id == job)
    told = (await http.get(f"/api/jobs/{job}")).json()
    assert told["answer"] and told["timeline"]["done"]
    assert [(event["queue"], event["change"]) for event in told["history"]][:5] == [
        ("todo", "added"), ("todo", "removed"), ("run", "added"), ("run", "removed"), ("done", "added")
    ]  # fmt: skip
    assert told["history"][0]["at"] <= told["history"][-1]["at"]


async def test_a_queue_is_read_by_filters(page, http):
    wanted = await ask(page, "what is forty plus two", priority="low")
    await ask(page, "what is one plus one")
    found = (await http.get("/api/get_queue/todo", params={"q": "FORTY", "newest": True})).json()
    assert ([job["id"] for job in found["jobs"]], found["total"], found["paused"]) == ([wanted], 2, True)
    assert (await http.get("/api/get_queue/todo", params={"since": "2001-01-01"})).status_code == 400
    assert (await http.get("/api/get_queue/todo", params={"until": "2001-01-01T00:00:00Z"})).json()["jobs"] == []
    assert (await http.get("/api/get_queue/todo", params={"status": "failed"})).json()["jobs"] == []
    anyhow = (await http.get("/api/get_queue/TODO", params={"status": "Pending", "kind": "QUESTION"})).json()
    assert (anyhow["queue"], len(anyhow["jobs"])) == ("todo", 2)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_reset_ends_and_forgets_everything(page, http, method):
    await http.post("/api/reset-queues")
    finished = await ask(page, "what is one plus one")
    await page.request(messages.QueueResume())
    await page.wait(messages.DoneUpdate, lambda m: m.job.id == finished)
    await page.request(messages.QueuePause())
    for number in range(3):
        await ask(page, f"what is one plus {number}")
    reply = await http.request(method, "/api/reset-queues")
    assert reply.json() == {"cancelled": 3, "deleted": 4}
    for queue in ("todo", "run", "done", "dead"):
        assert (await http.get(f"/api/get_queue/{queue}")).json()["total"] == 0
    assert (await http.get(f"/api/jobs/{finished}")).status_code == 404


async def test_another_sites_page_cannot_reset_anything(http):
    reply = await http.get("/api/reset-queues", headers={"Sec-Fetch-Site": "cross-site"})
    assert reply.status_code == 403


async def test_an_equal_question_of_another_client_takes_the_same_answer(kept, page, http):
    first = await ask(page, "what is nineteen plus three")
    async with client(kept, speech="never") as other:
        second = await ask(other, "please tell me what is nineteen plus three")
    assert (await http.get(f"/api/jobs/{second}")).json()["same_as"] == first
    await http.post("/api/queue/resume")
    await until_idle(http)
    jobs = [(await http.get(f"/api/jobs/{job}")).json() for job in (first, second)]
    assert jobs[0]["answer"] == jobs[1]["answer"] and "22" in jobs[1]["answer"]


async def test_a_client_that_asks_once_comes_soon_although_another_asked_much(kept, page, http):
    for number in range(20):
        await ask(page, f"what is {number} plus one")
    async with client(kept, speech="never") as other:
        once = await ask(other, "what is one hundred plus one")
        state = await other.request(messages.Subscribe(topics=["todo"]))
    assert [job.position for job in state.state["todo"]] == list(range(21))
    assert state.state["todo"][1].id == once


async def test_a_waiting_job_is_told_when_it_will_start(page, http):
    await page.request(messages.QueueResume())
    job = await ask(page, "what is one plus one")
    await page.wait(messages.DoneUpdate, lambda m: m.job.id == job)
    pushed = (await http.post("/api/push", json={"question": "what is two plus one"})).json()
    assert pushed["position"] == 0 and pushed["eta_s"] >= 0


async def test_a_server_keeps_as_many_finished_jobs_as_it_is_told(tmp_path):
    with serving(tmp_path, *QUICK, "queue.done_limit=2", module=DEAF) as served:
        async with client(served, speech="never") as one:
            await one.request(messages.Subscribe(topics=["done"]))
            jobs = [await ask(one, f"what is one plus {number}") for number in range(4)]
            gone = {(await one.wait(messages.DoneUpdate, lambda m: m.change == "removed")).job.id for _ in range(2)}
            assert gone < set(jobs)
            state = await one.request(messages.Subscribe(topics=["done"]))
            assert {job.id for job in state.state["done"]} == set(jobs) - gone
