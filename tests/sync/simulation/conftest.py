"""Simulated hospitals for tests, in a folder of their own; the file of a joined desk is made once for each server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sync.simulation.profiles import PROFILES
from tests.sync.simulation.world import World, room

MakeWorld = Callable[..., World]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder for databases: in memory where there is such a place, for a power cut is simulated above it."""
    with room(tmp_path_factory.mktemp("simulation")) as where:
        yield where


@pytest.fixture
def make_world(folder: Path) -> Iterator[MakeWorld]:
    """Make a hospital at a named server: `make_world("hapi", desks=2, seed=3)`."""
    made: list[World] = []

    def make(profile: str, desks: int = 2, seed: int = 0) -> World:
        made.append(World(PROFILES[profile], folder, desks, seed))
        return made[-1]

    yield make
    for world in made:
        world.close()
