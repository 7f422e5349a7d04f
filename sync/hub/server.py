"""Running a hub: in a thread for a desk or a test, or as the whole of a process."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path
from typing import Final

import orjson
import uvicorn
from filelock import FileLock, Timeout

from sync.hub import log
from sync.hub.app import Hub
from sync.hub.audit import Trail
from sync.hub.auth import Gate
from sync.hub.config import HubConfig
from sync.hub.interactions import Rules
from sync.hub.service import Service
from sync.hub.store import Store
from workstation.core.errors import Conflict, Unavailable
from workstation.core.i18n import _

LOCK: Final = "serving.lock"
NOTE: Final = "serving.json"
START_SECONDS: Final = 30
KEEP_ALIVE_SECONDS: Final = 75
GRACE_SECONDS: Final = 5


class HubServer:
    """One hub on one data folder. `url` is its FHIR base address while it runs."""

    def __init__(self, config: HubConfig) -> None:
        self.config = config
        self.url = ""
        self.port = 0
        self._lock = FileLock(config.data / LOCK, timeout=0, thread_local=False)
        self._thread: threading.Thread | None = None

    def start(self) -> str:
        """Open the data, listen, and give the FHIR base address.

        Raises Invalid for a configuration that cannot work, Conflict when another hub serves this folder,
        Unavailable when the data or the port cannot be opened.
        """
        self.config.check()
        self.config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_lock()
        try:
            self._listen()
        except BaseException:
            self._lock.release()
            raise
        return self.url

    def stop(self) -> None:
        """Finish what is running, write what is waiting, close the data. Safe to call twice."""
        if self._thread is None:
            return
        self._server.should_exit = True
        self._hub.hurry()
        self._thread.join()
        self._thread = None
        self._shut()
        (self.config.data / NOTE).unlink(missing_ok=True)
        self._lock.release()

    @property
    def store(self) -> Store:
        """The open store of a running hub."""
        return self._store

    @property
    def listeners(self) -> int:
        """How many callers wait for changes just now."""
        return self._hub.feed.waiting if self._hub.feed else 0

    def _listen(self) -> None:
        listening = self._bind()
        try:
            self._store = Store.open(self.config.data, self.config.key_file)
        except BaseException:
            listening.close()
            raise
        self._log = log.file_logger(self.config.data / "logs", self._store.meta("id").decode())
        self._trail = Trail(self._store)
        self._trail.start()
        rules = Rules(referential_integrity=self.config.referential_integrity)
        service = Service(self._store, self._trail, rules)
        self._hub = Hub(service, Gate(self._store), self.config, version("qingnang"), self._log)
        started = threading.Event()
        self._hub.on_started = started.set
        try:
            self._server = self._uvicorn()
        except BaseException:
            listening.close()
            self._shut()
            raise
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="hub", daemon=True
        )
        self._thread.start()
        if not started.wait(START_SECONDS):
            raise Unavailable(_("The hub did not start."), _("Its log file says more."))
        self.port = listening.getsockname()[1]
        self.url = self.config.base_url.rstrip("/") or _address(self.port, self.config)
        note = {"url": self.url, "pid": os.getpid(), "started": time.time_ns() // 1_000_000}
        (self.config.data / NOTE).write_bytes(orjson.dumps(note))

    def _uvicorn(self) -> uvicorn.Server:
        config = uvicorn.Config(
            self._hub.asgi,
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="on",
            ws="none",
            loop="asyncio",
            http="h11",
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
            ssl_certfile=self.config.tls_cert,
            ssl_keyfile=self.config.tls_key,
        )
        try:
            config.load()
        except (OSError, ssl.SSLError) as error:
            raise Unavailable(
                _("The TLS certificate or key cannot be used."), _("Check --tls-cert and --tls-key.")
            ) from error
        return uvicorn.Server(config)

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.config.host else socket.AF_INET
        # the protocol is named, or asyncio does not switch Nagle's delay off and each answer waits 40 ms
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if os.name == "posix":
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((self.config.host, self.config.port))
            listening.listen(256)
        except OSError as error:
            listening.close()
            raise Unavailable(
                _("The hub cannot listen on {host}:{port}.", host=self.config.host, port=self.config.port),
                _("Another program uses the port, or the address is not this machine's."),
            ) from error
        return listening

    def _take_lock(self) -> None:
        try:
            self._lock.acquire()
        except Timeout as error:
            raise Conflict(
                _("Another hub is already serving this folder."),
                _("Stop it first, or choose another --data."),
            ) from error

    def _shut(self) -> None:
        self._trail.stop()
        self._store.close()
        log.close(self._log)


def serve_forever(config: HubConfig) -> None:
    """Serve until SIGINT or SIGTERM; prints one line, the FHIR base address, once it listens."""
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: done.set())
    server = HubServer(config)
    sys.stdout.write(server.start() + "\n")
    sys.stdout.flush()
    while not done.wait(1.0):  # a bounded wait, or Windows never delivers the signal
        pass
    server.stop()


def serving(data: Path) -> dict[str, object] | None:
    """Give what a hub that serves this folder says of itself (url, pid, started in ms), or None if none does."""
    lock = FileLock(data / LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        note = data / NOTE
        return dict(orjson.loads(note.read_bytes())) if note.exists() else {}
    lock.release()
    return None


def _address(port: int, config: HubConfig) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.host, config.host)  # noqa: S104 - compared, not bound
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if config.tls else 'http'}://{shown}:{port}/fhir"
