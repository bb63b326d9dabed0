"""How long the years are: as many sequences, of as many steps, as one asks for."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.years.machine import Years


def run(examples: int, steps: int, *, number: int | None = None, shrinks: bool = True) -> None:
    """Run sequences drawn from a seed `number`, or where it is None the same ones every time.

    Raises what the first sequence that fails raises; its steps, the fewest that still fail where one `shrinks`, are
    printed.
    """
    profile = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=number is None,
        phases=[Phase.generate, Phase.shrink] if shrinks else [Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    run_state_machine_as_test(Years if number is None else seed(number)(Years), settings=profile)
