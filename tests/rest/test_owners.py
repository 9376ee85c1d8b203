"""What is a user's is theirs alone: another one's requests and messages find none of it, and change none of it."""

import asyncio
import io
import json
import socket
import wave
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest

from genie import messages
from genie.queues.job import QueueName
from genie.rest.endpoint import Endpoint
from genie.rest.routes import endpoints
from tests.serving import DEAF, Client, Served, client, serving

ANN, BOB = "ann-1234567890123456789012", "bob-1234567890123456789012"
TOKENS = {"GENIE_AUTH__TOKENS": json.dumps([f"ann:{ANN}", f"bob:{BOB}"])}
QUEUES = [str(name) for name in QueueName]

QUESTIONS = {
    "done": "what is 123456789 plus 1",
    "run": "tell me about the secret heliotrope",
    "todo": "and about the hidden marigold",
    "dead": "and about the lost bluebell",
}
"""What ann asked, by the queue in which it stands; the language model keeps silent, so the second one runs on."""

NAME = "Amaryllis"
"""What ann taught."""

NEWS = "the gardener has found the mandrake"
"""What ann was told."""

NAMING = frozenset({"id", "job", "after", "before", "session"})
"""Parameters that name something of ann's."""

SAMPLES: dict[str, Any] = {
    "question": "what is 2 plus 2",
    "text": "what is 2 plus 2",
    "token": "wrong",
    "timezone": "UTC",
    "speech": 1,
    "samples": 1,
    "words": ["Bellflower"],
    "pronunciations": [{"word": "Bellflower", "says": "bell flower"}],
}
"""Good values of what else must be given; whoever adds such a parameter adds it here."""


@dataclass
class Ann:
    """A user with one job in each queue, who follows everything."""

    client: Client
    jobs: dict[str, str]
    session: str
    notification: str
    secrets: tuple[str, ...]
    before: dict[str, Any]

    async def after(self, http: httpx.AsyncClient) -> dict[str, Any]:
        return await queues(http, ANN)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = ("stt.engine=embedded", "tts.engine=embedded", "queue.questions_at_once=1", "llm.first_token_s=300")
        model = (f"llm.base_url=http://127.0.0.1:{silent.getsockname()[1]}/v1", "llm.model=silent")
        folder = tmp_path_factory.mktemp("owners")
        with serving(folder, *settings, *model, environment=TOKENS, module=DEAF) as served:
            yield served


@pytest.fixture
async def http(guarded) -> AsyncIterator[httpx.AsyncClient]:
    """Bob's client, unless a request says otherwise."""
    async with httpx.AsyncClient(base_url=guarded.url, timeout=60, headers=bearer(BOB)) as one:
        yield one


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def queues(http: httpx.AsyncClient, token: str) -> dict[str, Any]:
    """Return a user's queues, without what moves by itself, the words they taught, and what they were told."""
    told = (await http.get("/api/notifications", headers=bearer(token))).json()["notifications"]
    taught = (await http.get("/api/vocabulary", headers=bearer(token))).json()["words"]
    found = {name: (await http.get(f"/api/get_queue/{name}", headers=bearer(token))).json() for name in QUEUES}
    return {name: [{"id": j["id"], "status": j["status"], "question": j["question"]} for j in page["jobs"]]
            for name, page in found.items()} | {"words": taught, "told": told}  # fmt: skip


@pytest.fixture
async def ann(guarded, http) -> AsyncIterator[Ann]:
    async with client(guarded, token=ANN) as one:
        await one.request(messages.Subscribe(topics=[*QUEUES, "answers"]))
        jobs = {}
        for queue, question in QUESTIONS.items():
            jobs[queue] = cast(messages.Accepted, await one.request(messages.Ask(text=question, key=queue))).job
            if queue == "done":
                await one.wait(messages.DoneUpdate, lambda update: update.job.id == jobs["done"])
        await one.request(messages.JobCancel(job=jobs["dead"]))
        await http.post("/api/vocabulary", json={"words": [NAME]}, headers=bearer(ANN))
        await http.delete("/api/notifications", headers=bearer(ANN))
        news = (await http.post("/api/notify", json={"text": NEWS}, headers=bearer(ANN))).json()["id"]
        async with asyncio.timeout(20):
            while [job["id"] for job in (await queues(http, ANN))["run"]] != [jobs["run"]]:
                await asyncio.sleep(0.02)
        before = await queues(http, ANN)
        answer = (await http.get(f"/api/jobs/{jobs['done']}", headers=bearer(ANN))).json()["answer"]
        session = cast(messages.Connect, one.seen[0]).session
        yield Ann(one, jobs, session, news, (*QUESTIONS.values(), answer, session, NAME, NEWS, '"ann"'), before)
        for queue in ("run", "todo"):
            await one.request(messages.JobCancel(job=jobs[queue]))
        for job in jobs.values():
            await one.request(messages.JobDelete(job=job))


def values(endpoint: Endpoint, ann: Ann, queue: str) -> dict[str, Any]:
    """Return parameters with which an endpoint may be asked for what is ann's."""
    own = {"session": ann.session, "name": queue, "notification": ann.notification} | dict.fromkeys(
        NAMING - {"session"}, ann.jobs[queue]
    )
    needed = {name for name, field in endpoint.params.model_fields.items() if field.is_required()}
    missing = needed - own.keys() - SAMPLES.keys()
    assert not missing, f"give SAMPLES a value for {missing} of {endpoint.path}"
    return {name: (own | SAMPLES)[name] for name in endpoint.params.model_fields if name in own or name in needed}


async def asked(http: httpx.AsyncClient, endpoint: Endpoint, method: str, wanted: dict[str, Any]) -> httpx.Response:
    in_path = {name for name in wanted if f"{{{name}}}" in endpoint.path}
    rest = {name: value for name, value in wanted.items() if name not in in_path}
    if endpoint.path == "/api/push":
        rest["speak"] = True
    path = endpoint.path.format(**wanted)
    match method, endpoint.body:
        case "GET", _:
            return await http.get(path, params=rest)
        case _, "json":
            return await http.request(method, path, json=rest)
        case _, "audio":
            return await http.request(method, path, params=rest, content=silence())
        case _:
            return await http.request(method, path, params=rest, files={"file": silence()})


def silence() -> bytes:
    """Return half a second of it as a wav file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(bytes(16_000))
    return file.getvalue()


async def test_no_endpoint_shows_or_changes_what_is_another_users(http, ann: Ann):
    """Every endpoint is asked for each of ann's jobs by bob; a new one without a check of its owner fails here."""
    for endpoint in endpoints():
        for method in endpoint.methods:
            for queue in QUEUES:
                wanted = values(endpoint, ann, queue)
                reply = await asked(http, endpoint, method, wanted)
                where = f"{method} {endpoint.path} for the job in {queue}"
                assert reply.status_code != 500, where
                if "{id}" in endpoint.path or "after" in wanted:
                    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "no_such_job"), where
                if "{notification}" in endpoint.path:
                    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "no_such_notification"), where
                if not reply.headers["content-type"].startswith("audio"):
                    assert not [secret for secret in ann.secrets if secret in reply.text], where
    await unharmed(ann, http)


async def unharmed(ann: Ann, http: httpx.AsyncClient) -> None:
    """Fail when ann's jobs have changed, or when she was told of anything but them."""
    assert await ann.after(http) == ann.before
    assert heard_by(ann.client) <= set(ann.jobs.values())
    assert not [message for message in ann.client.seen if isinstance(message, messages.QueueState)]


def heard_by(one: Client) -> set[str]:
    """Return the ids of all jobs of which a client was told."""
    return {job if isinstance(job, str) else job.id for message in one.seen if (job := getattr(message, "job", None))}


def filled(kind: type[messages.Request], job: str) -> messages.Request:
    """Return a message of a kind that names a job wherever it can."""
    fields = kind.model_fields.keys() - {"ref", "type"}
    given = dict.fromkeys(NAMING & fields, job) | {"topics": [*QUEUES, f"job:{job}"]} | SAMPLES
    needed = {name for name, field in kind.model_fields.items() if field.is_required()}
    assert needed <= given.keys(), f"give SAMPLES a value for {needed - given.keys()} of {kind.__name__}"
    return kind(**{name: given[name] for name in fields & given.keys()})


async def test_no_message_reaches_another_users_job(guarded, http, ann: Ann):
    """Every message is sent by bob for each of ann's jobs; one that names a job finds none."""
    kinds = [kind for kind in messages.kinds(messages.ClientMessage) if kind is not messages.Hello]
    naming = [kind for kind in kinds if NAMING & kind.model_fields.keys()]
    assert len(naming) >= 6
    async with client(guarded, token=BOB) as bob:
        for queue, job in ann.jobs.items():
            for kind in kinds:
                if kind in naming:
                    reply = await bob.request(filled(kind, job))
                    assert isinstance(reply, messages.ErrorMessage), f"{kind.__name__} for the job in {queue}"
                    assert reply.code == "no_such_job", f"{kind.__name__} for the job in {queue}"
                else:
                    await bob.send(filled(kind, job))
            await bob.request(messages.QueueResume())
        assert not heard_by(bob) & set(ann.jobs.values())
    await unharmed(ann, http)


async def test_what_happens_to_a_user_is_told_to_nobody_else(guarded, http, ann: Ann):
    async with client(guarded, token=BOB) as bob:
        topics = [*QUEUES, "answers", *(f"job:{job}" for job in ann.jobs.values())]
        subscribed = cast(messages.Subscribed, await bob.request(messages.Subscribe(topics=topics)))
        assert set(subscribed.sizes) == set(QUEUES)
        assert not {j.id for jobs in subscribed.state.values() for j in jobs} & set(ann.jobs.values())
        job = cast(messages.Accepted, await ann.client.request(messages.Ask(text="what is 3 plus 3"))).job
        for change in (
            messages.JobReplay(job=ann.jobs["done"]),
            messages.JobCancel(job=job),
            messages.JobDelete(job=job),
        ):
            assert isinstance(await ann.client.request(change), messages.Accepted)
        await ann.client.wait(messages.AudioEnd)
        await bob.request(messages.Ping())
        assert not heard_by(bob) & {job, *ann.jobs.values()}


async def test_a_session_is_resumed_by_its_own_user_only(guarded, ann: Ann):
    async with client(guarded, token=BOB, session=ann.session, after_seq=0, epoch="x") as bob:
        connected = cast(messages.Connect, bob.seen[0])
        assert connected.session != ann.session and connected.user == "bob"
        assert isinstance(await ann.client.request(messages.Ping()), messages.Pong)


async def test_the_same_key_of_two_users_is_two_jobs(http, ann: Ann):
    pushed = await http.post("/api/push", json={"question": QUESTIONS["run"], "key": "run"})
    assert pushed.json()["id"] not in ann.jobs.values()
    job = (await http.get(f"/api/jobs/{pushed.json()['id']}")).json()
    assert job["user"] == "bob" and job.get("same_as") is None
    assert (await http.post(f"/api/jobs/{job['id']}/cancel")).status_code == 200
    assert await ann.after(http) == ann.before
