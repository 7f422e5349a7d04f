"""What the window itself can do, as actions; pages add theirs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from ui.actions import Action
from ui.shell_parts.frame import CHARTS, Frame

if TYPE_CHECKING:
    from ui.shell import Shell

REGIONS = ("Region 1", "Region 2", "Region 3", "Region 4")
SLOTS = ("Chart 1", "Chart 2", "Chart 3")


def shell_actions(shell: Shell, frame: Frame) -> list[Action]:
    """Give the window's actions for the state it is in."""
    notices = shell.ctx.notices
    found = [
        Action("palette.open", "Search or command", shell.open_palette, icon="search"),
        Action("desk.lock", "Lock", shell.lock, icon="lock"),
        Action("desk.switch-user", "Switch user", partial(shell.lock, "switch"), icon="users"),
        Action("settings.open", "Settings", shell.open_settings, icon="settings"),
        Action("help.keys", "Keys of this screen", shell.open_keys, hint=False, icon="keyboard"),
        Action("window.full-screen", "Full screen", partial(_full_screen, shell)),
        Action(
            "edit.undo",
            "Undo",
            partial(_undo, shell),
            enabled=lambda: not _text_undo() and not notices.locked,
        ),
    ]
    return found + _chart_actions(frame) + _page_actions(shell, frame)


def _chart_actions(frame: Frame) -> list[Action]:
    workspace = frame.workspace
    found = [Action("go.charts", "Charts", partial(frame.go, CHARTS), hint=False)]
    if workspace.front() is not None:
        found.append(Action("chart.close", "Close the chart", workspace.close_chart, patient_bound=True))
        found.append(Action("tab.next", "Next tab", partial(_step, frame, 1), patient_bound=True))
        found.append(Action("tab.previous", "Previous tab", partial(_step, frame, -1), patient_bound=True))
    for number, title in enumerate(SLOTS, 1):
        if any(chart.slot == number for chart in workspace.charts()):
            found.append(Action(f"slot.{number}", title, partial(workspace.bring, number)))
    return found


def _page_actions(shell: Shell, frame: Frame) -> list[Action]:
    found = frame.opening_actions(shell.open_page)
    page = frame.front_page()
    if page is not None:
        for number, title in enumerate(REGIONS, 1):
            found.append(Action(f"region.{number}", title, partial(page.focus_region, number)))
    return found


def _step(frame: Frame, step: int) -> None:
    pages, chart = frame.bound_ids(), frame.workspace.front()
    if chart is not None and chart.current in pages:
        frame.workspace.show_page(pages[(pages.index(chart.current) + step) % len(pages)])


def _full_screen(shell: Shell) -> None:
    if shell.isFullScreen():
        shell.showNormal()
    else:
        shell.showFullScreen()


def _undo(shell: Shell) -> None:
    shell.ctx.notices.undo_last()


def _text_undo() -> bool:
    """Say whether the field in focus has something of its own to undo: that comes first."""
    widget = QApplication.focusWidget()
    if isinstance(widget, QLineEdit):
        return bool(widget.isUndoAvailable())
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        return bool(widget.document().isUndoAvailable())
    return False
