"""The window on a real, encrypted desk: unlock, type, lock, and find the typing again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from ui.compose import compose
from ui.context import Context, PatientContext
from ui.page import Page
from ui.shell import Shell
from ui.shell_parts.specs import PageSpec, WindowSpec
from ui.widgets.banner import BannerData
from workstation.core.drafts import Draft
from workstation.desk import Desk


class Memo(Page):
    """The smallest page that keeps a draft."""

    id = "memo"
    draft_kind = "memo"

    def __init__(self, ctx: Context, patient: PatientContext | None = None) -> None:
        super().__init__(ctx, patient)
        self.editor = QPlainTextEdit()
        self.editor.setAccessibleName("Memo")
        self.watch(self.editor)
        self.content.addWidget(self.editor)

    def draft_body(self) -> dict[str, object]:
        return {"text": self.editor.toPlainText()}

    def restore_draft(self, draft: Draft) -> None:
        self.editor.setPlainText(draft.body["text"])


SPEC = WindowSpec(
    pages=(PageSpec("memo", "Memo", "file-text", Memo, bound=True),),
    banner=lambda _desk, patient: BannerData(patient.id, patient.name, "女", "1970-01-01", "56岁", "1"),
)
PIN = "246810"


@pytest.fixture
def window(app: QApplication, make_desk: Callable[..., Desk], qtbot: QtBot) -> Iterator[Shell]:
    desk = make_desk("doc")
    desk.lock()
    shell, tasks = compose(app, desk, desk.clock, SPEC)
    with qtbot.waitActive(shell):
        shell.show()
        shell.activateWindow()
    unlock(shell, qtbot, "doc")
    yield shell
    shell.close()
    assert tasks.drain()
    tasks.close()
    shell.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def unlock(shell: Shell, qtbot: QtBot, user: str) -> None:
    shell.lock_screen.choose(user)
    shell.lock_screen.secret.setText(PIN)
    shell.lock_screen.enter.click()
    qtbot.waitUntil(lambda: not shell.locked)


def memo(shell: Shell) -> Memo:
    assert shell.frame is not None
    page = shell.frame.workspace.front_page()
    assert isinstance(page, Memo)
    return page


def open_chart(shell: Shell, qtbot: QtBot, patient: PatientContext) -> None:
    """Open a chart; its page comes when the banner has said whose it is."""
    shell.open_chart(patient)
    workspace = shell.frame.workspace
    qtbot.waitUntil(lambda: workspace.front_page() is not None)
    assert workspace.banner.data().patient == patient.id


def test_a_chart_names_its_patient_before_anything_else_of_it_is_shown(window: Shell, qtbot: QtBot) -> None:
    window.open_chart(PatientContext("p1", "欧阳建国"))
    workspace = window.frame.workspace
    assert workspace.banner.data().name == "欧阳建国"
    assert workspace.front_page() is None
    qtbot.waitUntil(lambda: workspace.front_page() is not None)
    memo(window).editor.setFocus()
    QTest.keyClicks(memo(window).editor, "of Ouyang")
    window.open_chart(PatientContext("p4", "张玮"))
    assert workspace.banner.data().name == "张玮"
    assert not any(page.isVisible() for page in workspace.pages())
    qtbot.waitUntil(lambda: workspace.front_page() is not None)
    assert memo(window).isVisible()


def test_typing_survives_lock_user_switch_and_return(window: Shell, qtbot: QtBot) -> None:
    patient = PatientContext("p1", "欧阳建国")
    open_chart(window, qtbot, patient)
    memo(window).editor.setFocus()
    QTest.keyClicks(memo(window).editor, "fever")
    window.lock()
    assert window.locked
    qtbot.waitUntil(lambda: window.ctx.desk.actor is None)
    unlock(window, qtbot, "nurse")
    open_chart(window, qtbot, patient)
    assert memo(window).editor.toPlainText() == ""
    window.lock("switch")
    unlock(window, qtbot, "doc")
    open_chart(window, qtbot, patient)
    qtbot.waitUntil(lambda: memo(window).editor.toPlainText() == "fever")


def test_a_wrong_pin_is_told_with_the_tries_left(window: Shell, qtbot: QtBot) -> None:
    window.lock()
    window.lock_screen.unlock_requested.emit("doc", "000000")
    qtbot.waitUntil(lambda: bool(window.lock_screen.message()))
    assert window.locked
    assert "4" in window.lock_screen.message()
