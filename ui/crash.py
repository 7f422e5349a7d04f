"""When something of ours breaks: keep what was typed, log where (never what), tell the user, and go on working."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler

log = logging.getLogger(__name__)
qt_log = logging.getLogger("ui.qt")
LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class CrashGuard(QObject):
    """Catches what nobody caught. `keep` saves every draft at once; `tell` shows the notice on the main thread."""

    _broke = Signal(object)

    def __init__(self, keep: Callable[[], None], tell: Callable[[BaseException], None]) -> None:
        super().__init__()
        self._keep, self._tell = keep, tell
        self._busy = False
        self._broke.connect(self._on_main, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over Python's hooks for uncaught errors and Qt's messages."""
        sys.excepthook = self.caught
        threading.excepthook = self._in_thread
        qInstallMessageHandler(qt_message)

    def release(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Take an error that nobody caught on the main thread."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._broke.emit(error)

    def _in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._broke.emit(args.exc_value)

    @Slot(object)
    def _on_main(self, error: BaseException) -> None:
        """Save, then tell; an error while saving is itself told, once."""
        if self._busy:
            log.error("A second error while telling of the first: %s", type(error).__name__)
            return
        self._busy = True
        try:
            self._keep()
        except Exception as second:  # saving failed too: both must reach the user
            self._tell(second)
        finally:
            self._tell(error)
            self._busy = False


def qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Write Qt's own messages to the log; they name widgets and files, never what stands in them."""
    qt_log.log(LEVELS.get(kind, logging.WARNING), "%s", text)
