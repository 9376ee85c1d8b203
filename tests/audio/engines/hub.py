"""A model hub on loopback: enough of its HTTP for the hub's own library to list a model and download it."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """What the hub holds, and what was asked of it."""

    def __init__(self, model: str, folder: Path) -> None:
        self.model = model
        self.files = {str(file.relative_to(folder)): file for file in sorted(folder.rglob("*")) if file.is_file()}
        self.open = threading.Event()
        """While it is not set, downloads hang."""
        self.open.set()
        self.downloading = threading.Event()
        self.url = ""


@contextmanager
def serving_hub(model: str, folder: Path) -> Iterator[Hub]:
    """Serve one model from a folder."""
    hub = Hub(model, folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
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

    def log_message(self, *_):
        """Say nothing."""

    def do_HEAD(self):
        self._answer(body=False)

    def do_GET(self):
        self._answer(body=True)

    def _answer(self, *, body):
        path = self.path.partition("?")[0]
        if not path.removeprefix("/api/models").startswith(f"/{self.hub.model}"):
            self._send(401, b"{}", {"X-Error-Code": "RepoNotFound"}, body)
        elif "/tree/" in path:
            self._send(200, json.dumps([_entry(*item) for item in self.hub.files.items()]).encode(), {}, body)
        elif path.startswith("/api/models/"):
            known = {"id": self.hub.model, "sha": COMMIT, "siblings": [{"rfilename": name} for name in self.hub.files]}
            self._send(200, json.dumps(known).encode(), {}, body)
        else:
            self._send_file(path.partition(f"/resolve/{COMMIT}/")[2], body)

    def _send_file(self, name, body):
        data = self.hub.files[name].read_bytes()
        if body:
            self.hub.downloading.set()
            self.hub.open.wait()
        self._send(200, data, {"ETag": f'"{_sum(data)}"', "X-Repo-Commit": COMMIT}, body)

    def _send(self, status, data, headers, body):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(data)


def _entry(name, file):
    return {"type": "file", "path": name, "size": file.stat().st_size, "oid": _sum(file.read_bytes())}


def _sum(data):
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
