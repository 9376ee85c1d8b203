"""Let clients do what they like in random order, for long, and hold what they are told against the rules.

The suite runs a little of the same machine (`tests/machine.py`). What breaks a rule is shortened to the fewest steps.

    python -m bench.soak.stateful [--examples 300] [--steps 60] [--seed 1]
"""

import argparse
import logging
import random
import time

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine import Machine


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--examples", type=int, default=300)
    options.add_argument("--steps", type=int, default=60)
    options.add_argument("--seed", type=int, default=random.randrange(2**32))
    chosen = options.parse_args()
    logging.disable()  # jobs crash because they are told to
    print(f"seed {chosen.seed}", flush=True)
    began = time.monotonic()
    run_state_machine_as_test(
        seed(chosen.seed)(Machine),
        settings=settings(
            max_examples=chosen.examples,
            stateful_step_count=chosen.steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{chosen.examples} orders of up to {chosen.steps} steps in {time.monotonic() - began:.0f} s: no rule broken")


if __name__ == "__main__":
    main()
