"""A desk's line to its centre: the token box and the service, wired the same for scripts, demo and window."""

from __future__ import annotations

import logging

from sync.auth import KeyringBox, SecretBox
from sync.pairing import open_line
from sync.service import SyncReport, SyncService
from sync.wants import of_role
from workstation.desk import Desk

log = logging.getLogger(__name__)
PREFIX = "secret:"


class DeskBox:
    """Tokens in the operating system's keyring; on a computer without one, in the encrypted database of the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._keyring = KeyringBox()

    def get(self, name: str) -> str:
        """Give a secret, or an empty text."""
        from keyring.errors import KeyringError

        try:
            kept = self._keyring.get(name)
        except KeyringError:
            kept = ""
        return kept or (self._desk.store.setting(PREFIX + name) or "")

    def put(self, name: str, secret: str) -> None:
        """Keep a secret; an empty one removes it."""
        from keyring.errors import KeyringError

        try:
            self._keyring.put(name, secret)
        except KeyringError:
            self._desk.store.keep_setting(PREFIX + name, secret)
        else:
            self._desk.store.keep_setting(PREFIX + name, "")


def service_of(desk: Desk, box: SecretBox | None = None) -> SyncService:
    """Make the service that keeps an unlocked desk and its centre together; not started yet."""
    tokens = box or DeskBox(desk)
    store = desk.store
    wants = of_role(desk.actor.role if desk.actor is not None else "")
    return SyncService(store, lambda: open_line(store, tokens), desk.clock, desk.bus, wants=wants)


def sync_now(desk: Desk, box: SecretBox | None = None) -> SyncReport:
    """Run once in this thread and let go of the line."""
    service = service_of(desk, box)
    try:
        return service.run_once()
    finally:
        service.stop()
