"""A desk with two wards and three patients in their beds; the ward's nurse is signed in."""

from __future__ import annotations

import pytest

from tests.workstation.vitals.bedside import MakeDesk, furnish
from workstation.desk import Desk


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    made = make_desk("nurse")
    furnish(made)
    return made
