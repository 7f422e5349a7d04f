"""Opening one desk's encrypted database: one writer, many read-only readers.

SQLCipher is given the raw 256-bit key (0.6 ms; deriving it is the vault's work). A file that is not encrypted, or
that the key does not open, is never touched, replaced or recreated.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from workstation.core.errors import UserError
from workstation.core.i18n import _
from workstation.store import schema

T = TypeVar("T")
PLAIN_HEADER: Final = b"SQLite format 3\x00"
_HEX_KEY = re.compile(r"[0-9a-f]{64}")


class WrongKey(UserError):
    """The key does not open this database; nothing was changed."""

    code = "wrong-key"


class NotEncrypted(UserError):
    """A plain file lies where an encrypted one belongs; nothing was changed."""

    code = "not-encrypted"


class NewerDatabase(UserError):
    """The database was written by a newer version of the program."""

    code = "newer-database"


class Engine:
    """The open database of one desk."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key.hex()
        if not _HEX_KEY.fullmatch(self._key):
            raise ValueError("the database key must be 32 bytes")
        self._writing = threading.RLock()
        self._thread_name = f"desk-writer-{id(self):x}"
        self._thread = ThreadPoolExecutor(1, self._thread_name)
        self._writer = self._make(read_only=False)
        self._readers = self._make(read_only=True)

    @classmethod
    def open(cls, path: Path, key: bytes) -> Engine:
        """Open an existing database and bring it to the latest schema.

        Raises FileNotFoundError, NotEncrypted, WrongKey or NewerDatabase; in each case the file stays as it was.
        """
        if not path.exists():
            raise FileNotFoundError(path)
        _refuse_plain(path)
        engine = cls(path, key)
        try:
            engine._check_key()
            engine._migrate()
        except BaseException:
            engine._dispose()
            raise
        return engine

    @classmethod
    def create(cls, path: Path, key: bytes) -> Engine:
        """Make a new database. Raises FileExistsError when anything is there already."""
        if path.exists():
            raise FileExistsError(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        engine = cls(path, key)
        engine._migrate()
        return engine

    def close(self) -> None:
        """Fold the write-ahead log into the file and close every connection."""
        self._dispose()
        last = self._connect(self.path, self._key, read_only=False)
        last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        last.close()

    def _dispose(self) -> None:
        self._thread.shutdown(wait=True)
        self._readers.dispose()
        self._writer.dispose()

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Queue a job on the one thread that writes."""
        return self._thread.submit(job)

    def run(self, job: Callable[[], T]) -> T:
        """Run a job on the one thread that writes, and wait for it."""
        if threading.current_thread().name.startswith(self._thread_name):
            return job()
        return self.submit(job).result()

    def write(self, act: Callable[[sa.Connection], T]) -> T:
        """Run an act in one write transaction on the one thread that writes; what it raises rolls everything back."""

        def transaction() -> T:
            with self.writing() as connection:
                return act(connection)

        return self.run(transaction)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One write transaction (BEGIN IMMEDIATE): commits at the end, rolls back on any error."""
        with self._writing, self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent view for reading; cannot write."""
        with self._readers.begin() as connection:
            yield connection

    def backup(self, target: Path, key: bytes) -> None:
        """Copy the whole database, consistently and encrypted with `key`, to a new file."""
        if target.exists():
            raise FileExistsError(target)
        copy = self._connect(target, key.hex(), read_only=False)
        source = self._connect(self.path, self._key, read_only=True)
        try:
            source.backup(copy)
        finally:
            source.close()
            copy.close()

    def integrity_problems(self) -> list[str]:
        """Give what SQLite and SQLCipher find wrong with the file; empty when all is well."""
        with self.reading() as connection:
            cipher = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")]
            plain = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        return cipher + [line for line in plain if line != "ok"]

    def _make(self, read_only: bool) -> sa.Engine:
        engine = sa.create_engine(
            "sqlite+pysqlite://",
            creator=lambda: self._connect(self.path, self._key, read_only),
            module=sqlcipher,
            poolclass=QueuePool,
            hide_parameters=True,  # an error message must not quote a record into a log
            pool_size=1 if not read_only else 6,
            max_overflow=0 if not read_only else 10,
            pool_reset_on_return=None if read_only else "rollback",
        )
        begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

        @sa.event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine

    @staticmethod
    def _connect(path: Path, key: str, read_only: bool) -> Any:
        connection = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False, timeout=30)
        for pragma in (
            f"key = \"x'{key}'\"",
            "cipher_log_level = none",
            "journal_mode = wal",
            "synchronous = full",
            "foreign_keys = on",
            "cache_size = -65536",
            "temp_store = memory",
            f"query_only = {'on' if read_only else 'off'}",
        ):
            try:
                connection.execute(f"PRAGMA {pragma}")
            except sqlcipher.DatabaseError as error:
                connection.close()
                raise wrong_key() from error
        return connection

    def _check_key(self) -> None:
        with self.reading() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")

    def _migrate(self) -> None:
        with self.reading() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version > schema.LATEST:
            raise NewerDatabase(
                _("This desk's database was written by a newer version of Qingnang."),
                _("Nothing was changed. Install the newer version on this PC."),
            )
        if version == schema.LATEST:
            return
        if version:
            self._rehearse(version)
        self._run_migrations(version)

    def _rehearse(self, version: int) -> None:
        copy = self.path.with_suffix(".rehearsal")
        for leftover in self.path.parent.glob(copy.name + "*"):
            leftover.unlink()
        self.backup(copy, bytes.fromhex(self._key))
        rehearsal = Engine(copy, bytes.fromhex(self._key))
        try:
            rehearsal._run_migrations(version)
            problems = rehearsal.integrity_problems()
            if problems:
                raise RuntimeError(f"the migration rehearsal failed: {problems[0]}")
        finally:
            rehearsal.close()
            for leftover in self.path.parent.glob(copy.name + "*"):
                leftover.unlink()

    def _run_migrations(self, version: int) -> None:
        with self.writing() as connection:
            for statements in schema.MIGRATIONS[version:]:
                for statement in statements:
                    connection.exec_driver_sql(statement)
            connection.exec_driver_sql(f"PRAGMA user_version = {schema.LATEST}")


def wrong_key() -> WrongKey:
    """Say politely that the key does not fit."""
    return WrongKey(
        _("This key does not open the desk's database."),
        _("Nothing was changed. Check the password, or restore a backup of this desk."),
    )


def _refuse_plain(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(len(PLAIN_HEADER)) == PLAIN_HEADER:
            raise NotEncrypted(
                _("The file in the desk's place is not encrypted: {name}", name=path.name),
                _("It was left as it is. Move it away, or restore a backup of this desk."),
            )


Readings = Callable[[str], tuple[str, ...]]
