"""Some answers of `bench.soak.answers`, by the voice whose passages are kept."""

from bench.soak import answers


async def test_answers_are_heard_and_skipped_without_a_fault_and_no_more_is_kept_than_may_be(tmp_path):
    report = await answers.run(60, "humming", tmp_path)
    assert report.faults == []
    assert report.heard >= 40 and report.skipped > 0 and report.answers == 60
    assert 200 < report.cache_kib <= 400_000 / 1_024
    assert len(report.server_mib) > 10 and min(*report.server_mib, *report.engine_mib) > 0


def test_growth_is_told_from_noise():
    steady, growing = answers.Report(at=[100, 200, 300, 400]), answers.Report(at=[100, 200, 300, 400])
    steady.server_mib = steady.engine_mib = [90.0, 100.0, 100.2, 100.1]
    growing.server_mib, growing.engine_mib = [100.0, 100.1, 100.2, 100.3], [1.0] * 4
    assert not growing.is_flat and abs(growing.slope(growing.server_mib) - 1.0) < 1e-6
    assert steady.is_flat
