"""What keeps the window safe: idle lock, crashes, one window per desk, Qt's language, a light start."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.crash import CrashGuard, qt_message
from ui.i18n_qt import QtLanguage
from ui.idle import IdleLock
from ui.single_instance import SingleInstance, channel
from workstation.core.i18n import language


def test_an_unwatched_desk_counts_down_for_30_seconds_and_locks(app: QApplication) -> None:
    idle = IdleLock(5)
    told: list[object] = []
    idle.remaining.connect(told.append)
    idle.expired.connect(lambda: told.append("locked"))
    idle.start()
    for seconds in (10, 269, 270, 299, 300):
        idle.look(seconds)
    assert told == [30, 1, -1, "locked"]


def test_any_key_calls_the_countdown_off(app: QApplication, qtbot: QtBot) -> None:
    idle = IdleLock(1)
    idle.install(app)
    told: list[int] = []
    idle.remaining.connect(told.append)
    idle.start()
    idle.look(45)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    QTest.keyClick(window, "a")
    assert told == [15, -1]
    app.removeEventFilter(idle)
    idle.stop()


def test_a_stopped_idle_lock_is_not_woken_by_keys(app: QApplication) -> None:
    idle = IdleLock(1)
    told: list[int] = []
    idle.remaining.connect(told.append)
    idle.touch()
    assert told == []


class Told:
    """Remembers what the guard did, in order."""

    def __init__(self, fail: bool = False) -> None:
        self.did: list[str] = []
        self._fail = fail

    def keep(self) -> None:
        self.did.append("keep")
        if self._fail:
            raise OSError

    def tell(self, error: BaseException) -> None:
        self.did.append(type(error).__name__)


def test_a_crash_keeps_drafts_first_and_tells_then(app: QApplication, qtbot: QtBot) -> None:
    told = Told()
    guard = CrashGuard(told.keep, told.tell)
    guard.caught(ValueError, ValueError("欧阳建国"), None)
    qtbot.waitUntil(lambda: len(told.did) == 2)
    assert told.did == ["keep", "ValueError"]


def test_a_crash_in_a_thread_is_told_on_the_main_thread(app: QApplication, qtbot: QtBot) -> None:
    told = Told()
    guard = CrashGuard(told.keep, told.tell)

    def broken() -> None:
        try:
            raise KeyError("x")
        except KeyError as error:
            guard._in_thread(threading.ExceptHookArgs((KeyError, error, error.__traceback__, None)))

    worker = threading.Thread(target=broken)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: told.did == ["keep", "KeyError"])


def test_a_failure_to_keep_is_told_too(app: QApplication, qtbot: QtBot) -> None:
    told = Told(fail=True)
    guard = CrashGuard(told.keep, told.tell)
    guard.caught(ValueError, ValueError(), None)
    qtbot.waitUntil(lambda: len(told.did) == 3)
    assert told.did == ["keep", "OSError", "ValueError"]


def test_qt_messages_go_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "ui.qt"):
        qt_message(QtMsgType.QtWarningMsg, QMessageLogContext(), "a widget complains")
    assert [record.getMessage() for record in caplog.records] == ["a widget complains"]
    caplog.clear()


def test_a_second_start_raises_the_first_window(app: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.claim()
    first.listen()
    with qtbot.waitSignal(first.raised):
        assert not second.claim()
    first.release()


def test_two_desks_on_one_computer_do_not_meet(app: QApplication, tmp_path: Path) -> None:
    one, other = SingleInstance(tmp_path / "a"), SingleInstance(tmp_path / "b")
    assert one.claim()
    assert other.claim()
    one.release()
    other.release()


def test_a_folder_is_free_again_when_its_window_has_gone(app: QApplication, tmp_path: Path) -> None:
    first, next_one = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.claim()
    first.release()
    assert next_one.claim()
    next_one.release()


def test_the_name_of_the_channel_tells_nothing_about_the_folder(tmp_path: Path) -> None:
    assert tmp_path.name not in channel(tmp_path)
    assert channel(tmp_path) == channel(tmp_path)


def test_qts_own_words_follow_the_language(app: QApplication) -> None:
    switch = QtLanguage(app)
    switch.switch("zh_CN")
    assert language() == "zh_CN"
    assert QApplication.translate("QPlatformTheme", "Cancel") == "取消"
    switch.switch("en")
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


HEAVY = ("reportlab", "pyqtgraph", "sqlalchemy", "httpx", "keyring", "pypinyin", "numpy")


def test_the_window_starts_without_heavy_libraries() -> None:
    script = (
        f"import sys; import ui.compose, ui.shell; print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
