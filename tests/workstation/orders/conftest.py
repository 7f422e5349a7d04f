"""One patient in a stay, on a desk of the doctor's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.workstation.orders.bedside import Bedside, furnish
from workstation.core.clock import FixedClock
from workstation.desk import Desk


@pytest.fixture
def bedside(make_desk: Callable[..., Desk], clock: FixedClock) -> Bedside:
    return furnish(make_desk(), clock)
