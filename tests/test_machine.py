"""Clients do what they like in random order: what must hold does."""

from hypothesis import HealthCheck, Phase, settings

from tests.machine import Machine

TestAnyOrder = Machine.TestCase
TestAnyOrder.settings = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # to shrink takes minutes: `scripts/soak stateful` does
    suppress_health_check=[HealthCheck.too_slow],
)
