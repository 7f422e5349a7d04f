"""Permissions are named verbs; roles are granted them in resources/knowledge/roles.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources

from workstation.core.errors import Denied
from workstation.core.i18n import _


class Permission(StrEnum):
    """One thing somebody may or may not do."""

    PATIENT_READ = "patient.read"
    PATIENT_REGISTER = "patient.register"
    PATIENT_UPDATE = "patient.update"
    PATIENT_SHOW_IDENTITY = "patient.show-identity"
    CHART_READ = "chart.read"
    QUEUE_READ = "queue.read"
    QUEUE_ENROL = "queue.enrol"
    QUEUE_CALL = "queue.call"
    ALLERGY_RECORD = "allergy.record"
    VITALS_RECORD = "vitals.record"
    NOTE_WRITE = "note.write"
    NOTE_SIGN = "note.sign"
    DIAGNOSIS_RECORD = "diagnosis.record"
    PRESCRIPTION_READ = "prescription.read"
    PRESCRIPTION_WRITE = "prescription.write"
    PRESCRIPTION_SIGN = "prescription.sign"
    PRESCRIPTION_STOP = "prescription.stop"
    PRESCRIBE_NARCOTIC = "prescribe.narcotic"
    PRESCRIBE_RESTRICTED_ANTIBACTERIAL = "prescribe.antibacterial.restricted"
    PRESCRIBE_SPECIAL_ANTIBACTERIAL = "prescribe.antibacterial.special"
    WARD_READ = "ward.read"
    STAY_MANAGE = "stay.manage"
    ORDER_READ = "order.read"
    ORDER_WRITE = "order.write"
    ORDER_SIGN = "order.sign"
    ORDER_STOP = "order.stop"
    ORDER_VERIFY = "order.verify"
    ORDER_EXECUTE = "order.execute"
    LABORATORY_ORDER = "laboratory.order"
    SPECIMEN_COLLECT = "specimen.collect"
    RESULT_READ = "result.read"
    RESULT_ACKNOWLEDGE = "result.acknowledge"
    CRITICAL_HANDLE = "critical.handle"
    DISPENSE_REVIEW = "dispense.review"
    DISPENSE_PERFORM = "dispense.perform"
    STOCK_READ = "stock.read"
    STOCK_MANAGE = "stock.manage"
    DOCUMENT_PRINT = "document.print"
    SYNC_READ = "sync.read"
    SYNC_MANAGE = "sync.manage"
    KNOWLEDGE_READ = "knowledge.read"
    ADMIN_USERS = "admin.users"
    ADMIN_SETTINGS = "admin.settings"
    AUDIT_READ = "audit.read"
    BREAK_GLASS = "chart.break-glass"


@dataclass(frozen=True, slots=True)
class Role:
    """A role as the data defines it."""

    id: str
    zh: str
    en: str
    grade: str
    permissions: frozenset[Permission]


@cache
def roles() -> dict[str, Role]:
    """Give every role by id."""
    text = (resources.files("resources") / "knowledge" / "roles.toml").read_text("utf-8")
    return {
        key: Role(
            key,
            row["zh"],
            row["en"],
            row.get("grade", ""),
            frozenset(Permission(p) for p in row["permissions"]),
        )
        for key, row in tomllib.loads(text).items()
    }


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person at one station. `practitioner` is the id of the Practitioner resource."""

    user: str
    name: str
    role: str
    practitioner: str = ""
    station: str = ""
    extra: frozenset[Permission] = field(default_factory=frozenset)

    @property
    def permissions(self) -> frozenset[Permission]:
        """Give what the role grants plus what was granted to this person."""
        return roles()[self.role].permissions | self.extra

    def may(self, permission: Permission) -> bool:
        """Say whether this person has the permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise Denied unless this person has the permission."""
        if not self.may(permission):
            raise Denied(
                _("You do not have the right “{right}”.", right=permission.value),
                _("Nothing was changed. Ask the administrator if your work needs it."),
            )
