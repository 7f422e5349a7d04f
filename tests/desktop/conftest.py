"""The demo hospital's desk for real windows, and real screens to put them on. Run by `make desktop`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.desktop.people import PIN
from tests.desktop.screen import Screen
from sync.pairing import AuthKind, SignIn, pair
from ui.cli.demo.window import feed, first_of
from ui.cli.demo.world import DEMO_COST, World
from ui.cli.frame import DEMO_SECRET
from ui.cli.line import DeskBox
from workstation.core import i18n
from workstation.desk import Desk
from workstation.security.station import FileSecret

MINUTES_TO_BUILD = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test the patience that a real window on a busy computer needs."""
    for item in items:
        item.add_marker(pytest.mark.timeout(MINUTES_TO_BUILD))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo hospital: its hub is running, its desk is fed and closed."""
    i18n.set_language("zh_CN")
    made = World(tmp_path_factory.mktemp("hospital") / "world")
    made.fill_hub()
    made.hub.start()
    folder = feed(made, first_of(made, "doctor-attending"))
    assert made.hospital.pin == PIN
    desk = open_desk(folder, "2001")
    pair(made.hub.url, SignIn(AuthKind.HUB, "2001", PIN, "desktop"), DeskBox(desk), desk.store, made.clock)
    desk.close()
    yield made
    made.hub.stop()


def open_desk(folder: Path, user: str) -> Desk:
    """Open a demo desk for somebody, to lay something ready before the window opens."""
    desk = Desk(folder, station=FileSecret(folder / DEMO_SECRET), cost=DEMO_COST)
    desk.unlock(user, PIN)
    return desk


@pytest.fixture
def desk_folder(world: World, tmp_path: Path) -> Path:
    """A copy of the demo desk that this test may write into."""
    return Path(shutil.copytree(world.folder / "desk", tmp_path / "desk"))


@pytest.fixture
def make_screen(tmp_path: Path) -> Iterator[Callable[..., Screen]]:
    """Open a screen; it is closed after the test with everything on it, and leaves its last picture."""
    made: list[Screen] = []
    with ExitStack() as stack:

        def make(size: str = "1366x768", **extra: str) -> Screen:
            screen = stack.enter_context(Screen(tmp_path / f"home-{size}", size, extra))
            made.append(screen)
            return screen

        yield make
        for screen in made:
            screen.picture(tmp_path / f"last-{screen.size}.png")
