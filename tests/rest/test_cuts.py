"""Ten of the cuts of `bench.soak.cuts`, and every way to lose history, on a real server behind the proxy."""

from bench.soak import cuts


async def test_a_client_that_is_cut_off_anywhere_resumes_with_what_is_kept(tmp_path):
    report = await cuts.run(10, seed=28, folder=tmp_path)
    assert report.cuts == 10 and report.jobs >= 4
    assert report.resyncs == sum(report.gone.values()) == 3
    assert report.faults == []
