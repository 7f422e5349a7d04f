"""Journeys go over the line: stations at hand, the hub comes from the plugins of all tests."""

from __future__ import annotations

from tests.plugins.stations import make_station

__all__ = ["make_station"]
