"""One window per desk folder: a second start raises the first window and ends.

A lock file says whether there is a first window. The network library, which carries the knock, is loaded only by a
second start, and by the first one after its window has been painted.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCryptographicHash, QDir, QLockFile, QObject, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

WAIT_MS: Final = 500
KNOCKS: Final = 6
BETWEEN_KNOCKS_S: Final = 0.25
RAISE: Final = b"raise\n"


def channel(folder: Path) -> str:
    """Give the name under which the window of a desk folder listens; it tells nothing about the folder."""
    name = str(folder.resolve()).encode()
    digest = QCryptographicHash.hash(name, QCryptographicHash.Algorithm.Sha256).data()
    return "qingnang-" + digest.hex()[:24]


class SingleInstance(QObject):
    """Keeps a folder to one window. `claim` says whether this is the first; `listen` then waits for a second start."""

    raised = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = channel(folder)
        self._lock = QLockFile(QDir(QDir.tempPath()).filePath(f"{self._name}.lock"))
        self._lock.setStaleLockTime(0)  # only the end of its process frees a lock, never its age
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Become the one window of this folder; or knock at the one there is and say no.

        Where nobody answers, or no lock can be made, the window opens: the desk itself lets only one program in.
        """
        if self._lock.tryLock(0) or self._lock.error() != QLockFile.LockError.LockFailedError:
            return True
        for knock in range(KNOCKS):
            if knock:
                time.sleep(BETWEEN_KNOCKS_S)  # the first window may not listen yet
            if self._knocked():
                return False
        return True

    def _knocked(self) -> bool:
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        socket.write(RAISE)
        socket.waitForBytesWritten(WAIT_MS)
        socket.disconnectFromServer()
        return True

    def listen(self) -> None:
        """Wait for a second start from now on."""
        from PySide6.QtNetwork import QLocalServer

        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._knock)
        if self._lock.isLocked():
            QLocalServer.removeServer(self._name)  # left behind by a crash
        self._server.listen(self._name)

    @Slot()
    def _knock(self) -> None:
        socket = self._server.nextPendingConnection() if self._server is not None else None
        if socket is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.raised.emit()

    def release(self) -> None:
        """Stop listening, and let another window come."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()
