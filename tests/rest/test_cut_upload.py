"""An upload that is cut leaves nothing behind: seen from outside, in the files that the server's process holds open."""

import os
import sys
from pathlib import Path

import pytest

from tests.connections import connected
from tests.serving import DEAF, Served, serving
from tests.waiting import until

PART = 3_000_000
"""More than stays in memory, less than what is announced."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process holds open")


def temporary_files(served: Served, folder: Path) -> list[str]:
    """Return the files in a folder that the process holds open; those without a name end with "(deleted)"."""
    found = []
    for link in Path(f"/proc/{served.process.pid}/fd").iterdir():
        try:
            target = os.readlink(link)
        except FileNotFoundError:
            continue
        if target.startswith(str(folder)):
            found.append(target)
    return found


def nameless(file: str) -> bool:
    return file.endswith("(deleted)")


def form(boundary: str) -> tuple[str, bytes]:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    return f"multipart/form-data; boundary={boundary}", head.encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    temporary = tmp_path_factory.mktemp("temporary")
    with serving(
        tmp_path_factory.mktemp("data"),
        "stt.engine=embedded",
        "tts.engine=embedded",
        environment={"TMPDIR": str(temporary)},
        module=DEAF,
    ) as served:
        yield served, temporary


@pytest.mark.parametrize(
    ("path", "kind", "head"),
    [
        ("/api/upload-and-transcribe-wav", *form("x")),
        ("/api/upload-and-transcribe-mp3", "audio/mpeg", b"ID3\x00"),
    ],
)
async def test_an_upload_that_is_cut_lets_its_file_go_at_once(server, path: str, kind: str, head: bytes):
    served, temporary = server
    host, port = served.url.removeprefix("http://").split(":")
    async with connected(host, int(port)) as (_, writer):
        length = 2 * PART
        writer.write(f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\n".encode())
        writer.write(f"Content-Length: {length}\r\n\r\n".encode() + head + bytes(PART))
        await writer.drain()
        await until(lambda: any(map(nameless, temporary_files(served, temporary))))  # the folder was tried by then
        assert [name for name in temporary_files(served, temporary) if not nameless(name)] == []
        writer.transport.abort()
    await until(lambda: not temporary_files(served, temporary))
