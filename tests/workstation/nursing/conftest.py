"""A nurse's desk on a furnished ward."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plugins.floor import Ward, furnish
from workstation.core.clock import FixedClock
from workstation.desk import Desk


@pytest.fixture
def floor(make_desk: Callable[..., Desk], clock: FixedClock) -> Ward:
    return furnish(make_desk("nurse"), clock)
