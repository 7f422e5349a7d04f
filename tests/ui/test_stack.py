"""What a screen reader can reach in the composed window: the pages, and the sheets that lie over them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

from tests.ui.screens import settle
from ui.context import PatientContext
from ui.shell import Shell
from workstation.core.settings import SCALE


def readable(root: QAccessibleInterface) -> Iterator[str]:
    """Give the name of everything that can be reached from the top by walking down."""
    yield root.text(QAccessible.Text.Name)
    for place in range(root.childCount()):
        child = root.child(place)
        if child is not None and not child.state().invisible:
            yield from readable(child)


def names(widget: QWidget) -> list[str]:
    return list(readable(QAccessible.queryAccessibleInterface(widget)))


@pytest.mark.parametrize("with_chart", [False, True])
def test_sheets_over_the_pages_can_be_read(shell: Shell, with_chart: bool) -> None:
    if with_chart:
        shell.open_chart(PatientContext("p1", "欧阳建国"))
    settle(shell)
    title = SCALE.title
    assert title not in names(shell)
    shell.open_settings()
    settle(shell)
    assert title in names(shell)
