"""One prescription sheet put together from the store: its lines, tasks, signature, questions and overridden alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from workstation.chart.measures import WEIGHT, latest_measure
from workstation.chart.people import author_name, person_of
from workstation.chart.travel import Travelled, travelled
from workstation.core.clock import parse_instant
from workstation.core.errors import NotFound
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import (
    Resource,
    as_list,
    code_of,
    codings,
    extension,
    identifier,
    synthetic,
    target,
    text_of,
)
from workstation.medication import reading
from workstation.prescribing import from_fhir
from workstation.prescribing.rows import Message, Override, Sheet, SheetSubject
from workstation.prescribing.to_fhir import REVIEW, as_signed
from workstation.rules.sheets import RxType
from workstation.store.reader import Reader
from workstation.terminology.knowledge import Knowledge

_SEVERITY_TIERS: Final = {"high": 1, "moderate": 2, "low": 3}
_FARTHEST_LAST: Final = ("", "failed", "conflict", "waiting", "received")


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store holds of one sheet."""

    number: str
    requests: tuple[Resource, ...]
    tasks: tuple[Resource, ...]

    @property
    def review(self) -> Resource | None:
        """Give the review Task."""
        return next((t for t in self.tasks if code_of(t.get("code"), systems.TASK_CODE) == REVIEW), None)


def type_label(code: str) -> str:
    """Give the words at the top right of a sheet's paper; an ordinary sheet has none (处方标准, annex 1)."""
    return RxType(code).label if code in set(RxType) else ""


def by_number(reader: Reader, number: str) -> Stored:
    """Read a sheet by its number. Raises NotFound when no line of it is on this desk."""
    where = {"group-identifier": f"{systems.PRESCRIPTION_NUMBER}|{number}"}
    requests = reader.find("MedicationRequest", where) if number else []
    if not requests:
        raise NotFound(
            _("No prescription with this number is on this desk."),
            _("It may still be on its way; check the number, or wait for the next sync."),
        )
    ordered = sorted(requests, key=lambda r: (reading.line_number(r), str(r["id"])))
    return Stored(number, tuple(ordered), tuple(reader.find("Task", where)))


def by_line(reader: Reader, line: str) -> Stored:
    """Read the sheet a line stands on; a line without a number is a sheet of its own. Raises NotFound."""
    request = reader.get("MedicationRequest", line)
    number = from_fhir.sheet_number(request)
    return by_number(reader, number) if number else Stored("", (request,), ())


def group(reader: Reader, requests: Sequence[Resource]) -> list[Stored]:
    """Put lines together into sheets, in the order of their first lines."""
    found: dict[str, Stored] = {}
    for request in requests:
        number = from_fhir.sheet_number(request)
        key = number or str(request["id"])
        if key not in found:
            found[key] = by_number(reader, number) if number else Stored("", (request,), ())
    return list(found.values())


def build(reader: Reader, stored: Stored, knowledge: Knowledge, lang: str = "") -> Sheet:
    """Make a sheet for screen and paper, worded in a language (default: the language of the screen)."""
    first, requests = stored.requests[0], stored.requests
    encounter = reader.peek("Encounter", target(first.get("encounter"), "Encounter")) or {}
    state, reason = from_fhir.state_of(stored.tasks, requests)
    provenance = reader.first("Provenance", {"target": str(first["id"])})
    digest, check_code = from_fhir.digest_of(provenance)
    overrides = {str(r["id"]): overrides_of(reader, r) for r in requests}
    type_ = type_of(first)
    return Sheet(
        number=stored.number,
        type=type_,
        label=type_label(type_),
        state=state,
        state_reason=reason,
        subject=_subject(reader, first, lang),
        encounter=target(first.get("encounter"), "Encounter"),
        visit_number=identifier(encounter, systems.VISIT_NUMBER),
        department=text_of(encounter.get("serviceType")),
        fee_type=str(extension(encounter, systems.FEE_TYPE) or ""),
        diagnoses=tuple(text_of(r) for r in as_list(first.get("reasonCode"))),
        lines=tuple(from_fhir.line_of(r, knowledge, lang, overrides[str(r["id"])]) for r in requests),
        authored_on=str(first.get("authoredOn", "")),
        valid_until=str(first.get("dispenseRequest", {}).get("validityPeriod", {}).get("end", "")),
        prescriber=author_name(reader, first.get("requester")),
        prescriber_id=target(first.get("requester"), "Practitioner"),
        total=str(sum((reading.price_of(r) for r in requests), Decimal(0))),
        long_term=code_of(first.get("courseOfTherapyType")) == "continuous",
        extension_reason=str(extension(first, systems.EXTENSION_REASON) or ""),
        collector=from_fhir.collector_of(first),
        task=str(stored.review["id"]) if stored.review else "",
        messages=_messages(reader, stored.review),
        digest=digest,
        check_code=check_code,
        intact=from_fhir.intact(provenance, _signed(reader, provenance, requests)),
        synthetic=synthetic(first, reader.peek("Patient", target(first.get("subject"), "Patient"))),
        travelled=_travelled(reader, requests),
        overrides=tuple(dict.fromkeys(o for found in overrides.values() for o in found)),
    )


def type_of(request: Resource) -> str:
    """Give the prescription type a line was signed with."""
    found = (
        c.get("code", "") for c in codings(request.get("category")) if c.get("system") == systems.RX_TYPE
    )
    return str(next(found, ""))


def overrides_of(reader: Reader, request: Resource) -> tuple[Override, ...]:
    """Give the alerts that were overridden for a line."""
    found = []
    for issue in reader.find("DetectedIssue", {"implicated": str(request["id"])}):
        mitigation: Resource = next(iter(as_list(issue.get("mitigation"))), {})
        found.append(
            Override(
                rule=code_of(issue.get("code"), systems.RULE),
                tier=_SEVERITY_TIERS.get(str(issue.get("severity")), 3),
                title=text_of(issue.get("code")),
                reason=text_of(mitigation.get("action")),
                author=author_name(reader, issue.get("author")),
                at=str(mitigation.get("date") or issue.get("identifiedDateTime", "")),
            )
        )
    return tuple(found)


def _subject(reader: Reader, request: Resource, lang: str) -> SheetSubject:
    patient_id = target(request.get("subject"), "Patient")
    patient = reader.peek("Patient", patient_id) or {"resourceType": "Patient", "id": patient_id}
    when = parse_instant(request["authoredOn"]) if len(str(request.get("authoredOn", ""))) > 10 else None
    weight = latest_measure(reader, patient_id, (WEIGHT,))
    return SheetSubject(
        person_of(patient, when or parse_instant("1970-01-01T00:00:00Z"), lang),
        identifier(patient, systems.RESIDENT_ID),
        weight.value if weight else "",
        weight.at if weight else "",
    )


def _messages(reader: Reader, review: Resource | None) -> tuple[Message, ...]:
    if review is None:
        return ()
    asker = target(review.get("requester"), "Practitioner")
    found = reader.find("Communication", {"based-on": str(review["id"])}, sort=("sent",))
    return tuple(
        Message(
            author_name(reader, c.get("sender")),
            str(c.get("sent", "")),
            " ".join(str(p.get("contentString", "")) for p in as_list(c.get("payload"))),
            mine=bool(asker) and target(c.get("sender"), "Practitioner") == asker,
        )
        for c in found
    )


def _signed(reader: Reader, provenance: Resource | None, requests: Sequence[Resource]) -> list[Resource]:
    """Give what the signature covers, in its order: the lines as signed and the overridden alerts."""
    lines = {str(r["id"]): r for r in as_signed(requests)}
    found: list[Resource] = []
    for element in as_list((provenance or {}).get("target")):
        line = lines.get(target(element, "MedicationRequest"))
        issue = target(element, "DetectedIssue")
        resource = line if line is not None else reader.peek("DetectedIssue", issue) if issue else None
        if resource is not None:
            found.append(resource)
    return found


def _travelled(reader: Reader, requests: Sequence[Resource]) -> Travelled:
    """Give how far the line that is least far has travelled."""
    found = [travelled(reader, "MedicationRequest", str(r["id"])) for r in requests]
    return min(found, key=lambda t: _FARTHEST_LAST.index(t.state))
