"""A walk over every surface of the window: each control has a name, a size to hit, and a place in the focus order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from tests.ui.accessibility import nameless, too_small
from tests.ui.screens import grab, settle
from ui.context import PatientContext
from ui.shell import Shell
from ui.theme import theme
from ui.widgets.overlay import Overlay, focus_stops
from workstation.core.settings import LANGUAGE

SURFACES: dict[str, Callable[[Shell], None]] = {
    "chart": lambda shell: None,
    "palette": lambda shell: shell.open_palette(),
    "settings": lambda shell: shell.open_settings(),
    "keys": lambda shell: shell.open_keys(),
    "locked": lambda shell: shell.lock(),
}


@pytest.fixture
def with_charts(shell: Shell) -> Shell:
    shell.open_chart(PatientContext("p4", "张玮"))
    shell.open_chart(PatientContext("p1", "欧阳建国"))
    settle(shell)
    return shell


@pytest.mark.parametrize("surface", sorted(SURFACES))
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_control_has_a_name_and_a_size_to_hit(with_charts: Shell, surface: str, language: str) -> None:
    with_charts.change(LANGUAGE, language)
    SURFACES[surface](with_charts)
    settle(with_charts)
    assert nameless(with_charts) == []
    assert too_small(with_charts) == []


@pytest.mark.parametrize("surface", sorted(SURFACES))
def test_tab_walks_over_every_control_in_a_circle(with_charts: Shell, surface: str) -> None:
    SURFACES[surface](with_charts)
    settle(with_charts)
    overlays = [each for each in with_charts.findChildren(Overlay) if each.isVisible()]
    root = overlays[0] if overlays else with_charts
    stops = focus_stops(root)
    stops[0].setFocus(Qt.FocusReason.TabFocusReason)
    seen = [QApplication.focusWidget()]
    for _step in range(len(stops) - 1):
        root.focusNextPrevChild(True)
        seen.append(QApplication.focusWidget())
    reached = {id(widget) for widget in seen} | {id(widget) for widget in stops if _by_arrows(widget)}
    assert reached == {id(widget) for widget in stops}


def _by_arrows(widget: QWidget) -> bool:
    """Say whether arrows lead here: one of a group of which only the chosen one is a stop for Tab."""
    return isinstance(widget, QAbstractButton) and (widget.autoExclusive() or widget.group() is not None)


def ring(picture: QImage) -> int:
    """Count the pixels of the focus ring."""
    color = theme().color("focus")
    return sum(
        picture.pixelColor(x, y) == color
        for x in range(0, picture.width(), 2)
        for y in range(0, picture.height(), 2)
    )


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_focus_can_be_seen_wherever_it_is(with_charts: Shell, mode: str) -> None:
    from ui.widgets.buttons import button

    theme().apply(QApplication.instance(), mode, "comfortable", 100)  # type: ignore[arg-type]
    made = button("Preview", parent=with_charts)
    made.show()
    made.setFocus(Qt.FocusReason.TabFocusReason)
    focused = ring(made.grab().toImage())
    made.clearFocus()
    assert focused > ring(made.grab().toImage())


@pytest.mark.parametrize("size", [QSize(1366, 768), QSize(1920, 1080)])
def test_the_window_fits_its_smallest_screen_at_every_text_size(with_charts: Shell, size: QSize) -> None:
    for scale in (90, 100, 125, 150):
        picture = grab(with_charts, size, scale=scale)
        assert picture.size() == size


def test_severities_can_be_told_apart_without_colour(app: QApplication) -> None:
    words = {
        name: theme().state(name).word for name in ("stop", "warn", "caution", "note", "done", "not_checked")
    }
    icons = {theme().state(name).icon for name in words}
    assert len(set(words.values())) == len(words) == len(icons)
