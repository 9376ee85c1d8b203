"""Bodies of uploads: bare, base64, data URLs and forms, honest and not."""

import base64
import itertools
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genie.errors import BadInput, GenieError
from genie.rest.upload import received

LIMIT = 2_000_000
SOUND = b"RIFF" + bytes(range(256)) * 20


async def echo(request: Request) -> Response:
    try:
        async with received(request, LIMIT) as upload:
            data = upload.file.read()
            return Response(data, headers={"x-fields": repr(sorted(upload.fields.items()))})
    except GenieError as error:
        return JSONResponse({"code": error.code, "field": error.field}, error.status)


def client() -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/", echo, methods=["POST"])])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://genie")


async def send(**body: object) -> httpx.Response:
    async with client() as http:
        return await http.post("/", **body)  # type: ignore[arg-type]


async def stream(parts: Iterator[bytes]) -> httpx.Response:
    async def content():
        for part in parts:
            yield part

    return await send(content=content())


def refused(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["code"]


async def test_bare_bytes_are_the_file():
    reply = await send(content=SOUND)
    assert reply.content == SOUND


async def test_base64_is_decoded():
    assert (await send(content=base64.b64encode(SOUND))).content == SOUND


async def test_base64_in_lines_is_decoded():
    assert (await send(content=base64.encodebytes(SOUND).replace(b"\n", b"\r\n"))).content == SOUND


async def test_url_safe_base64_without_padding_is_decoded():
    data = b"\xff\xef\xbe" * 40 + b"x"
    assert (await send(content=base64.urlsafe_b64encode(data).rstrip(b"="))).content == data


async def test_a_data_url_is_decoded():
    assert (await send(content=b"data:audio/mpeg;base64," + base64.b64encode(SOUND))).content == SOUND


async def test_a_short_recording_is_taken_as_it_is():
    assert (await send(content=b"fLaC\x00")).content == b"fLaC\x00"


@settings(max_examples=30)
@given(st.binary(min_size=1, max_size=500), st.integers(1, 70), st.sampled_from([b"", b"data:audio/wav;base64,"]))
async def test_the_size_of_the_parts_makes_no_difference(data: bytes, size: int, prefix: bytes):
    body = prefix + base64.b64encode(data)
    reply = await stream(body[at : at + size] for at in range(0, len(body), size))
    assert reply.content == data


@pytest.mark.parametrize(
    "body",
    [b"A", b"QUJDR", b"QUI=QUJD", b"QQ==" * 40, b"data:audio/wav;base64", b"data:audio/wav,abcd",
     b"data:" + b"x" * 1_000, b"data:audio/wav;base64,QUJD!!!!", b"====", b"QUJDRA==\nQUJD"],
)  # fmt: skip
async def test_broken_base64_is_refused(body: bytes):
    assert refused(await send(content=body)) == (400, "bad_base64")


async def test_base64_that_breaks_in_a_later_part_is_refused():
    assert refused(await stream(iter([b"QUJD" * 100, b"QUJD!", b"QUJD"]))) == (400, "bad_base64")


@pytest.mark.parametrize("body", [b"", b"  \n", b"data:audio/wav;base64,"])
async def test_nothing_is_empty_audio(body: bytes):
    assert refused(await send(content=body)) == (400, "empty_audio")


async def test_a_form_gives_its_file_and_its_fields():
    reply = await send(files={"file": ("a.wav", SOUND)}, data={"prefix": "agent", "language": "en"})
    assert reply.content == SOUND
    assert reply.headers["x-fields"] == "[('language', 'en'), ('prefix', 'agent')]"


async def test_a_form_without_a_file_is_refused():
    for form in ({"files": {"sound": ("a.wav", SOUND)}}, {"files": {"file": (None, "text")}}):
        reply = await send(**form)
        assert refused(reply) == (400, "no_file")
        assert reply.json()["field"] == "file"


async def test_an_empty_file_in_a_form_is_empty_audio():
    assert refused(await send(files={"file": ("a.wav", b"")})) == (400, "empty_audio")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"nothing of the kind"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--x--\r\n"),
    ],
)
async def test_a_broken_form_is_refused(kind: str, body: bytes):
    status, code = refused(await send(content=body, headers={"content-type": kind}))
    assert status == 400
    assert code in ("bad_form", "no_file", "empty_audio")


async def test_two_files_are_one_too_many():
    files = [("file", ("a.wav", SOUND)), ("file", ("b.wav", SOUND))]
    assert refused(await send(files=files)) == (400, "bad_form")


async def test_a_long_field_is_refused():
    reply = await send(files={"file": ("a.wav", SOUND)}, data={"prefix": "x" * 100_000})
    assert refused(reply) == (400, "bad_form")


@pytest.mark.parametrize("wrap", [bytes, base64.b64encode])
async def test_the_limit_counts_the_bytes_of_the_file(wrap):
    whole = bytes(LIMIT)
    assert (await send(content=wrap(whole))).status_code == 200
    assert refused(await send(content=wrap(whole + b"x"))) == (413, "too_large")


async def test_the_limit_counts_the_file_of_a_form():
    assert (await send(files={"file": ("a.wav", bytes(LIMIT))})).status_code == 200
    assert refused(await send(files={"file": ("a.wav", bytes(LIMIT + 1))})) == (413, "too_large")


@pytest.mark.parametrize("part", [b"\x00" * 65_536, b" " * 65_536, b"QUJD" * 16_384])
async def test_an_endless_upload_is_refused_while_it_comes(part: bytes):
    sent = 0

    def parts() -> Iterator[bytes]:
        nonlocal sent
        for _ in itertools.count():
            sent += len(part)
            yield part

    assert refused(await stream(parts())) == (413, "too_large")
    assert sent < 3 * LIMIT


async def test_the_file_is_closed_when_its_use_ends_or_fails():
    kept = []

    async def keep(request: Request) -> Response:
        async with received(request, LIMIT) as upload:
            kept.append(upload.file)
            raise BadInput("not_audio", "no")

    app = Starlette(routes=[Route("/", keep, methods=["POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://genie") as http:
        with pytest.raises(BadInput):
            await http.post("/", content=SOUND)
    assert kept[0].closed
