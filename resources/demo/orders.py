"""The orders of one demo stay as they stand now: signed, looked at by a nurse, replaced, stopped or sent back.

They are completed and worded by the same functions that a doctor's signature uses, so that the demo is what the program
would have written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from resources.demo.history import diagnosis_name
from resources.demo.resources_of import stable_id, tagged
from resources.demo.wards import Numbers, Stay
from workstation.core.clock import instant
from workstation.fhir import systems
from workstation.fhir.resources import Resource, concept
from workstation.medication.model import SkinTest, SkinTestState
from workstation.orderbook.book import VERIFY, VERIFY_STOP, timing_of
from workstation.orderbook.order import DRUG, Order
from workstation.orders.lines import Ordered, replaces, resolve
from workstation.orders.model import OrderLine, OrderTerm
from workstation.orders.to_fhir import DATA_OPERATION, Head, request_of, stopped, task_of
from workstation.security import signing
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.nursing import Reason

FIRST_SET: Final = timedelta(minutes=25)
Row = Mapping[str, Any]


@dataclass(slots=True)
class Written:
    """One order with what became of it. `verified` is when a nurse looked, None while nobody has."""

    line: Ordered
    request: Resource
    place: int
    group: int
    number: str
    row: Row
    verified: datetime | None = None
    end: datetime | None = None

    @property
    def leave(self) -> str:
        """What is left of its last dose: `open`, `running` or nothing."""
        return str(self.row.get("leave", ""))


@dataclass(slots=True)
class Chart:
    """The order chart of one stay while it is written."""

    stay: Stay
    knowledge: Knowledge
    numbers: Numbers
    written: list[Written] = field(default_factory=list)
    beside: list[Resource] = field(default_factory=list)

    def sign(
        self, at: datetime, rows: Sequence[Row], *, looked: bool = True, returned: Row | None = None
    ) -> None:
        """Sign orders at once. `looked`: a nurse verifies them soon after; `returned`: she sends them back."""
        at = at.replace(second=0, microsecond=0)
        number, requester = self.numbers.next("YZ", at), self.stay.doctor.reference
        reason = concept(
            systems.ICD10, self.stay.diagnosis, diagnosis_name(self.knowledge, self.stay.diagnosis)
        )
        head = Head(number, self.stay.patient, self.stay.id, at, requester, (reason,))
        made = [self._order(row, head, place) for place, row in enumerate(rows, 1)]
        signed = [one.request for one in made]
        self.beside.append(self._signature(signed, at, number))
        for one in made:
            self._replace(one, at)
            one.verified = self._verify(one, at, looked, returned)
        self.written += made
        for one in made:
            if "stop" in one.row:
                ends = self.stay.now - timedelta(minutes=one.row["stop"])
                self.stop(
                    one, min(ends, self.stay.now), "调整治疗方案", ends=ends, seen=one.row.get("seen", False)
                )

    def _order(self, row: Row, head: Head, place: int) -> Written:
        line = resolve(
            draft_of(row, head.authored_on, self.stay.now, self.knowledge), self.knowledge, head.authored_on
        )
        id_ = stable_id("order", head.number, place)
        group = int(row.get("group", 0))
        request = request_of(line, head, place, group, id_, self.knowledge)
        return Written(line, request, place, group, head.number, row)

    def _replace(self, new: Written, at: datetime) -> None:
        """End the running order of a kind of which only one runs."""
        if not replaces(new.line, self.knowledge) or new.line.item is None:
            return
        for old in self.written:
            if old.end is None and replaces(old.line, self.knowledge) and old.line.kind == new.line.kind:
                self.stop(old, at, f"由“{new.line.item.name_zh}”取代", seen=True)

    def _verify(self, one: Written, at: datetime, looked: bool, returned: Row | None) -> datetime | None:
        """Write the Task that asks a nurse to look; gives when she did."""
        task = task_of(one.request, VERIFY, at, self.stay.doctor.reference)
        minutes = 3 if one.line.term is OrderTerm.STAT else self.stay.dice.randrange(8, 20)
        seen = at + timedelta(minutes=returned["after"] if returned else minutes)
        if (not looked and not returned) or seen > self.stay.now:
            self.beside.append(tagged(task))
            return None
        task |= self._done_by(at, seen)
        if returned:
            reason = _reason(self.knowledge.nursing.group("return"), returned["reason"])
            task |= {
                "status": "rejected",
                "statusReason": concept(systems.REASON, reason.code, reason.name_zh),
            }
        self.beside.append(tagged(task))
        return None if returned else seen

    def _done_by(self, at: datetime, seen: datetime) -> Resource:
        return {
            "status": "completed",
            "owner": self.stay.nurse(seen).reference,
            "executionPeriod": {"start": instant(at), "end": instant(seen)},
            "lastModified": instant(seen),
        }

    def stop(
        self, one: Written, at: datetime, reason: str, *, ends: datetime | None = None, seen: bool = True
    ) -> None:
        """Stop an order at a moment, signed; `ends` where the end lies ahead of the signature."""
        end = (ends or at).replace(second=0, microsecond=0)
        one.request = stopped(one.request, end, reason, self.stay.now)
        one.end = end
        act = self._signature([one.request], at, one.request["id"])
        self.beside.append(act | {"activity": concept(DATA_OPERATION, "ABORT")})
        task = task_of(one.request, VERIFY_STOP, at, self.stay.doctor.reference)
        looked = at + timedelta(minutes=12)
        if seen and looked <= self.stay.now:
            task |= self._done_by(at, looked)
        self.beside.append(tagged(task))

    def _signature(self, resources: Sequence[Resource], at: datetime, key: str) -> Resource:
        id_ = stable_id("signature", key, at)
        return tagged(signing.sign(resources, self.stay.doctor.actor, at, id_))

    def resources(self) -> Iterator[Resource]:
        """Walk the orders as they stand and all that was written beside them."""
        yield from (tagged(one.request) for one in self.written)
        yield from self.beside

    def due_until(self, day: int) -> datetime:
        """Give the moment of the rounds of a day, when orders are stopped."""
        return self.stay.on(day, "09:25")


def chart_of(stay: Stay, scenes: Sequence[Row], knowledge: Knowledge, numbers: Numbers) -> Chart:
    """Write the whole chart of a stay in the order in which it happened."""
    chart = Chart(stay, knowledge, numbers)
    steps = [(stay.moment(s, FIRST_SET), s["orders"], s) for s in stay.course["set"]]
    steps += [(stay.now - timedelta(minutes=s["ago"]), s["orders"], s) for s in scenes]
    for at, rows, step in sorted(steps, key=lambda step: step[0]):
        if stay.since < at <= stay.now:
            _stop_due(chart, at)
            chart.sign(at, rows, looked=not step.get("wait", False), returned=step.get("returned"))
    _stop_due(chart, stay.now)
    return chart


def _stop_due(chart: Chart, now: datetime) -> None:
    """Stop what its row says is stopped by then."""
    for one in chart.written:
        day = one.row.get("until")
        if (
            day is not None
            and one.end is None
            and (at := chart.due_until(day)) <= now
            and one.line.start < at
        ):
            chart.stop(one, at, "病情好转")


def draft_of(row: Row, at: datetime, now: datetime, knowledge: Knowledge) -> OrderLine:
    """Give a row of the data file as a doctor would type it."""
    item = knowledge.ward_orders.get(row["item"]) if "item" in row else None
    often = row.get("often", item.frequency if item is not None else "")
    term = OrderTerm.STAT if item is not None and item.stat else OrderTerm.LONG_TERM
    tested = instant(at - timedelta(minutes=30))
    return OrderLine(
        row.get("drug", ""),
        row.get("dose", ""),
        row.get("unit", ""),
        row.get("route", ""),
        often,
        group=int(row.get("group", 0)),
        skin_test=SkinTest(SkinTestState.NEGATIVE, lot="2411B", at=tested) if row.get("skin") else None,
        prn=bool(row.get("prn", False)),
        minutes=int(row.get("minutes", 0)),
        term=term,
        item=row.get("item", ""),
        times=_times(often, now + timedelta(minutes=row["near"]), knowledge) if "near" in row else (),
        drip_rate=row.get("rate", ""),
    )


def _times(often: str, near: datetime, knowledge: Knowledge) -> tuple[str, ...]:
    """Give clock times of a frequency of which one is near a moment, to five minutes."""
    frequency = knowledge.frequencies.parse(often)
    count = len(frequency.times) if frequency is not None else 0
    first = near - timedelta(minutes=near.minute % 5)
    return tuple(sorted(f"{first + timedelta(hours=24 * n / count):%H:%M}" for n in range(count)))


def _reason(reasons: Sequence[Reason], code: str) -> Reason:
    return next(reason for reason in reasons if reason.code == code)


def order_of(one: Written, knowledge: Knowledge) -> Order:
    """Give an order as the plan of doses reads it."""
    request, line = one.request, one.line
    return Order(
        id=request["id"],
        type=request["resourceType"],
        patient=request["subject"]["reference"].partition("/")[2],
        encounter=request["encounter"]["reference"].partition("/")[2],
        kind=DRUG if line.medicine is not None else line.kind,
        term=line.term.value,
        number=one.number,
        line=one.place,
        group=one.group,
        status=request["status"],
        name="",
        parts=(),
        display="",
        spoken="",
        start=line.start,
        end=one.end,
        timing=timing_of(request, knowledge, "zh_CN"),
        authored_on=request["authoredOn"],
        prescriber="",
        route=line.medicine.route.code if line.medicine is not None else "",
        drip_rate=line.drip_rate,
        minutes=line.draft.minutes,
        high_alert=line.medicine is not None and line.medicine.drug.high_alert,
    )
