"""Clients do what they like in random order: what must hold does."""

from hypothesis import Phase, settings

from tests.machine import Machine

TestAnyOrder = Machine.TestCase
TestAnyOrder.settings = settings(
    max_examples=15,
    stateful_step_count=30,
    phases=(Phase.generate,),  # to shrink takes minutes: `scripts/soak stateful` does
)
