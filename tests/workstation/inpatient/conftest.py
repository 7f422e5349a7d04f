"""A desk with two wards, their staff, and five people."""

from __future__ import annotations

import pytest

from tests.workstation.inpatient.ward_kit import PEOPLE, MakeDesk, hospital, patient, put
from workstation.desk import Desk


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """Two wards of four beds; the doctor is at work."""
    made = make_desk("doc")
    put(made, *hospital(), *(patient(id_) for id_ in PEOPLE))
    return made
