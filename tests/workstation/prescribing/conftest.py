"""A consultation room on a real desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.workstation.prescribing.room import Room, furnish
from workstation.desk import Desk


@pytest.fixture
def make_room(make_desk: Callable[..., Desk]) -> Callable[..., Room]:
    """Make a room: `make_room(user, patient=..., visit=..., diagnoses=[...], also=[...])`."""

    def make(user: str = "doc", **given: Any) -> Room:
        return furnish(make_desk(user), **given)

    return make


@pytest.fixture
def room(make_room: Callable[..., Room]) -> Room:
    return make_room()
