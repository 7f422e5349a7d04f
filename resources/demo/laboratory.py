"""The laboratory's part of the demo: orders, tubes and reports of the wards, in every state one can be found in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final

from resources.demo.history import diagnosis_name
from resources.demo.resources_of import made, stable_id, tagged
from resources.demo.results import observations
from resources.demo.wards import Numbers, Stay
from workstation.core.clock import instant
from workstation.core.events import Ref
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept, reference, set_extension
from workstation.laboratory.issues import ISSUE, Issues
from workstation.laboratory.model import CRITICAL, LABORATORY, REVIEW
from workstation.laboratory.orders import code_element
from workstation.laboratory.specimens import HL7_SPECIMEN
from workstation.security import signing
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.laboratory import Item

SERVICE: Final = "http://terminology.hl7.org/CodeSystem/v2-0074"
NAME: Final = "青囊示范医院检验科"
DRAWN: Final = timedelta(minutes=40)
WORKED: Final = timedelta(minutes=75)
READ: Final = timedelta(minutes=35)
TOGETHER: Final = frozenset({"CBC", "URINE", "LIPID", "LFT", "TUMOUR"})
"""Panels whose values come inside their report; those of the others stand beside it."""
EARLY: Final = time(6, 10)
OPEN_STATES: Final = ("ordered", "labelled", "collected", "rejected", "cancelled")


@dataclass(slots=True)
class Bench:
    """Writes what the laboratory has of one stay."""

    stay: Stay
    knowledge: Knowledge
    numbers: Numbers
    made: list[Resource] = field(default_factory=list)

    def order(
        self, items: Sequence[str], at: datetime, priority: str = "routine", note: str = ""
    ) -> list[Resource]:
        """Write a request and its signature; gives its orders, which are kept only when they are `put`."""
        number, doctor = self.numbers.next("JY", at), self.stay.doctor
        reason = concept(
            systems.ICD10, self.stay.diagnosis, diagnosis_name(self.knowledge, self.stay.diagnosis)
        )
        stat = [
            concept(systems.SNOMED, LABORATORY, "Laboratory procedure"),
            concept(systems.ORDER_TERM, "stat"),
        ]
        orders = [
            made(
                "ServiceRequest",
                stable_id("laboratory", number, code),
                requisition={"system": systems.REQUEST_NUMBER, "value": number},
                status="active",
                intent="order",
                category=stat,
                priority=priority,
                code=code_element(self.item(code)),
                subject=self.stay.patient,
                encounter=self.stay.encounter,
                authoredOn=instant(at),
                requester=doctor.reference,
                reasonCode=[reason],
                note=[{"text": note}] if note else None,
            )
            for code in items
        ]
        self._sign(orders, at, number)
        return orders

    def item(self, code: str) -> Item:
        """Give a panel or test of the catalogue. Raises ValueError for one it lacks."""
        found = self.knowledge.laboratory.item(code)
        if found is None:
            raise ValueError(f"the demo orders what the laboratory lacks: {code}")
        return found

    def put(self, *resources: Resource) -> None:
        """Keep records."""
        self.made += resources

    def cancel(self, order: Resource, at: datetime, reason: str) -> None:
        """Take an order back."""
        closed = order | {"status": "revoked"}
        set_extension(closed, systems.STATUS_REASON, valueString=reason)
        self.put(closed)
        self._sign(
            [closed],
            at,
            closed["id"],
            concept("http://terminology.hl7.org/CodeSystem/v3-DataOperation", "ABORT", text="stopped"),
        )

    def tubes(
        self, orders: Sequence[Resource], codes: Sequence[str], taken: datetime | None
    ) -> list[Resource]:
        """Give one tube for all orders that share it, taken at a moment or only labelled."""
        groups: dict[tuple[str, str], list[Resource]] = {}
        for order, code in zip(orders, codes, strict=True):
            groups.setdefault((self.item(code).specimen, self.item(code).tube), []).append(order)
        return [self._tube(kind, tube, group, taken) for (kind, tube), group in groups.items()]

    def _tube(self, kind: str, tube: str, orders: Sequence[Resource], taken: datetime | None) -> Resource:
        catalogue = self.knowledge.laboratory
        number = {"system": systems.SPECIMEN_NUMBER, "value": self.numbers.next("BB", self.stay.now)}
        drawn = (
            {"collectedDateTime": instant(taken), "collector": self.stay.nurse(taken).reference}
            if taken
            else None
        )
        return made(
            "Specimen",
            stable_id("specimen", number["value"]),
            identifier=[number],
            accessionIdentifier=number,
            status="available" if taken else "unavailable",
            type=concept(HL7_SPECIMEN, catalogue.specimens[kind].hl7, text=catalogue.specimens[kind].name_zh),
            subject=self.stay.patient,
            request=[reference(Ref("ServiceRequest", order["id"])) for order in orders],
            container=[{"type": {"text": catalogue.tubes[tube].name_zh}}],
            collection=drawn,
        )

    def report(
        self,
        order: Resource,
        code: str,
        moments: tuple[datetime, datetime],
        values: Mapping[str, Any],
        *,
        status: str = "final",
    ) -> Resource:
        """Write the report of an order: `moments` are when the specimen was taken and when it was reported."""
        taken, issued = moments
        id_ = stable_id("report", order["id"])
        inside = code in TOGETHER
        found = observations(self.stay, self.item(code), self.knowledge, taken, values, id_)
        if status == "partial":
            found = found[: max(1, len(found) // 2)]
        if inside:
            found = [
                {k: v for k, v in o.items() if k != "meta"} | {"id": f"r{n}"} for n, o in enumerate(found, 1)
            ]
        report = made(
            "DiagnosticReport",
            id_,
            contained=found if inside else None,
            basedOn=[reference(Ref("ServiceRequest", order["id"]))],
            status=status,
            category=[concept(SERVICE, "LAB")],
            code=order["code"],
            subject=self.stay.patient,
            encounter=self.stay.encounter,
            effectiveDateTime=instant(taken),
            issued=instant(issued),
            performer=[{"display": NAME}],
            result=[{"reference": f"#{o['id']}" if inside else f"Observation/{o['id']}"} for o in found],
        )
        self.put(report, *(() if inside else found))
        return report

    def read(self, report: Resource, order: Resource, at: datetime) -> None:
        """Say that the doctor read a report as it stands."""
        self.put(self._task(REVIEW, report, order, at))

    def answer(self, report: Resource, order: Resource, at: datetime, action: str) -> None:
        """Say what was done about a critical value."""
        task = self._task(CRITICAL, report, order, at)
        told = {"output": [{"type": {"text": "told"}, "valueString": self.stay.doctor.name}]}
        period = {"start": instant(at - timedelta(minutes=6)), "end": instant(at)}
        note = [{"text": action, "time": instant(at), "authorString": self.stay.doctor.name}]
        self.put(task | {"executionPeriod": period, "note": note} | told)

    def _task(self, code: str, report: Resource, order: Resource, at: datetime) -> Resource:
        return made(
            "Task",
            stable_id(code, report["id"]),
            status="completed",
            intent="order",
            code=concept(systems.TASK_CODE, code),
            focus=reference(Ref("DiagnosticReport", report["id"])),
            basedOn=[reference(Ref("ServiceRequest", order["id"]))],
            **{"for": self.stay.patient},
            encounter=self.stay.encounter,
            authoredOn=instant(at),
            lastModified=instant(at),
            owner=self.stay.doctor.reference,
            input=[{"type": {"text": ISSUE}, "valueString": Issues({}).stamp(report)}],
        )

    def _sign(
        self, orders: Sequence[Resource], at: datetime, key: str, activity: Resource | None = None
    ) -> None:
        id_ = stable_id("laboratory-signature", key, at)
        signed = tagged(signing.sign(orders, self.stay.doctor.actor, at, id_))
        self.put(signed if activity is None else signed | {"activity": activity})


def examined(
    stay: Stay, requests: Sequence[Mapping[str, Any]], knowledge: Knowledge, numbers: Numbers
) -> Iterator[Resource]:
    """Walk everything the laboratory has of a stay: the course's tests, then what is on its way now."""
    bench = Bench(stay, knowledge, numbers)
    for step in stay.course.get("lab", ()):
        _of_course(bench, step)
    for step in requests:
        _on_its_way(bench, step)
    yield from bench.made


def _of_course(bench: Bench, step: Mapping[str, Any]) -> None:
    """Order, draw, report and read, as far as the time goes: at admission at once, later on an early round."""
    stay, day = bench.stay, step.get("day", 0)
    ordered = stay.since + timedelta(minutes=35) if not day else stay.on(day - 1, "16:20")
    taken = ordered + DRAWN if not day else stay.on(day, EARLY.isoformat())
    if ordered > stay.now:
        return
    codes = step["items"]
    orders = bench.order(codes, ordered)
    bench.put(*orders)
    drawn = taken <= stay.now
    bench.put(*bench.tubes(orders, codes, taken if drawn else None))
    issued = taken + WORKED
    for place, (order, code) in enumerate(zip(orders, codes, strict=True)):
        at = issued + timedelta(minutes=9 * place)
        if at <= stay.now:
            report = bench.report(order, code, (taken, at), step.get("values", {}))
            if at + READ <= stay.now:
                bench.read(report, order, at + READ)


def _on_its_way(bench: Bench, step: Mapping[str, Any]) -> None:
    """Write a request in the state its scene asks for, by minutes before now."""
    stay, state, codes = bench.stay, step["state"], step["items"]
    ordered = stay.now.replace(second=0, microsecond=0) - timedelta(minutes=step["ago"])
    if ordered <= stay.since:
        return
    orders = bench.order(codes, ordered, step.get("priority", "routine"))
    if state == "cancelled":
        for order in orders:
            bench.cancel(order, ordered + timedelta(minutes=20), step["reason"])
        return
    bench.put(*orders)
    if state == "ordered":
        return
    taken = None if state == "labelled" else ordered + timedelta(minutes=step["ago"] // 4)
    tubes = bench.tubes(orders, codes, taken)
    if state == "rejected" and taken is not None:
        tubes = [_unusable(tube, step["reason"], taken + DRAWN) for tube in tubes]
    bench.put(*tubes)
    if taken is not None and state not in OPEN_STATES:
        for order, code in zip(orders, codes, strict=True):
            _reported(bench, step, order, code, taken)


def _reported(bench: Bench, step: Mapping[str, Any], order: Resource, code: str, taken: datetime) -> None:
    stay, state = bench.stay, step["state"]
    issued = stay.now - timedelta(minutes=step["ago"] // 3)
    status = {"partial": "partial", "corrected": "corrected"}.get(state, "final")
    report = bench.report(order, code, (taken, issued), step.get("values", {}), status=status)
    if state == "answered":
        at = min(issued + timedelta(minutes=9), stay.now)
        bench.answer(report, order, at, step["action"])
        bench.read(report, order, at)


def _unusable(tube: Resource, reason: str, at: datetime) -> Resource:
    note = {"text": f"不合格：{reason}", "time": instant(at), "authorString": NAME}
    return tube | {"status": "unsatisfactory", "note": [note]}
