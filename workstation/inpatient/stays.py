"""Reading one stay: number, bed, who is in charge, which day it is; and the stays that are running now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from workstation.chart.in_bed import STAY, UNDER_WAY
from workstation.core.clock import instant, parse_instant
from workstation.core.errors import Conflict, Invalid
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, concept, identifier, target, text_of
from workstation.store.reader import Reader

PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
DOCTOR: Final = "ATND"
NURSE: Final = "PPRF"


def class_of(encounter: Resource) -> str:
    """Give the class of an encounter: AMB, EMER, IMP."""
    return str((encounter.get("class") or {}).get("code", ""))


def running(reader: Reader) -> list[Resource]:
    """Give every stay that is under way on this desk."""
    return [e for e in reader.find("Encounter", {"status": UNDER_WAY}) if class_of(e) == STAY]


def stay(reader: Reader, encounter: str, patient: str = "") -> Resource:
    """Give a stay. Raises NotFound, Invalid when it is none or another patient's."""
    found = reader.get("Encounter", encounter)
    if class_of(found) != STAY:
        raise Invalid(_("This is an outpatient visit and no stay."), field="encounter")
    if patient and target(found.get("subject"), "Patient") != patient:
        raise Invalid(_("This stay belongs to another patient. Nothing was changed."), field="encounter")
    return found


def running_stay(reader: Reader, encounter: str) -> Resource:
    """Give a stay that is under way. Raises Conflict when it is over, and as `stay` does."""
    found = stay(reader, encounter)
    if found.get("status") not in UNDER_WAY:
        said = _("This patient was discharged already.")
        if found.get("status") != "finished":
            said = _("This stay was cancelled.")
        raise Conflict(said, _("Nothing was changed. Look at the ward board: it shows who is here now."))
    return found


def number(encounter: Resource) -> str:
    """Give the stay number, which the wristband carries."""
    return identifier(encounter, systems.VISIT_NUMBER)


def start(encounter: Resource) -> str:
    """Give the instant of admission."""
    return str((encounter.get("period") or {}).get("start", ""))


def end(encounter: Resource) -> str:
    """Give the instant of discharge, or an empty text."""
    return str((encounter.get("period") or {}).get("end", ""))


def day(encounter: Resource, now: datetime) -> int:
    """Give which day of the stay it is: 1 on the day of admission; after a discharge the last one."""
    began, ended = moment(start(encounter), now), moment(end(encounter), now)
    until = ended or now
    return max((until.date() - began.date()).days + 1, 1) if began is not None else 1


def moment(stamp: str, now: datetime) -> datetime | None:
    """Read a FHIR date or dateTime in the desk's own time zone, or None for an empty one."""
    return parse_instant(stamp, now.tzinfo).astimezone(now.tzinfo) if stamp else None


def place(encounter: Resource) -> Resource:
    """Give the `location` entry the patient is in now (of a finished stay: the last one), or an empty one."""
    entries: list[Resource] = as_list(encounter.get("location"))
    active = [e for e in entries if e.get("status") == "active"]
    return (active or entries or [{}])[-1]


def bed(encounter: Resource) -> str:
    """Give the Location id of the bed, or an empty text."""
    return target(place(encounter).get("location"), "Location")


def in_bed(encounters: Iterable[Resource], bed_id: str, besides: str = "") -> list[Resource]:
    """Give the running stays in a bed, without one of them."""
    return [e for e in encounters if bed(e) == bed_id and e["id"] != besides]


def in_charge(encounter: Resource, role: str) -> Resource:
    """Give the Reference element of the doctor or nurse in charge, or an empty one."""
    found = in_charge_entry(as_list(encounter.get("participant")), role) or {}
    return dict(found.get("individual") or {})


def put_in_charge(encounter: Resource, role: str, person: Resource | None, now: datetime) -> None:
    """Put somebody in charge from now on (None: nobody); who was before stays on the record with an end."""
    entries: list[Resource] = as_list(encounter.get("participant"))
    was = in_charge_entry(entries, role)
    before = (was or {}).get("individual", {}).get("reference", "")
    if person is not None and before == person.get("reference"):
        return
    if was is not None:
        was["period"] = {**was.get("period", {}), "end": instant(now)}
        entries = [e for e in entries if e is not was] + [was]
    if person is not None:
        made = {
            "type": [concept(PARTICIPATION, role)],
            "individual": person,
            "period": {"start": instant(now)},
        }
        entries = [made, *entries]
    if entries:
        encounter["participant"] = entries


def in_charge_entry(entries: Iterable[Resource], role: str) -> Resource | None:
    """Give the entry of who is in charge now: of the role, and not ended."""
    fitting = (e for e in entries if code_of(e.get("type"), PARTICIPATION) == role)
    return next((e for e in fitting if not (e.get("period") or {}).get("end")), None)


def reason(encounter: Resource) -> str:
    """Give the admission diagnosis as it was worded."""
    return next((text for r in as_list(encounter.get("reasonCode")) if (text := text_of(r))), "")


def hospitalization(encounter: Resource) -> dict[str, Any]:
    """Give the hospitalization element, or an empty one."""
    return dict(encounter.get("hospitalization") or {})


def stay_of(reader: Reader, patient: str) -> Resource | None:
    """Give the running stay of a patient, or None."""
    found = reader.find("Encounter", {"patient": patient, "status": UNDER_WAY})
    return next((e for e in found if class_of(e) == STAY), None)
