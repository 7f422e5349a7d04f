"""The demo hospital's desk for real windows, and real screens to put them on. Run by `make desktop`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.pairing import AuthKind, SignIn, pair
from tests.desktop.people import PIN
from tests.desktop.screen import Screen
from ui.cli.demo.window import feed, first_of
from ui.cli.demo.world import DEMO_COST, HubProcess, World
from ui.cli.line import DeskBox
from ui.cli.place import DEMO_SECRET
from workstation.core import i18n
from workstation.desk import Desk
from workstation.security.station import FileSecret

MINUTES_TO_BUILD = 600


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", type=Path, default=None, help="a folder for pictures of the real window")


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where pictures stay to be looked at."""
    chosen: Path | None = request.config.getoption("--pictures")
    return chosen or tmp_path / "pictures"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test the patience that a real window on a busy computer needs."""
    for item in items:
        item.add_marker(pytest.mark.timeout(MINUTES_TO_BUILD))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The demo hospital, built once and at rest: a hub, and a desk that is joined to it, fed and closed."""
    i18n.set_language("zh_CN")
    made = World(tmp_path_factory.mktemp("hospital") / "world")
    made.fill_hub()
    made.hub.start()
    try:
        desk = open_desk(feed(made, first_of(made, "doctor-attending")), "2001")
        sign_in = SignIn(AuthKind.HUB, "2001", PIN, "desktop")
        pair(made.hub.url, sign_in, DeskBox(desk), desk.store, made.clock)
        desk.close()
    finally:
        made.hub.stop()
    return made


def open_desk(folder: Path, user: str) -> Desk:
    """Open a demo desk for somebody, to lay something ready before the window opens."""
    desk = Desk(folder, station=FileSecret(folder / DEMO_SECRET), cost=DEMO_COST)
    desk.unlock(user, PIN)
    return desk


@pytest.fixture
def desk_folder(world: World, tmp_path: Path) -> Iterator[Path]:
    """A desk that this test may write into, with a hub of its own running."""
    copied = Path(shutil.copytree(world.folder, tmp_path / "world"))
    hub = HubProcess(copied / "hub")
    hub.url = world.hub.url
    hub.start()
    yield copied / "desk"
    hub.stop()


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
