"""Every test of the line has a hub and stations at hand."""

from __future__ import annotations

from tests.plugins.hub import hub, make_hub
from tests.plugins.stations import make_station

__all__ = ["hub", "make_hub", "make_station"]
