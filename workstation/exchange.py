"""Records in and out of one desk as FHIR Bundle or NDJSON; both are audited and need their own permission."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from workstation.core.errors import Denied, Invalid
from workstation.core.events import Ref
from workstation.core.i18n import _
from workstation.desk import Desk
from workstation.fhir.resources import Resource, from_json, to_json
from workstation.fhir.search import PARAMS
from workstation.security.permissions import Permission
from workstation.store.unit import FHIR_ID, Unit

CHUNK: Final = 200


def read_records(text: bytes) -> list[Resource]:
    """Read a Bundle, a single resource or NDJSON. Raises Invalid, naming the place; ValueError when no JSON."""
    stripped = text.strip()
    try:
        whole = from_json(stripped)
    except ValueError:
        if b"\n" not in stripped:
            raise
        found = [from_json(line) for line in stripped.splitlines() if line.strip()]
    else:
        entries = whole.get("entry", []) if whole.get("resourceType") == "Bundle" else [{"resource": whole}]
        found = [entry["resource"] for entry in entries if "resource" in entry]
    for place, resource in enumerate(found, start=1):
        if resource.get("resourceType") not in PARAMS or not FHIR_ID.fullmatch(str(resource.get("id", ""))):
            raise Invalid(
                _("Record {place} of the file has no known type or no id.", place=place),
                _("Nothing was loaded. Correct the file, or load it at the centre with `qingnang hub load`."),
            )
    return found


def take_in(desk: Desk, records: list[Resource]) -> int:
    """Write records as units of the actor, a few hundred at a time. Raises Denied without patient.register."""
    actor = desk.actor
    if actor is None:
        raise Denied(_("This desk is locked."))
    actor.require(Permission.PATIENT_REGISTER)
    for start in range(0, len(records), CHUNK):
        part = records[start : start + CHUNK]

        def act(unit: Unit, part: list[Resource] = part) -> Ref | None:
            refs = [unit.put(dict(record)) for record in part]
            return refs[0] if refs else None

        desk.store.write(actor, "desk.import", act)
    return len(records)


def write_records(desk: Desk, target: Path) -> int:
    """Write every record of the desk in the clear, readable by the owner alone. Raises Denied without chart.read."""
    actor = desk.actor
    if actor is None:
        raise Denied(_("This desk is locked."))
    actor.require(Permission.CHART_READ)
    with desk.store.reader() as reader:
        records = [record for kind in sorted(PARAMS) for record in reader.find(kind)]
    if target.suffix == ".ndjson":
        body = b"".join(to_json(record) + b"\n" for record in records)
    else:
        entries = [{"resource": record} for record in records]
        body = to_json({"resourceType": "Bundle", "type": "collection", "entry": entries})
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    desk.store.record(actor, "desk.export", detail=f"{len(records)} records")
    return len(records)
