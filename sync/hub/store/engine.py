"""Opening the hub's encrypted file: one writer, many readers, each on a connection of its own.

A file that the key does not open, or that is not encrypted, is left exactly as it was.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from workstation.core.errors import Unavailable
from workstation.core.i18n import _

PLAIN_HEADER: Final = b"SQLite format 3\x00"
READERS: Final = 12
StoreBusy = sa.exc.OperationalError


class Database:
    """One open database file. Raises Unavailable when it cannot be opened with this key."""

    def __init__(self, path: Path, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the database key must be 32 bytes")
        self.path = path
        self._key = key
        self._lock = threading.Lock()
        _refuse_plain(path)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        connect(path, key).close()
        self._writer = self._engine("BEGIN IMMEDIATE", 1, 65536)
        self._reader = self._engine("BEGIN", READERS, 8192)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent view of the database."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One write transaction, alone in this process and, by BEGIN IMMEDIATE, among all processes."""
        with self._lock, self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Fold the write-ahead log into the file and close every connection."""
        with self._lock:
            self._reader.dispose()
            connection = self._writer.raw_connection()
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            self._writer.dispose()

    def copy_to(self, target: Path) -> None:
        """Write a consistent, encrypted copy (same key) while others go on working."""
        source, copy = connect(self.path, self._key), connect(target, self._key, journal="delete")
        try:
            source.backup(copy)
        finally:
            source.close()
            copy.close()

    def _engine(self, begin: str, size: int, cache_kib: int) -> sa.Engine:
        engine = sa.create_engine(
            "sqlite+pysqlite://",
            creator=lambda: connect(self.path, self._key, cache_kib=cache_kib),
            module=sqlcipher,
            poolclass=QueuePool,
            pool_size=size,
            max_overflow=0,
            hide_parameters=True,  # an error message must not quote a record into a log
        )

        @sa.event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine


def connect(path: Path, key: bytes, journal: str = "wal", cache_kib: int = 8192) -> Any:
    """Open one driver connection; the order of these pragmas matters. Raises Unavailable on a wrong key."""
    connection = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False, timeout=60)
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = none")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute(f"PRAGMA journal_mode = {journal}")
    except sqlcipher.DatabaseError as error:
        connection.close()
        raise Unavailable(
            _("The hub's data cannot be opened: {name}", name=path.name),
            _(
                "Nothing was changed. The key does not fit or the file is damaged; check --key-file or use a backup."
            ),
        ) from error
    for pragma in (
        "synchronous = full",
        "foreign_keys = on",
        "temp_store = memory",
        f"cache_size = -{cache_kib}",
        "busy_timeout = 60000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _refuse_plain(path: Path) -> None:
    if not path.exists():
        return
    with path.open("rb") as file:
        if file.read(len(PLAIN_HEADER)) == PLAIN_HEADER:
            raise Unavailable(
                _("The file in the hub's place is not encrypted: {name}", name=path.name),
                _("It was left as it is. Move it away, or start the hub on another folder."),
            )
