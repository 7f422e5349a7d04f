"""Desks whose ward and laboratory have something to print."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plugins.floor import Ward
from tests.plugins.floor import furnish as furnish_ward
from tests.workstation.laboratory.bench import RECORD, Bench
from tests.workstation.orders.bedside import Bedside
from tests.workstation.orders.bedside import furnish as furnish_bed
from workstation.core.clock import FixedClock
from workstation.desk import Desk


@pytest.fixture
def floor(make_desk: Callable[..., Desk], clock: FixedClock) -> Ward:
    return furnish_ward(make_desk("nurse"), clock)


@pytest.fixture
def bedside(make_desk: Callable[..., Desk], clock: FixedClock) -> Bedside:
    return furnish_bed(make_desk(), clock)


@pytest.fixture
def bench(make_desk: Callable[..., Desk], clock: FixedClock) -> Bench:
    made = Bench(make_desk("doc"), clock)
    made.put(*RECORD)
    return made
