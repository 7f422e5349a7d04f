"""What the owner of the machine does to a hub, its service running or not: users, loading, export, backup, status.

SQLite's write-ahead log lets a second process read and write beside the service; change numbers and times come
from the database, so they stay in order.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Final

import orjson

from sync.hub import audit, auth, keyfile, wire
from sync.hub.auth import OWNER
from sync.hub.load import Loaded, Loader
from sync.hub.server import serving
from sync.hub.store import FILE, Store
from sync.hub.store.accounts import Account
from sync.hub.store.engine import connect
from sync.hub.validation import TYPES
from workstation.core.errors import Conflict, NotFound
from workstation.core.i18n import _

BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class User:
    """An account as it may be shown."""

    name: str
    display: str
    role: str
    practitioner: str
    extra: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """How a hub is. Sizes in bytes; `url` and `uptime` (seconds) are empty when its service does not run."""

    version: str
    hub_id: str
    sequence: int
    resources: dict[str, int]
    size: int
    log_size: int
    users: int
    running: bool
    url: str
    uptime: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands beside a backup: enough to check it and to know which key opens it."""

    version: str
    hub_id: str
    created: str
    sequence: int
    resources: int
    sha256: str
    key_fingerprint: str


@contextmanager
def opened(data: Path, key_file: Path | None = None, create: bool = False) -> Iterator[Store]:
    """Open a hub for one task. Raises NotFound when there is none, unless `create`; Unavailable as Store.open."""
    if not create and not (data / FILE).exists():
        raise NotFound(
            _("There is no hub in this folder: {path}", path=data),
            _("Check --data, or start a hub there first."),
        )
    store = Store.open(data, key_file)
    try:
        yield store
    finally:
        store.close()


def user_add(
    data: Path,
    name: str,
    role: str,
    password: str,
    *,
    display: str = "",
    practitioner: str = "",
    extra: Iterable[str] = (),
    key_file: Path | None = None,
) -> User:
    """Make an account; also in a hub that was never started. Raises Invalid or Conflict."""
    person = Account(name, display or name, role, practitioner, tuple(extra), "", 0)
    with opened(data, key_file, create=True) as store:
        auth.add_user(store, person, password)
    return _user(person)


def user_list(data: Path, key_file: Path | None = None) -> tuple[User, ...]:
    """Give every account by name."""
    with opened(data, key_file) as store, store.reading() as reader:
        return tuple(_user(person) for person in auth.users(reader))


def token_create(data: Path, name: str, key_file: Path | None = None) -> str:
    """Make a bearer token without end for a user. Raises NotFound. Only its hash is kept."""
    with opened(data, key_file) as store:
        return auth.station_token(store, name)


def load(data: Path, files: Iterable[Path], key_file: Path | None = None, validate: bool = True) -> Loaded:
    """Load FHIR files (see `Loader`); also into a hub that was never started. Raises Invalid or NotFound."""
    paths = list(files)
    for path in paths:
        if not path.is_file():
            raise NotFound(_("There is no such file: {path}", path=path), _("Nothing was loaded."))
    with opened(data, key_file, create=True) as store:
        return Loader(store, validate).run(paths)


def export(data: Path, target: Path, types: Iterable[str] = (), key_file: Path | None = None) -> int:
    """Write every current resource in the clear and give their number.

    `target` ends in .json (one Bundle), in .ndjson (one file), or is a folder (one .ndjson file a type). The files
    are readable by their owner alone. Raises Conflict when a file is there already.
    """
    wanted = sorted(set(types) or TYPES)
    with opened(data, key_file) as store:
        if target.suffix == ".json":
            count = _export_bundle(store, target, wanted)
        elif target.suffix == ".ndjson":
            with _private(target) as file:
                count = sum(_export_type(store, kind, file, b"\n") for kind in wanted)
        else:
            count = _export_folder(store, target, wanted)
        with store.writing() as writer:
            audit.record(writer, [audit.entry(OWNER, "hub.export", f"{target.name}: {count}")])
    return count


def backup(data: Path, target: Path, key_file: Path | None = None) -> Manifest:
    """Write an encrypted copy, opened by the same key, and its manifest `<target>.json`. Raises Conflict."""
    if target.exists():
        raise _taken(target)
    with opened(data, key_file) as store:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        store.database.copy_to(target)
        key = keyfile.load_or_create(key_file or keyfile.default_path(data), data, True)
        hub_id = store.meta("id").decode()
    copy = connect(target, key, journal="delete")
    sequence = copy.execute("SELECT coalesce(max(seq), 0) FROM version").fetchone()[0]
    resources = copy.execute("SELECT count(*) FROM resource WHERE deleted = 0").fetchone()[0]
    copy.close()
    manifest = Manifest(
        version=version("qingnang"),
        hub_id=hub_id,
        created=wire.instant(time.time_ns() // 1_000_000),
        sequence=sequence,
        resources=resources,
        sha256=_sha256(target),
        key_fingerprint=hashlib.sha256(key).hexdigest()[:16],
    )
    with _private(target.with_name(target.name + ".json")) as file:
        file.write(orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2))
    return manifest


def status(data: Path, key_file: Path | None = None) -> Status:
    """Look at a hub."""
    with opened(data, key_file) as store, store.reading() as reader:
        counts = reader.counts()
        sequence = reader.sequence()
        users = len(auth.users(reader))
        hub_id = store.meta("id").decode()
        path, log = store.path, store.path.with_name(store.path.name + "-wal")
        size, log_size = path.stat().st_size, log.stat().st_size if log.exists() else 0
    note = serving(data)
    started = (note or {}).get("started")
    uptime = time.time_ns() // 1_000_000_000 - started // 1000 if isinstance(started, int) else None
    url = str((note or {}).get("url", ""))
    running = note is not None
    return Status(version("qingnang"), hub_id, sequence, counts, size, log_size, users, running, url, uptime)


def _user(person: Account) -> User:
    return User(person.name, person.display, person.role, person.practitioner, person.extra)


def _export_folder(store: Store, target: Path, wanted: list[str]) -> int:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    with store.reading() as reader:
        present = reader.counts()
    count = 0
    for kind in wanted:
        if present.get(kind):
            with _private(target / f"{kind}.ndjson") as file:
                count += _export_type(store, kind, file, b"\n")
    return count


def _export_bundle(store: Store, target: Path, wanted: list[str]) -> int:
    count = 0
    with _private(target) as file:
        file.write(b'{"resourceType":"Bundle","type":"collection","entry":[')
        for kind in wanted:
            count += _export_type(store, kind, file, b"", first=count == 0)
        file.write(b"]}\n")
    return count


def _export_type(store: Store, kind: str, file: IO[bytes], end: bytes, first: bool = True) -> int:
    """Write the resources of one type; `end` follows each, or (when empty) they become entries of a Bundle."""
    count, after = 0, 0
    while True:
        with store.reading() as reader:
            records = reader.batch(kind, after, BATCH)
        for record in records:
            if end:
                file.write(record.body + end)
            else:
                comma = b"" if first and count == 0 else b","
                file.write(b'%b{"resource":%b}' % (comma, record.body))
            count += 1
        if len(records) < BATCH:
            return count
        after = records[-1].pk


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise _taken(path) from error
    with os.fdopen(handle, "wb") as file:
        yield file


def _taken(path: Path) -> Conflict:
    return Conflict(
        _("There is already a file here: {path}", path=path), _("It was left as it is. Choose another.")
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
