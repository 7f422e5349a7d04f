"""Clinical conflicts: two desks did, each for itself, what does not go together. Pure functions over plain records.

None of them decides anything: each finds, names the records, and leaves to a person which remedy of
`resources/knowledge/conflicts.toml` is right; that file also names the source of every rule. A rule speaks only where
it is sure. Facts (a dose given, a box handed out) are never taken back by a rule: they happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Final

from workstation.rules.alerts import Text
from workstation.rules.conflict_facts import (
    Clash,
    ClosedVisit,
    Dose,
    HandedOut,
    InBed,
    MergedPatient,
    StoppedOrder,
    TwoVersions,
)

OVER: Final = frozenset({"stopped", "cancelled", "revoked", "entered-in-error", "completed"})
STOPPED: Final = frozenset({"stopped", "cancelled", "revoked", "entered-in-error"})
UNKNOWN: Final = Text("时间未记录", "a time nobody recorded")
_STATES: Final = {
    "active": Text("执行中", "running"),
    "on-hold": Text("暂停", "on hold"),
    "stopped": Text("已停止", "stopped"),
    "revoked": Text("已停止", "stopped"),
    "cancelled": Text("已作废", "cancelled"),
    "entered-in-error": Text("录入错误", "entered in error"),
    "completed": Text("已完成", "completed"),
    "draft": Text("草稿", "a draft"),
}


def dose_after_stop(doses: Iterable[Dose], orders: Mapping[str, StoppedOrder]) -> Iterator[Clash]:
    """CC-01: a dose that was begun after its order had been stopped, or one of an order that was void."""
    for dose in doses:
        order = orders.get(dose.order)
        if order is None or not (order.void or (order.stopped is not None and dose.start > order.stopped)):
            continue
        yield Clash(
            "CC-01",
            dose.patient,
            (f"MedicationAdministration/{dose.id}", f"MedicationRequest/{order.id}"),
            max(dose.start, order.stopped or dose.start),
            {
                "drug": dose.drug,
                "given": dose.start,
                "stopped": order.stopped or UNKNOWN,
                "status": _STATES["cancelled" if order.void else "stopped"],
            },
        )


def one_dose_twice(doses: Iterable[Dose]) -> Iterator[Clash]:
    """CC-02: two records of one planned dose of one order, both given."""
    of_slot: dict[tuple[str, str], dict[str, Dose]] = defaultdict(dict)
    for dose in doses:
        if dose.slot:
            of_slot[dose.slot, dose.order][dose.id] = dose
    for same in of_slot.values():
        for first, second in pairwise(sorted(same.values(), key=lambda d: (d.start, d.id))):
            yield Clash(
                "CC-02",
                second.patient,
                tuple(f"MedicationAdministration/{d.id}" for d in (first, second)),
                second.start,
                {
                    "drug": second.drug,
                    "first": first.start,
                    "first_by": first.by,
                    "second": second.start,
                    "second_by": second.by,
                },
            )


def handed_out_twice(lines: Iterable[HandedOut]) -> Iterator[Clash]:
    """CC-03: more left the counters for one line than was prescribed, what came back not counted."""
    for line in lines:
        out = sum((h.quantity for h in line.handouts), Decimal(0)) - line.returned
        if len(line.handouts) < 2 or out <= line.ordered:
            continue
        handouts = sorted(line.handouts, key=lambda h: (h.at, h.id))
        yield Clash(
            "CC-03",
            line.patient,
            (f"MedicationRequest/{line.line}", *(f"MedicationDispense/{h.id}" for h in handouts)),
            handouts[-1].at,
            {"drug": line.drug, "ordered": _amount(line.ordered, line.unit), "out": _amount(out, line.unit)},
        )


def two_beds(places: Iterable[InBed]) -> Iterator[Clash]:
    """CC-04: one patient who stands in two beds."""
    of_patient: dict[str, dict[str, InBed]] = defaultdict(dict)
    for place in sorted(places, key=lambda p: (p.since, p.stay, p.bed), reverse=True):
        of_patient[place.patient][place.bed] = place
    for patient, beds in of_patient.items():
        for first, second in pairwise(sorted(beds.values(), key=lambda p: (p.since, p.stay, p.bed))):
            yield Clash(
                "CC-04",
                patient,
                (f"Encounter/{second.stay}", f"Encounter/{first.stay}", *_beds(first, second)),
                second.since,
                {"first": first.bed_name, "second": second.bed_name},
                (first.since.isoformat(), second.since.isoformat()),
            )


def shared_bed(places: Iterable[InBed], kin: Collection[frozenset[str]] = ()) -> Iterator[Clash]:
    """CC-05: two patients who stand in one bed; a newborn with its mother (`kin`: pairs of patients) may."""
    of_bed: dict[str, dict[str, InBed]] = defaultdict(dict)
    for place in sorted(places, key=lambda p: (p.since, p.stay), reverse=True):
        of_bed[place.bed][place.patient] = place
    for people in of_bed.values():
        for first, second in pairwise(sorted(people.values(), key=lambda p: (p.since, p.stay))):
            if frozenset((first.patient, second.patient)) in kin:
                continue
            yield Clash(
                "CC-05",
                second.patient,
                (f"Encounter/{second.stay}", f"Encounter/{first.stay}", f"Location/{first.bed}"),
                second.since,
                {"bed": first.bed_name, "first": first.name, "second": second.name},
                (first.since.isoformat(), second.since.isoformat()),
                others=(first.patient,),
            )


def merged_elsewhere(patients: Iterable[MergedPatient]) -> Iterator[Clash]:
    """CC-08: a patient's record was replaced by another one while work is open under it."""
    for patient in patients:
        if patient.work:
            yield Clash(
                "CC-08",
                patient.id,
                (f"Patient/{patient.id}", f"Patient/{patient.kept}"),
                patient.since,
                {"kept": patient.kept_name, "count": str(len(patient.work))},
                others=(patient.kept,),
            )


def closed_elsewhere(visits: Iterable[ClosedVisit]) -> Iterator[Clash]:
    """CC-09: something was added to a visit after it was closed; to one that never took place, anything at all."""
    for visit in visits:
        late = sorted((at, ref) for ref, at in visit.work if visit.cancelled or at > visit.closed)
        if late:
            yield Clash(
                "CC-09",
                visit.patient,
                (f"Encounter/{visit.id}", *(ref for _at, ref in late)),
                max(visit.closed, late[-1][0]),
                {
                    "closed": visit.closed,
                    "status": Text("取消", "cancelled") if visit.cancelled else Text("结束", "finished"),
                    "count": str(len(late)),
                },
                (visit.closed.isoformat(),),
            )


def stopped_elsewhere(orders: Iterable[TwoVersions]) -> Iterator[Clash]:
    """CC-10: an order that is stopped at the centre and goes on in a version of this desk that was not sent."""
    for order in orders:
        if order.theirs in STOPPED and order.ours not in OVER:
            yield Clash(
                "CC-10",
                order.patient,
                (order.ref,),
                order.since,
                {"drug": order.drug, "theirs": state(order.theirs), "ours": state(order.ours)},
                (order.theirs,),
            )


def state(code: str) -> Text:
    """Give what a person reads for the status of an order."""
    return _STATES.get(code, Text(code, code))


def _beds(first: InBed, second: InBed) -> tuple[str, str]:
    return f"Location/{first.bed}", f"Location/{second.bed}"


def _amount(value: Decimal, unit: Text) -> Text:
    shown = f"{value.normalize():f}"
    return Text(f"{shown} {unit.zh}".strip(), f"{shown} {unit.en}".strip())
