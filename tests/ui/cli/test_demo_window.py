"""The demo hospital with a window: a fed desk, log-ins to read, and pictures of every main screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from ui.cli.demo import window
from ui.cli.demo.journey import POSTS
from ui.cli.demo.pictures import STATIONS, take_pictures
from ui.cli.demo.world import DEMO_COST, World
from ui.cli.line import sync_now
from ui.cli.place import DEMO_SECRET
from workstation.core import i18n
from workstation.core.settings import LANGUAGE, SITE_NAME
from workstation.desk import Desk
from workstation.queue.model import Waiting
from workstation.security.station import FileSecret

FEW = 30
SCREENS = {
    "first-start",
    "lock",
    "registration",
    "queue",
    "outpatient",
    "palette",
    "preview",
    "pharmacy",
    "sync-centre",
    "ward",
    "inbox",
    "stay",
    "orders",
    "results",
    "tasks",
    "verify",
    "vitals",
    "specimens",
    "administration",
    "temperature-chart",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("demo"), patients=FEW)
    made.fill_hub()
    made.hub.start()
    yield made
    made.hub.stop()


@pytest.mark.timeout(300)
def test_the_demos_desk_is_fed_before_its_window_opens(world: World) -> None:
    folder = window.feed(world, window.first_of(world, "doctor-attending"))
    desk = Desk(folder, station=FileSecret(folder / DEMO_SECRET), cost=DEMO_COST)
    try:
        desk.unlock("2003", world.hospital.pin)
        assert desk.setting(LANGUAGE) == "en", "the language the demo was started in, for everybody"
        assert desk.setting(SITE_NAME) == world.hospital.name
        assert desk.ask("queue.waiting", Waiting(department="internal")).waiting
    finally:
        desk.close()


def test_the_unlock_screen_says_who_can_sign_in(world: World) -> None:
    said = window.log_ins(world).splitlines()
    assert world.hospital.pin in said[0]
    assert len(said) == 1 + len({account.role for account in world.hospital.accounts})
    assert "2001  王敏  Attending doctor" in said
    i18n.set_language("zh_CN")
    assert "2001  王敏  主治医师" in window.log_ins(world)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_pictures_show_every_screen_in_both_languages_and_themes(world: World, tmp_path: Path) -> None:
    for name in {station.desk for station in STATIONS}:
        desk = world.make_desk(name, POSTS[name])
        assert not sync_now(desk, world.box).failed
        desk.close()
    names = take_pictures(world, tmp_path)
    assert {name.split("-zh_CN")[0] for name in names if "zh_CN" in name} == SCREENS
    assert {"outpatient-en-dark-1920x1080.png", "verify-zh_CN-light-1920x1080.png"} <= set(names)
    for name in names:
        picture = QImage(str(tmp_path / name))
        width, height = name.removesuffix(".png").rpartition("-")[2].split("x")
        assert (picture.width(), picture.height()) == (int(width), int(height)), name
    looks = [f"queue-{code}-{mode}-1366x768.png" for code in ("zh_CN", "en") for mode in ("light", "dark")]
    assert len({(tmp_path / name).read_bytes() for name in looks}) == 4
