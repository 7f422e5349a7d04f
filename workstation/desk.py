"""One desk: its folder, its keys, its people, and the two verbs `do` and `ask`.

All writes run on one thread. A locked desk shows and does nothing, but its database stays open so that unsent work
still travels; closing the desk forgets every key.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import orjson
from filelock import FileLock, Timeout

from workstation import modules, verbs
from workstation.core.clock import Clock, SystemClock, parse_instant
from workstation.core.drafts import Draft, DraftInfo, DraftKey
from workstation.core.errors import Denied, Unavailable
from workstation.core.events import Bus, Changed, Link, Locked, Ref, SyncState
from workstation.core.i18n import _
from workstation.core.settings import Scope, Setting
from workstation.security.permissions import Actor, Permission
from workstation.security.station import KeyringSecret, StationSecret
from workstation.security.vault import Cost, Enrolled, Keys, Vault
from workstation.store import accounts, drafts
from workstation.store.accounts import Account
from workstation.store.store import Store
from workstation.terminology.knowledge import Knowledge, load
from workstation.terminology.pinyin import readings

log = logging.getLogger(__name__)
T = TypeVar("T")
V = TypeVar("V", bool, int, float, str)
DATABASE: Final = "desk.db"
VAULT: Final = "vault.json"
PRINTED: Final = "document.print"
MODULES: Final = modules.MODULES  # importing them is what registers their verbs


@dataclass(frozen=True, slots=True)
class UserCard:
    """One person the unlock screen can offer."""

    user: str
    name: str
    role: str
    last_used: datetime | None = None


class Desk:
    """One desk folder, locked until somebody unlocks it."""

    def __init__(
        self,
        folder: Path,
        *,
        station: StationSecret | None = None,
        clock: Clock | None = None,
        bus: Bus | None = None,
        cost: Cost | None = None,
        station_name: str = "",
    ) -> None:
        self.folder = folder
        self.clock = clock or SystemClock()
        self.bus = bus or Bus()
        self.started: datetime = self.clock.now()
        self.station_name = station_name or folder.name
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(folder / "desk.lock", thread_local=False)
        self._take_folder()
        self.vault = Vault(folder / VAULT, station or KeyringSecret(), self.clock, cost)
        self._store: Store | None = None
        self._keys: Keys | None = None
        self._actor: Actor | None = None
        self._knowledge: Knowledge | None = None
        self._sync_state = SyncState(Link.UNPAIRED)
        self.bus.subscribe(SyncState, self._remember_sync_state)

    # --- the folder -------------------------------------------------------------------------------------------

    @property
    def exists(self) -> bool:
        """Say whether this folder holds a desk already."""
        return self.vault.exists

    def create(self, account: Account, secret: str) -> None:
        """Make the desk with its first user. Raises FileExistsError, Invalid."""
        database = self.vault.create()
        try:
            self._enrol(account, secret, database)
            self._store = Store.create(self.folder / DATABASE, database, self.clock, name_keys)
        except BaseException:
            self.vault.discard()
            raise
        self.store.transact(lambda connection: accounts.put(connection, account))

    def add_user(self, account: Account, secret: str) -> None:
        """Enrol one more user, on a desk that is open. Raises Invalid, Denied."""
        if self._keys is None:
            raise Denied(_("Unlock this desk before adding a user."))
        self._enrol(account, secret, self._keys.database)
        self.store.transact(lambda connection: accounts.put(connection, account))

    def close(self) -> None:
        """Finish the writes under way, forget every key and give the folder free."""
        self._actor = self._keys = None
        if self._store is not None:
            self._store.close()
            self._store = None
        self._lock.release()

    @property
    def store(self) -> Store:
        """Give the open store. Raises Denied before the first unlock."""
        if self._store is None:
            raise Denied(_("This desk is locked."))
        return self._store

    @property
    def knowledge(self) -> Knowledge:
        """Give the clinical knowledge of this site, loaded at its first use."""
        if self._knowledge is None:
            override = self.folder / "knowledge"
            self._knowledge = load(override if override.is_dir() else None)
        return self._knowledge

    # --- people -----------------------------------------------------------------------------------------------

    @property
    def actor(self) -> Actor | None:
        """Give who is working here, or None while locked."""
        return self._actor

    def users(self) -> list[UserCard]:
        """Give who can unlock this desk, the latest first."""
        last: dict[str, str] = {}
        if self._store is not None:
            last = {a.user: a.last_used for a in self._store.look(accounts.all_accounts)}
        cards = [
            UserCard(e.user, e.name, e.role, parse_instant(when) if (when := last.get(e.user)) else None)
            for e in self.vault.users()
        ]
        return sorted(cards, key=lambda card: last.get(card.user, ""), reverse=True)

    def unlock(self, user: str, secret: str) -> Actor:
        """Let a user in. Raises NotFound, Denied, WrongKey; a wrong try is counted and audited."""
        failed = self.vault.failures(user) if self.vault.exists else 0
        keys = self.vault.open(user, secret)
        if self._store is None:
            self._store = Store.open(self.folder / DATABASE, keys.database, self.clock, name_keys)
        account = self.store.look(lambda connection: accounts.get(connection, user))
        if account is None:
            raise Denied(_("This account was removed from this desk."), _("Ask the administrator."))
        actor = account.actor(self.station_name)
        now = self.clock.now()
        self.store.transact(lambda connection: accounts.used(connection, user, now))
        detail = f"after {failed} wrong tries" if failed else ""
        self.store.record(actor, "session.unlock", detail=detail)
        self._keys, self._actor = keys, actor
        return actor

    def verify_secret(self, user: str, secret: str) -> None:
        """Check a password or PIN once more, as at signing. Raises Denied."""
        self.vault.open(user, secret)

    def lock(self, reason: str = "user") -> None:
        """Lock: nobody is signed in any more and drafts are sealed; unsent work keeps travelling."""
        actor, self._actor = self._actor, None
        if self._keys is not None:
            self._keys = Keys(self._keys.database, b"")
        if actor is not None:
            self.bus.publish(Locked(actor.name, reason))
            self.store.record(actor, "session.lock", detail=reason)

    # --- the two verbs ----------------------------------------------------------------------------------------

    def do(self, name: str, request: Any) -> Changed:
        """Run a command on the writer thread and wait for its commit.

        Raises UserError for what the user can act on (Denied, Invalid, NeedsReason, NotFound, Conflict).
        """
        return self.submit(name, request).result()

    def submit(self, name: str, request: Any) -> Future[Changed]:
        """Queue a command on the writer thread."""
        verb = verbs.find(verbs.Kind.DO, name)
        actor = self._require()
        actor.require(verb.permission)
        extras = {"knowledge": self.knowledge} if "knowledge" in verb.extras else {}

        def act() -> Changed:
            def run(unit: Any) -> Ref:
                ref: Ref = verb.run(unit, request, **extras)
                return ref

            changed = self.store.write(actor, name, run)
            self.bus.publish(changed)
            return changed

        return self.store.engine.submit(act)

    def ask(self, name: str, request: Any) -> Any:
        """Run a query in the calling thread. Raises UserError as `do` does."""
        verb = verbs.find(verbs.Kind.ASK, name)
        actor = self._require()
        actor.require(verb.permission)
        extras: dict[str, Any] = {}
        if "knowledge" in verb.extras:
            extras["knowledge"] = self.knowledge
        if "now" in verb.extras:
            extras["now"] = self.clock.now()
        if "actor" in verb.extras:
            extras["actor"] = actor
        if verb.audited:
            patient = str(request.patient)
            self.store.record(actor, name, patient)
        with self.store.reader() as reader:
            return verb.run(reader, request, **extras)

    # --- drafts, settings, sync -------------------------------------------------------------------------------

    def save_draft(self, key: DraftKey, body: dict[str, Any]) -> None:
        """Keep the actor's unsigned work; on disk when this returns."""
        actor, secret, now = self._require(), self._draft_key(), self.clock.now()
        self.store.transact(lambda connection: drafts.save(connection, actor.user, secret, key, body, now))

    def load_draft(self, key: DraftKey) -> Draft | None:
        """Give the actor's draft of a page, or None."""
        actor, secret = self._require(), self._draft_key()
        return self.store.look(
            lambda connection: drafts.load(connection, actor.user, secret, key, self.started)
        )

    def drop_draft(self, key: DraftKey) -> None:
        """Throw one of the actor's drafts away."""
        actor = self._require()
        self.store.transact(lambda connection: drafts.drop(connection, actor.user, key))

    def drafts(self) -> list[DraftInfo]:
        """List the actor's drafts, newest first; while locked those of everybody, without their content."""
        author = self._actor.user if self._actor is not None else ""
        return self._store.look(lambda c: drafts.infos(c, author)) if self._store is not None else []

    def setting(self, setting: Setting[V]) -> V:
        """Give a setting's value: the actor's own where it is a user's, else what this desk has for everybody."""
        if self._store is None:
            return setting.default
        kept = self._store.setting(self._setting_key(setting)) or self._store.setting(setting.key)
        return setting.default if kept is None else setting.check(orjson.loads(kept))

    def set_setting(self, setting: Setting[V], value: V) -> None:
        """Keep a setting. Raises ValueError when the value does not fit."""
        text = orjson.dumps(setting.check(value)).decode()
        key = self._setting_key(setting)
        self.store.keep_setting(key, text)

    def printed_before(self, document: str) -> int:
        """Count how often a document was printed on this desk; a paper says so on its copies."""
        return self.store.count_acts(PRINTED, document)

    def printed_each(self, documents: Sequence[str]) -> dict[str, int]:
        """Count the same for each of several documents at once."""
        return self.store.count_each(PRINTED, documents)

    def note_printed(self, document: str, patient: str) -> None:
        """Write into the trail that a document was printed."""
        actor = self._require()
        actor.require(Permission.DOCUMENT_PRINT)
        self.store.record(actor, PRINTED, patient, document)

    def sync_state(self) -> SyncState:
        """Give the last known state of the line to the centre."""
        return self._sync_state

    # --- inner ------------------------------------------------------------------------------------------------

    def _take_folder(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise Unavailable(
                _("This desk is open in another window or program."), _("Use that one, or close it first.")
            ) from error

    def _enrol(self, account: Account, secret: str, database: bytes) -> None:
        self.vault.enrol(Enrolled(account.user, account.name, account.role), secret, database)

    def _require(self) -> Actor:
        if self._actor is None:
            raise Denied(
                _("This desk is locked."), _("Unlock it with your PIN or password; nothing is lost.")
            )
        return self._actor

    def _draft_key(self) -> bytes:
        if self._keys is None or not self._keys.drafts:
            raise Denied(_("This desk is locked."))
        return self._keys.drafts

    def _setting_key(self, setting: Setting[Any]) -> str:
        if setting.scope is Scope.USER and self._actor is not None:
            return f"{setting.key}@{self._actor.user}"
        return setting.key

    def _remember_sync_state(self, state: SyncState) -> None:
        self._sync_state = state


def name_keys(name: str) -> tuple[str, ...]:
    """Give what a name may be found by besides itself: its readings, whole and as initials."""
    found = readings(name)
    return found.full + found.initials
