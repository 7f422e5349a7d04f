"""The hub behind its door: one call in, one answer out, with the access rule and the audit entry around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sync.hub import audit, bundle, pages
from sync.hub.access import require
from sync.hub.audit import Trail
from sync.hub.bundle import Unit
from sync.hub.errors import FhirError
from sync.hub.interactions import READS, WRITES, Rules
from sync.hub.requests import Answer, Call, Principal
from sync.hub.store import Store
from workstation.audit import Entry

LONGEST_DETAIL: Final = 4000


@dataclass(frozen=True, slots=True)
class Service:
    """Carries out calls for people whose identity is settled. Threads may share it."""

    store: Store
    trail: Trail
    rules: Rules = field(default_factory=Rules)

    def perform(self, call: Call, who: Principal, full: bool = False) -> Answer:
        """Carry out one call. Raises FhirError; then nothing was changed.

        `full` asks a Bundle for the resources it stored.
        """
        try:
            if call.type:
                require(who, call)
            if call.interaction == "bundle":
                return self._bundle(call, who, full)
            if call.interaction in WRITES:
                return self._write(call, who)
            return self._read(call, who)
        except FhirError as error:
            self.trail.note(audit.entry(who, f"fhir.{call.interaction}", f"{_where(call)} {error.status}"))
            raise

    def _read(self, call: Call, who: Principal) -> Answer:
        with self.store.reading() as reader:
            if call.interaction == "search":
                answer = pages.search(reader, call, who)
            elif call.interaction == "history":
                answer = pages.history(reader, call, who)
            else:
                answer = READS[call.interaction](reader, call)
        detail = " ".join(part for part in (_where(call), answer.note, str(answer.status)) if part)
        patient = answer.patient or _patient_asked_for(call)
        self.trail.note(audit.entry(who, f"fhir.{call.interaction}", detail, patient))
        return answer

    def _write(self, call: Call, who: Principal) -> Answer:
        with self.store.writing() as writer:
            answer = WRITES[call.interaction](writer, call, self.rules, None)
            detail = f"{answer.ref} {answer.status}"
            audit.record(writer, [audit.entry(who, f"fhir.{call.interaction}", detail, answer.patient)])
        return answer

    def _bundle(self, call: Call, who: Principal, full: bool) -> Answer:
        unit = Unit(who, self.rules, call.base, full)
        with self.store.writing() as writer:
            answer = bundle.perform(writer, call.resource or {}, unit)
            audit.record(writer, _by_patient(unit))
        return answer


def _by_patient(unit: Unit) -> list[Entry]:
    """Give one audit entry for each patient a Bundle touched, naming what was done to which records."""
    touched: dict[str, list[str]] = {}
    for entry in unit.entries:
        if entry.answer:
            address = entry.answer.ref or entry.call.type
            done = f"{entry.method} {address} {entry.answer.status}"
            touched.setdefault(entry.answer.patient, []).append(done)
    return [
        audit.entry(unit.who, "fhir.bundle", ", ".join(done)[:LONGEST_DETAIL], patient)
        for patient, done in touched.items()
    ]


def _where(call: Call) -> str:
    return "/".join(part for part in (call.type, call.id, call.version) if part)


def _patient_asked_for(call: Call) -> str:
    for name, value in call.where:
        if name in ("patient", "subject", "patient:Patient", "subject:Patient"):
            return value.removeprefix("Patient/")[:64]
    return ""
