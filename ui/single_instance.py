"""One window per desk folder: a second start raises the first window and ends."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

WAIT_MS = 500
RAISE = b"raise\n"


def channel(folder: Path) -> str:
    """Give the name under which the window of a desk folder listens; it tells nothing about the folder."""
    return "qingnang-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]


class SingleInstance(QObject):
    """Listens for a second start. `claim` says whether this is the first."""

    raised = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = channel(folder)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._knock)

    def claim(self) -> bool:
        """Become the one window of this folder; or knock at the one there is and say no."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(WAIT_MS):
            socket.write(RAISE)
            socket.waitForBytesWritten(WAIT_MS)
            socket.disconnectFromServer()
            return False
        QLocalServer.removeServer(self._name)  # left behind by a crash
        return bool(self._server.listen(self._name))

    @Slot()
    def _knock(self) -> None:
        socket = self._server.nextPendingConnection()
        if socket is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.raised.emit()

    def release(self) -> None:
        """Stop listening."""
        self._server.close()
