"""A bench: one desk, an outpatient and two inpatients, and a foreign laboratory that writes its reports its own way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.workstation.laboratory.bench import RECORD, Bench
from workstation.core.clock import FixedClock
from workstation.desk import Desk


@pytest.fixture
def bench(make_desk: Callable[..., Desk], clock: FixedClock) -> Bench:
    made = Bench(make_desk("doc"), clock)
    made.put(*RECORD)
    return made
