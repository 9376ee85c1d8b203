"""Six of the kills of `bench.soak.kills`, on a real server and a real file."""

from bench.soak import kills


async def test_nothing_accepted_is_lost_ends_twice_or_is_spoken_twice_however_the_server_dies(tmp_path):
    report = await kills.run(6, seed=7, folder=tmp_path)
    assert report.rounds == 6 and report.accepted > 12
    assert (report.lost, report.broken, report.damaged) == ([], [], 0)
    assert (report.spoken_twice, report.told_wrongly) == ([], [])
