"""A server is as large as what it holds, not as what it once held."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
from pathlib import Path
from genie.heap import stay_small

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024

if sys.argv[1] == "small":
    assert stay_small()
large = bytearray(20_000_000)
del large  # from now on glibc takes what is smaller from its heap
before = resident()
blocks, kept = [], []
for _ in range(100):
    blocks.append(bytearray(1_000_000))
    blocks[-1][::1_000] = bytes(range(100)) * 10  # it is only there when it is touched
    kept.append(bytearray(2_000))
del blocks
print(resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone keeps its heap so")
def test_what_is_freed_between_what_is_kept_goes_back_to_the_system():
    def grown(how: str) -> int:
        return int(subprocess.run([sys.executable, "-c", SCRIPT, how], check=True, capture_output=True).stdout)

    assert grown("small") < 5
