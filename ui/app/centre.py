"""The sync centre of one window: the service that keeps the desk in step, and what its page shows and decides."""

from __future__ import annotations

import shutil
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ui.app.comparing import SAFETY, compared, kind_words
from ui.app.late_desk import LateDesk
from ui.sync_port import Compared, Fresh, ReceivedRow, Standing, SyncView, WorkRow
from workstation.core.clock import parse_instant
from workstation.core.errors import Denied, Unavailable
from workstation.core.events import Changed, Link, Origin, Ref, SyncState
from workstation.core.i18n import _, pick
from workstation.fhir.resources import Resource
from workstation.security.permissions import Actor, Permission, roles

if TYPE_CHECKING:
    from sync.auth import SecretBox
    from sync.centre import Centre, SyncOverview, UnitRow
    from sync.service import SyncService
    from workstation.desk import Desk
    from workstation.store.reader import Reader

RECEIVED: Final = 60
DOMAINS: Final = (
    ("Patient", "Patients"),
    ("Encounter", "Queue and visits"),
    ("MedicationRequest", "Prescriptions"),
    ("Observation", "Measured values"),
    ("AllergyIntolerance", "Allergies"),
    ("Practitioner", "Staff"),
)


@dataclass(frozen=True, slots=True)
class _Exchanged:
    ref: Ref
    at: datetime


class DeskSync:
    """Implements `ui.sync_port.SyncPort` for one late desk. `begin` starts the service; it runs until `stop`."""

    def __init__(
        self,
        late: LateDesk,
        box_of: Callable[[Desk], SecretBox],
        *,
        running: bool = True,
    ) -> None:
        self._late, self._box_of, self._running = late, box_of, running
        self._gate = threading.Lock()
        self._service: SyncService | None = None
        self._box: SecretBox | None = None
        self._latest: deque[_Exchanged] = deque(maxlen=RECEIVED)
        late.bus.subscribe(Changed, self._remember)

    # The service

    def begin(self, desk: Desk) -> None:
        """Start keeping an open desk in step, if that has not happened yet."""
        from ui.cli.line import service_of

        with self._gate:
            if self._service is not None:
                return
            self._service = service_of(desk, self._tokens(desk))
            if self._running:
                self._service.start()
            else:
                self._late.bus.publish(self._standing(desk))

    def _standing(self, desk: Desk) -> SyncState:
        """Say how a desk stands whose service is not running."""
        overview = self._centre(desk).overview()
        link = Link.OFFLINE if overview.centre else Link.UNPAIRED
        complete = self._moment(overview.complete_as_of)
        return SyncState(link, overview.waiting, overview.refused, overview.parked, complete)

    def stop(self) -> None:
        """End the service after the page or unit under way."""
        with self._gate:
            service, self._service = self._service, None
        if service is not None:
            service.stop()

    def _tokens(self, desk: Desk) -> SecretBox:
        if self._box is None:
            self._box = self._box_of(desk)
        return self._box

    @property
    def service(self) -> SyncService:
        """Give the service. Raises Unavailable before the first unlock."""
        if self._service is None:
            raise Unavailable(_("This desk is locked."))
        return self._service

    def _remember(self, changed: Changed) -> None:
        if changed.origin is Origin.SYNC:
            self._latest.extend(_Exchanged(ref, changed.at) for ref in changed.refs[-RECEIVED:])

    # What the page shows

    def view(self) -> SyncView:
        """Give the whole picture."""
        actor, desk = self._actor(Permission.SYNC_READ), self._late.real
        overview = self._centre(desk).overview()
        with desk.store.reader() as reader:
            names = _Names(reader, actor)
            rows = tuple(self._row(unit, actor, names) for unit in overview.units)
            received = tuple(self._received(place, each, names) for place, each in self._exchanged())
        usage = shutil.disk_usage(desk.folder)
        skew = self._skew()
        return SyncView(
            overview.centre,
            overview.software,
            rows,
            received,
            self._fresh(desk, overview),
            self._moment(overview.complete_as_of),
            overview.safe_to_switch_off,
            sum(file.stat().st_size for file in desk.folder.glob("desk.db*")),
            usage.free,
            skew,
        )

    def _centre(self, desk: Desk) -> Centre:
        from sync.centre import Centre

        return Centre(desk.store, desk.bus)

    def _row(self, unit: UnitRow, actor: Actor, names: _Names) -> WorkRow:
        safety = any(entry.type in SAFETY for entry in unit.entries)
        return WorkRow(
            unit.seq,
            _act_words(unit.action),
            names.user(self._late.real, unit.actor),
            names.patient(unit.patient),
            self._moment(unit.created_at) or self._late.clock.now(),
            Standing(unit.standing.value),
            unit.reason,
            self._moment(unit.next_at),
            safety,
            may_decide(actor, safety),
            names.role(self._late.real, unit.actor),
            self._late.station_name,
        )

    def _exchanged(self) -> list[tuple[int, _Exchanged]]:
        return list(enumerate(reversed(list(self._latest))))

    def _received(self, place: int, each: _Exchanged, names: _Names) -> ReceivedRow:
        at = each.at.astimezone(self._late.clock.now().tzinfo)
        return ReceivedRow(
            f"{place} {each.ref}", kind_words(each.ref.type), names.patient(each.ref.patient), at
        )

    def _fresh(self, desk: Desk, overview: SyncOverview) -> tuple[Fresh, ...]:
        everything = overview.freshness.get("history", "")
        found = [
            Fresh(_(words), self._moment(_latest(overview.freshness, kind, everything)))
            for kind, words in DOMAINS
        ]
        edition = str(getattr(desk.knowledge, "version", ""))
        return (*found, Fresh(_("Drug list and rules"), None, edition))

    def _moment(self, stamp: str) -> datetime | None:
        return parse_instant(stamp).astimezone(self._late.clock.now().tzinfo) if stamp else None

    def _skew(self) -> float | None:
        line = self._service.line() if self._service is not None and self._running else None
        return line.client.skew.total_seconds() if line is not None and line.client.skew is not None else None

    def compare(self, seq: int) -> Sequence[Compared]:
        """Give both sides of a conflict."""
        self._actor(Permission.PATIENT_READ)
        found = self._centre(self._late.real).differences(seq)
        with self._late.real.store.reader() as reader:
            sides = [
                compared(d.ref.type, d.base, d.ours, d.theirs, *_changed_by(reader, d.theirs)) for d in found
            ]
        return tuple(
            replace(s, theirs_at=self._here(s.theirs_at), base_at=self._here(s.base_at)) for s in sides
        )

    def _here(self, at: datetime | None) -> datetime | None:
        return at.astimezone(self._late.clock.now().tzinfo) if at is not None else None

    # What the page decides

    def retry(self, seq: int) -> None:
        """Send refused or postponed work again."""
        desk = self._late.real
        self._centre(desk).retry(self._actor(Permission.SYNC_READ), seq)
        self.service.wake(pull=False)

    def keep_ours(self, seq: int, reason: str) -> None:
        """Decide for this desk's version; it is sent again."""
        desk, actor = self._late.real, self._deciding(seq)
        self._centre(desk).keep_ours(actor, seq)
        self._note(desk, actor, seq, reason)
        self.service.wake(pull=False)

    def take_theirs(self, seq: int, reason: str) -> None:
        """Decide for the centre's version; ours stays readable in the log of decisions."""
        desk, actor = self._late.real, self._deciding(seq)
        self._centre(desk).take_theirs(actor, seq)
        self._note(desk, actor, seq, reason)

    def _deciding(self, seq: int) -> Actor:
        actor = self._actor(Permission.SYNC_READ)
        units = self._centre(self._late.real).overview().units
        unit = next((unit for unit in units if unit.seq == seq), None)
        safety = unit is not None and any(entry.type in SAFETY for entry in unit.entries)
        if not may_decide(actor, safety):
            raise Denied(
                _("Safety data waits for a clinician: both versions stay until one decides."),
                _("Nothing was changed. Ask a doctor to open the sync centre on this PC."),
            )
        return actor

    def _note(self, desk: Desk, actor: Actor, seq: int, reason: str) -> None:
        desk.store.record(actor, "sync.decision-reason", detail=f"unit {seq}: {reason}")

    def sync_now(self) -> None:
        """Send and fetch now."""
        self._actor(Permission.SYNC_READ)
        self.service.wake()

    def sign_in(self, user: str, password: str) -> None:
        """Sign this desk in at its centre again."""
        from sync.pairing import SignIn, recall, sign_in_again

        self._actor(Permission.SYNC_READ)
        desk = self._late.real
        profile = recall(desk.store)
        if profile is None:
            raise Unavailable(_("This desk is not joined to a centre."), _("Join it first."))
        asked = SignIn(profile.auth, user, password, desk.station_name)
        sign_in_again(desk.store, self._tokens(desk), asked)
        self.service.reconnect()

    def join(self, url: str, user: str, password: str) -> None:
        """Join this desk to a centre."""
        from sync.pairing import AuthKind, SignIn, pair

        self._actor(Permission.SYNC_MANAGE)
        desk = self._late.real
        kind = AuthKind.HUB if user else AuthKind.NONE
        pair(url, SignIn(kind, user, password, desk.station_name), self._tokens(desk), desk.store, desk.clock)
        self.service.reconnect()

    def export(self, target: Path, passphrase: str) -> None:
        """Write this desk, unsent work included, into one encrypted file."""
        from workstation import backup

        actor = self._actor(Permission.SYNC_READ)
        desk = self._late.real
        try:
            backup.write(desk, target, passphrase)
        except FileExistsError as error:
            raise Unavailable(
                _("There is a file of this name already."), _("Choose another name.")
            ) from error
        except OSError as error:
            raise Unavailable(_("The file could not be written."), _("Choose another folder.")) from error
        desk.store.record(actor, "desk.backup")

    def _actor(self, permission: Permission) -> Actor:
        actor = self._late.actor
        if actor is None:
            raise Denied(_("This desk is locked."))
        actor.require(permission)
        return actor


def may_decide(actor: Actor, safety: bool) -> bool:
    """Say whether this person decides between two versions: safety data is for who may record or sign it."""
    clinical = (Permission.NOTE_SIGN, Permission.PRESCRIPTION_SIGN, Permission.DISPENSE_REVIEW)
    return any(actor.may(each) for each in clinical) if safety else actor.may(Permission.SYNC_READ)


def _latest(stamps: Mapping[str, str], kind: str, everything: str) -> str:
    whole, changes = stamps.get(f"type:{kind}", ""), stamps.get(f"history:{kind}", "")
    return max(whole, changes, everything) if whole else ""


def _act_words(action: str) -> str:
    from workstation import verbs
    from workstation.core.errors import NotFound

    try:
        return _(verbs.find(verbs.Kind.DO, action).help)
    except NotFound:
        return action


def _changed_by(reader: Reader, theirs: Resource | None) -> tuple[str, str]:
    """Give who a record names as its author, and this person's role in words; empty where it names nobody."""
    for name in ("recorder", "requester", "performer", "author", "owner"):
        person = (theirs or {}).get(name)
        first = person[0] if isinstance(person, list) and person else person
        if isinstance(first, dict) and first.get("display"):
            return str(first["display"]), _role_at_centre(reader, str(first.get("reference", "")))
    return "", ""


def _role_at_centre(reader: Reader, person: str) -> str:
    from workstation.fhir.resources import as_list, code_of

    found = reader.find("PractitionerRole", {"practitioner": person}, limit=1) if person else []
    return role_words(code_of(next(iter(as_list(found[0].get("code"))), None))) if found else ""


def role_words(role: str) -> str:
    """Give a role's name in words; nothing for a role that is not ours."""
    known = roles().get(role)
    return pick(known.zh, known.en) if known is not None else ""


class _Names:
    """Names for one view: of patients where the person may read them, of users where they are known here."""

    def __init__(self, reader: Reader, actor: Actor) -> None:
        self._reader, self._actor = reader, actor
        self._patients: dict[str, str] = {}
        self._users: dict[str, tuple[str, str]] = {}

    def patient(self, id_: str) -> str:
        from workstation.chart.people import display_name

        if not id_ or not self._actor.may(Permission.PATIENT_READ):
            return ""
        if id_ not in self._patients:
            found = self._reader.peek("Patient", id_)
            self._patients[id_] = display_name(found) if found is not None else pick("未知", "not known")
        return self._patients[id_]

    def user(self, desk: Desk, user: str) -> str:
        return self._known(desk).get(user, (user, ""))[0]

    def role(self, desk: Desk, user: str) -> str:
        """Give the role in words that a user of this desk has."""
        return role_words(self._known(desk).get(user, ("", ""))[1])

    def _known(self, desk: Desk) -> dict[str, tuple[str, str]]:
        if not self._users:
            self._users = {card.user: (card.name, card.role) for card in desk.users()}
        return self._users
