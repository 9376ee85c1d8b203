"""A few seconds of `bench.soak.hours`."""

from bench.soak import hours


async def test_a_mixed_load_is_served_without_a_fault_and_watched(tmp_path):
    samples, done, faults = await hours.run(0.1, tmp_path)
    assert faults == []
    assert done["asked by text"] and done["visits"] and done["rounds over HTTP"]
    assert samples[-1].rss_mib > 0 and samples[-1].wal_kib > 0 and max(sample.tasks for sample in samples) > 10
