"""A model hub on loopback: enough of its HTTP for the hub's own library, and ours, to list a model and download it."""

import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = 50_000
"""Bytes from which a file is kept as large ones are, by its SHA-256."""


class Hub:
    """What the hub holds, what was asked of it, and how it misbehaves."""

    def __init__(self, model: str, folder: Path) -> None:
        self.model = model
        self.files = {str(file.relative_to(folder)): file for file in sorted(folder.rglob("*")) if file.is_file()}
        self.open = threading.Event()
        """While it is not set, downloads hang."""
        self.open.set()
        self.downloading = threading.Event()
        self.url = ""
        self.connections = 0
        self.asked: list[tuple[str, str]] = []
        """Files that were downloaded, each with the range that was asked for."""
        self.cuts: list[int] = []
        """Bytes after which the next downloads break off."""
        self.stalls: dict[str, int] = {}
        """Bytes of a file after which nothing comes any more, while `open` is not set."""
        self.statuses: dict[str, int] = {}
        """What is answered in place of what a path's end asks for."""
        self.spoiled: set[str] = set()
        """Files of which other bytes come than the hub lists."""
        self.listed: dict[str, int] = {}
        """Sizes that the hub tells in place of the true ones."""
        self.misnamed: dict[str, str] = {}
        """Checksums that the hub tells in place of the true ones."""
        self.ranges = True

    def sum(self, name: str) -> str:
        """Return the name that the cache gives a file."""
        return _sum(self.files[name].read_bytes())


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Say nothing of clients that went."""


@contextmanager
def serving_hub(model: str, folder: Path) -> Iterator[Hub]:
    """Serve one model from a folder."""
    hub = Hub(model, folder)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.open.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def setup(self):
        self.hub.connections += 1
        super().setup()

    def log_message(self, *_):
        """Say nothing."""

    def do_HEAD(self):
        self._answer(body=False)

    def do_GET(self):
        self._answer(body=True)

    def _answer(self, *, body):
        path = self.path.partition("?")[0]
        refused = next((status for end, status in self.hub.statuses.items() if path.endswith(end)), 0)
        if refused:
            self._send(refused, b"{}", {}, body)
        elif not path.removeprefix("/api/models").startswith(f"/{self.hub.model}"):
            self._send(401, b"{}", {"X-Error-Code": "RepoNotFound"}, body)
        elif "/tree/" in path:
            self._send(200, json.dumps([_entry(*item) for item in self.hub.files.items()]).encode(), {}, body)
        elif path.startswith("/api/models/"):
            files = [_sibling(*item) for item in self.hub.files.items()]
            files = [{**file, "size": self.hub.listed.get(file["rfilename"], file["size"])} for file in files]
            files = [{**file, "blobId": self.hub.misnamed.get(file["rfilename"], file["blobId"])} for file in files]
            known = {"id": self.hub.model, "sha": COMMIT, "siblings": files}
            self._send(200, json.dumps(known).encode(), {}, body)
        else:
            self._send_file(path.partition(f"/resolve/{COMMIT}/")[2], body)

    def _send_file(self, name, body):
        data = self.hub.files[name].read_bytes()
        headers = {"ETag": f'"{_sum(data)}"', "X-Repo-Commit": COMMIT}
        if name in self.hub.spoiled:
            data = bytes(len(data))
        if not body:
            self._send(200, data, headers, body)
            return
        asked = self.headers.get("Range", "")
        self.hub.asked.append((name, asked))
        self.hub.downloading.set()
        if not self.hub.stalls:
            self.hub.open.wait()
        start = int(asked.removeprefix("bytes=").removesuffix("-") or 0) if self.hub.ranges else 0
        if start >= len(data) > 0:
            self._send(416, b"", {}, body)
            return
        headers |= {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if self.hub.ranges else {}
        self._send(206 if self.hub.ranges else 200, data[start:], headers, body, name)

    def _send(self, status, data, headers, body, name=""):
        self.send_response(status)
        for header, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(header, value)
        self.end_headers()
        if not body:
            return
        if name in self.hub.stalls:
            self.wfile.write(data[: self.hub.stalls[name]])
            self.hub.open.wait()
            data = data[self.hub.stalls[name] :]
        if len(data) > LARGE and self.hub.cuts:
            self.wfile.write(data[: self.hub.cuts.pop(0)])
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.wfile.write(data)


def _entry(name, file):
    data = file.read_bytes()
    large = {"lfs": {"oid": _sum(data), "size": len(data), "pointerSize": 134}} if len(data) >= LARGE else {}
    return {"type": "file", "path": name, "size": len(data), "oid": _git(data), **large}


def _sibling(name, file):
    data = file.read_bytes()
    large = {"lfs": {"sha256": _sum(data), "size": len(data), "pointerSize": 134}} if len(data) >= LARGE else {}
    return {"rfilename": name, "size": len(data), "blobId": _git(data), **large}


def _sum(data):
    return hashlib.sha256(data).hexdigest() if len(data) >= LARGE else _git(data)


def _git(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
