"""The hub's store: opens the file, knows its codes and hands out readers and the one writer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from sync.hub import keyfile
from sync.hub.store import schema
from sync.hub.store.codec import Codec, shipped_dictionary
from sync.hub.store.engine import Database
from sync.hub.store.reader import Reader
from sync.hub.store.rows import parameters
from sync.hub.store.writer import Writer
from sync.hub.validation import TYPES
from workstation.core.errors import Unavailable
from workstation.core.i18n import _

FILE: Final = "hub.db"


class Store:
    """One hub's records. Threads may share it."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self.database = Database(path, key)
        self.on_commit: Callable[[int], None] = lambda _sequence: None
        self._names: dict[int, str] = {}
        self._codes: dict[str, int] = {}
        self._params: dict[tuple[str, str], int] = {}
        self._meta: dict[str, bytes] = {}
        try:
            self._prepare()
        except BaseException:
            self.database.close()
            raise

    @classmethod
    def open(cls, data: Path, key_file: Path | None = None) -> Store:
        """Open the hub of a data folder, or make it. Raises Invalid or Unavailable, changing nothing, if it cannot."""
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = data / FILE
        key = keyfile.load_or_create(key_file or keyfile.default_path(data), data, path.exists())
        return cls(path, key)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One consistent view."""
        with self.database.reading() as connection:
            yield Reader(self, connection)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """One write transaction; whoever waits for changes is told after it has committed."""
        with self.database.writing() as connection:
            writer = Writer(self, connection)
            yield writer
        if writer.changed:
            self.on_commit(writer.latest)

    def sequence(self) -> int:
        """Give the number of the latest change, also when another process made it."""
        with self.reading() as reader:
            return reader.sequence()

    def code(self, kind: str) -> int:
        """Give the number of a resource type; -1, which nothing has, for a type that is none."""
        return self._codes.get(kind, -1)

    def name(self, code: int) -> str:
        """Give the resource type of a number."""
        return self._names[code]

    def param(self, kind: str, name: str) -> int:
        """Give the number of a search parameter of a type."""
        return self._params[kind, name]

    def meta(self, name: str) -> bytes:
        """Give a fact about this database: `id`, `dictionary`, `cursor-key`."""
        return self._meta[name]

    def _prepare(self) -> None:
        with self.database.writing() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version > schema.LATEST:
                raise Unavailable(
                    _("The hub's data was written by a newer version of Qingnang."),
                    _("Nothing was changed. Install the newer version on this server."),
                )
            if version == 0:
                _create(connection)
            self._load(connection)
            stale = self._number_params(connection)
            if stale:
                Writer(self, connection).reindex()

    def _load(self, connection: sa.Connection) -> None:
        self._names = {row.code: row.name for row in connection.execute(sa.select(schema.kind))}
        self._codes = {name: code for code, name in self._names.items()}
        self._meta = {row.name: row.value for row in connection.execute(sa.select(schema.meta))}
        self.codec = Codec(self._meta["dictionary"])

    def _number_params(self, connection: sa.Connection) -> bool:
        wanted = {
            (kind, name): f"{form} {paths}"
            for kind in self._codes
            for name, (form, paths) in parameters(kind).items()
        }
        rows = connection.execute(sa.select(schema.param)).all()
        self._params = {(self._names[row.kind], row.name): row.code for row in rows}
        missing = [{"kind": self._codes[k], "name": n} for k, n in wanted if (k, n) not in self._params]
        if missing:
            connection.execute(sa.insert(schema.param), missing)
            rows = connection.execute(sa.select(schema.param)).all()
            self._params = {(self._names[row.kind], row.name): row.code for row in rows}
        text = repr(sorted(wanted.items())).encode()
        if self._meta.get("params") == text:
            return False
        connection.execute(sa.delete(schema.meta).where(schema.meta.c.name == "params"))
        connection.execute(sa.insert(schema.meta), {"name": "params", "value": text})
        return True


def _create(connection: sa.Connection) -> None:
    schema.metadata.create_all(connection)
    connection.execute(sa.insert(schema.kind), [{"name": name} for name in sorted(TYPES)])
    facts = {
        "id": secrets.token_hex(16).encode(),
        "dictionary": shipped_dictionary(),
        "cursor-key": secrets.token_bytes(32),
    }
    connection.execute(sa.insert(schema.meta), [{"name": n, "value": v} for n, v in facts.items()])
    connection.exec_driver_sql(f"PRAGMA user_version = {schema.LATEST}")
