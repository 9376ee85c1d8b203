"""A tenth of `bench.soak.churn`."""

from bench.soak import churn


async def test_clients_that_stay_are_told_every_event_once_and_in_order_while_others_come_and_go(tmp_path):
    report = await churn.run(20, 100, seed=3, folder=tmp_path)
    assert report.moves >= 100 and report.visits > 0 and report.told > 10 * report.moves
    assert report.faults == []
