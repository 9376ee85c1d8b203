"""How soon a server answers `/health` after it was started, and how soon its engines serve.

python -m bench.startup [--runs 7]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import httpx

PORT = 7_990
DEADLINE_S = 60.0


def start_once() -> tuple[float, float]:
    """Start a server and return the seconds to the first answer of `/health` and to ready engines."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "genie.cli", "serve", "--port", str(PORT), "--data", folder]
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            live = _wait(began, lambda health: True)
            ready = _wait(began, lambda health: all(e["state"] == "ready" for e in health["engines"].values()))
        finally:
            process.terminate()
            process.wait(20)
    return live, ready


def _wait(began: float, enough: Callable[[dict[str, Any]], bool]) -> float:
    while time.monotonic() - began < DEADLINE_S:
        try:
            if enough(httpx.get(f"http://127.0.0.1:{PORT}/health", timeout=1, trust_env=False).json()):
                return time.monotonic() - began
        except httpx.TransportError:
            pass
        time.sleep(0.01)
    raise TimeoutError(f"no answer within {DEADLINE_S:g} s")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=7)
    runs = [start_once() for _ in range(options.parse_args().runs)]
    for what, values in zip(("exec → /health", "exec → engines ready"), zip(*runs, strict=True), strict=True):
        print(f"{what:24} median {statistics.median(values):.2f} s, from {min(values):.2f} to {max(values):.2f} s")
    print("goal: exec → /health at most 1.5 s")


if __name__ == "__main__":
    main()
