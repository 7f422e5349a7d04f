"""The inpatient orders of a stay, read from the record: medicines and all else alike, with who did what to them.

Many stays are read with as few queries as one: a ward board asks for eighty beds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from workstation.chart.people import author_name
from workstation.core.clock import parse_instant
from workstation.core.i18n import language
from workstation.fhir import systems
from workstation.fhir.resources import Resource, as_list, code_of, codings, extension, target, text_of
from workstation.medication import reading as medicines
from workstation.orderbook import order as orders
from workstation.orderbook.order import Order, Stop, Timing, Verification, Verified, in_line_order
from workstation.store.reader import Reader, Wanted
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Frequency, FrequencyKind

VERIFY: Final = "order-verification"
VERIFY_STOP: Final = "order-stop-verification"
INPATIENT: Final = "inpatient"
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STOPPED: Final = frozenset({"stopped", "revoked"})
_STATES: Final = {"completed": Verified.DONE, "rejected": Verified.RETURNED}
_GONE: Final = frozenset({"cancelled", "entered-in-error"})
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def orders_of(reader: Reader, encounter: str, knowledge: Knowledge, lang: str = "") -> tuple[Order, ...]:
    """Give all orders of one stay, the void and stopped ones too, as they were signed; worded in `lang`."""
    return orders_of_many(reader, (encounter,), knowledge, lang).get(encounter, ())


def orders_of_many(
    reader: Reader, encounters: Sequence[str], knowledge: Knowledge, lang: str = ""
) -> dict[str, tuple[Order, ...]]:
    """Give the orders of many stays by stay, with three queries in all."""
    return _many(reader, encounters, knowledge, lang, {}, {})


def live_orders_of_many(
    reader: Reader, encounters: Sequence[str], knowledge: Knowledge, lang: str = ""
) -> dict[str, tuple[Order, ...]]:
    """Give only what can still be carried out of many stays' orders: the active ones, with no verification but returns.

    A ward board asks this again and again; what was stopped or completed long ago is not even opened.
    """
    return _many(reader, encounters, knowledge, lang, {"status": "active"}, {"status": "rejected"})


def _many(
    reader: Reader,
    encounters: Sequence[str],
    knowledge: Knowledge,
    lang: str,
    only: Mapping[str, Wanted],
    verified: Mapping[str, Wanted],
) -> dict[str, tuple[Order, ...]]:
    found: dict[str, list[Order]] = {encounter: [] for encounter in encounters}
    if not found:
        return {}
    stays = list(found)
    drugs = reader.find("MedicationRequest", {"encounter": stays, "category": INPATIENT, **only})
    others = reader.find("ServiceRequest", {"encounter": stays, **only})
    codes = [f"{systems.TASK_CODE}|{code}" for code in (VERIFY, VERIFY_STOP)]
    tasks = _tasks(reader.find("Task", {"encounter": stays, "code": codes, **verified}))
    for request in [*drugs, *others]:
        order = order_of(reader, request, tasks, knowledge, lang)
        if order is not None:
            found[order.encounter].append(order)
    return {stay: tuple(sorted(lines, key=in_line_order)) for stay, lines in found.items()}


def orders_signed(reader: Reader, number: str, knowledge: Knowledge) -> tuple[Order, ...]:
    """Give all orders that were signed at once, by their number: what a label's barcode names."""
    wanted = f"{systems.ORDER_NUMBER}|{number}"
    requests = reader.find("MedicationRequest", {"group-identifier": wanted})
    requests += reader.find("ServiceRequest", {"requisition": wanted})
    tasks = _tasks(reader.find("Task", {"group-identifier": wanted}))
    read = (order_of(reader, request, tasks, knowledge) for request in requests)
    return tuple(sorted((order for order in read if order is not None), key=in_line_order))


def one_order(reader: Reader, kind: str, id_: str, knowledge: Knowledge) -> Order | None:
    """Give one order by its resource, or None where this desk has none such."""
    request = reader.peek(kind, id_)
    if request is None:
        return None
    return order_of(reader, request, _tasks(reader.find("Task", {"focus": id_})), knowledge)


def order_of(
    reader: Reader,
    request: Resource,
    tasks: Mapping[tuple[str, str], Resource],
    knowledge: Knowledge,
    lang: str = "",
) -> Order | None:
    """Read one MedicationRequest or ServiceRequest; None for one that is no inpatient order."""
    drug = request["resourceType"] == "MedicationRequest"
    kind = _kind(request)
    if not kind:
        return None
    verify, verify_stop = tasks.get((request["id"], VERIFY)), tasks.get((request["id"], VERIFY_STOP))
    common, tongue = _common(reader, request, kind), lang or language()
    said = _drug(request, knowledge, tongue) if drug else _other(request, knowledge, tongue)
    return Order(
        **common,
        **said,
        verification=verification_of(reader, verify),
        stop=_stop(reader, request, common["end"], verify_stop),
    )


def verification_of(reader: Reader, task: Resource | None) -> Verification:
    """Read what became of a verification Task."""
    if task is None or task.get("status") in _GONE:
        return Verification()
    state = _STATES.get(str(task.get("status")), Verified.WAITING)
    waiting = state is Verified.WAITING
    at = str(task.get("executionPeriod", {}).get("end") or task.get("lastModified", ""))
    by = author_name(reader, task.get("owner"))
    reason = text_of(task.get("statusReason"))
    answer = next((str(n.get("text", "")) for n in reversed(as_list(task.get("note")))), "")
    return Verification(state, task["id"], "" if waiting else by, "" if waiting else at, reason, answer)


def _tasks(found: Iterable[Resource]) -> dict[tuple[str, str], Resource]:
    return {(target(t.get("focus")), code_of(t.get("code"), systems.TASK_CODE)): t for t in found}


def _common(reader: Reader, request: Resource, kind: str) -> dict[str, Any]:
    """Give what medicines and other orders are kept alike in."""
    repeat = _repeat(request)
    bounds = repeat.get("boundsPeriod", {})
    authored = str(request.get("authoredOn", ""))
    start = _moment(str(bounds.get("start") or authored)) or _NEVER
    end = _moment(str(bounds.get("end", "")))
    if end is None and request.get("status") in STOPPED:
        end = start  # stopped elsewhere without saying when: nothing more is planned
    return {
        "id": request["id"],
        "type": request["resourceType"],
        "patient": target(request.get("subject"), "Patient"),
        "encounter": target(request.get("encounter"), "Encounter"),
        "kind": kind,
        "term": _term(request, repeat),
        "number": _number(request),
        "line": medicines.line_number(request),
        "status": str(request.get("status", "")),
        "start": start,
        "end": end,
        "authored_on": authored,
        "prescriber": author_name(reader, request.get("requester")),
        "prescriber_id": target(request.get("requester"), "Practitioner"),
    }


def _drug(request: Resource, knowledge: Knowledge, tongue: str) -> dict[str, Any]:
    drug, regimen = medicines.drug_of(request, knowledge), medicines.regimen_of(request, knowledge)
    line, amount = medicines.worded(request, knowledge, tongue), medicines.dose_of(request)
    rate = str(extension(request, systems.DRIP_RATE) or "")
    dosage, chinese = medicines.dosage_of(request), tongue.startswith("zh")
    parts = (*line.parts, doses.keep(rate)) if rate else line.parts
    worded = doses.dose_text(regimen.dose, regimen.unit, knowledge.units, tongue, drug) if regimen else ""
    name = (drug.name_zh if chinese else drug.ingredient_en) if drug else ""
    return {
        "group": int(extension(request, systems.GROUP_NUMBER) or 0),
        "name": name or text_of(request.get("medicationCodeableConcept")),
        "parts": parts,
        "display": f" {doses.DASH} ".join(parts),
        "spoken": f"{line.spoken}{'，' if chinese else ', '}{rate}" if rate else line.spoken,
        "timing": timing_of(request, knowledge, tongue),
        "drug": drug.id if drug else "",
        "strength": doses.keep(doses.strength_text(drug, knowledge.units, tongue)) if drug else "",
        "form": (drug.form_zh if chinese else drug.form_en) if drug else "",
        "dose": str(amount[0]) if amount else "",
        "dose_unit": amount[1] if amount else "",
        "dose_text": doses.keep(worded) if worded else str(dosage.get("text", "")),
        "route": regimen.route.code if regimen else "",
        "route_text": regimen.route.display(tongue) if regimen else text_of(dosage.get("route")),
        "drip_rate": rate,
        "minutes": medicines.minutes_of(request),
        "note": str(dosage.get("patientInstruction", "")),
        "high_alert": drug.high_alert if drug else False,
        "skin_test": medicines.skin_test_of(request),
    }


def _other(request: Resource, knowledge: Knowledge, tongue: str) -> dict[str, Any]:
    timing = timing_of(request, knowledge, tongue)
    words = " ".join(str(d.get("text", "")) for d in as_list(request.get("orderDetail")) if d.get("text"))
    code = code_of(request.get("code"), systems.WARD_ORDER)
    known = knowledge.ward_orders.get(code)
    name = known.name if known is not None else text_of(request.get("code")) or words
    parts = tuple(doses.keep(p) for p in (name, "" if words == name else words, timing.words) if p)
    return {
        "group": int(extension(request, systems.GROUP_NUMBER) or 0),
        "name": name,
        "parts": parts,
        "display": f" {doses.DASH} ".join(parts),
        "spoken": ("，" if tongue.startswith("zh") else ", ").join(doses.plain(p) for p in parts),
        "timing": timing,
        "code": code,
        "note": words,
    }


def timing_of(request: Resource, knowledge: Knowledge, lang: str) -> Timing:
    """Read when an order is carried out; a frequency without clock times takes those this site suggests."""
    timing, repeat = _timing(request), _repeat(request)
    frequency = _frequency(timing, repeat, knowledge)
    regular = frequency if _regular(frequency) else None
    first_day = extension(request, systems.FIRST_DAY_DOSES)
    times = tuple(str(t)[:5] for t in as_list(repeat.get("timeOfDay")))
    return Timing(
        frequency=frequency.code if frequency else code_of(timing.get("code"), systems.FREQUENCY),
        words=frequency.display(lang) if frequency else text_of(timing.get("code")),
        count=int(repeat.get("frequency") or (regular.count if regular else 0)),
        period=int(repeat.get("period") or (regular.period if regular else 0)),
        unit=str(repeat.get("periodUnit") or (regular.unit if regular else "")),
        times=times or (frequency.times if frequency else ()),
        weekdays=tuple(WEEKDAYS.index(d) for d in as_list(repeat.get("dayOfWeek")) if d in WEEKDAYS),
        once=_once(request, repeat, frequency),
        as_needed=_as_needed(request, frequency),
        first_day=int(first_day) if first_day is not None else None,
    )


def _frequency(timing: Resource, repeat: Resource, knowledge: Knowledge) -> Frequency | None:
    found = knowledge.frequencies.parse(code_of(timing.get("code"), systems.FREQUENCY))
    if found is None and "frequency" in repeat:
        wanted = (repeat.get("frequency"), repeat.get("period"), repeat.get("periodUnit"))
        found = next(
            (f for f in knowledge.frequencies if _regular(f) and (f.count, f.period, f.unit) == wanted), None
        )
    return found


def _regular(frequency: Frequency | None) -> bool:
    return frequency is not None and frequency.kind is FrequencyKind.REGULAR


def _once(request: Resource, repeat: Resource, frequency: Frequency | None) -> bool:
    if _as_needed(request, frequency):
        return False
    single = frequency is not None and frequency.kind is FrequencyKind.SINGLE
    stat = code_of(request.get("category"), systems.ORDER_TERM) == orders.STAT
    return single or stat or (repeat.get("count") == 1 and "frequency" not in repeat)


def _as_needed(request: Resource, frequency: Frequency | None) -> bool:
    """Say whether it waits for a need: prn, sos, or marked so."""
    if frequency is not None and (
        frequency.kind is FrequencyKind.WHEN_NEEDED or frequency.code == orders.ONCE_IF_NEEDED
    ):
        return True
    dosage = medicines.dosage_of(request)
    return bool(dosage.get("asNeededBoolean") or request.get("asNeededBoolean"))


def _timing(request: Resource) -> Resource:
    if request["resourceType"] == "MedicationRequest":
        found: Resource = medicines.dosage_of(request).get("timing", {})
    else:
        found = request.get("occurrenceTiming", {})
    return found


def _repeat(request: Resource) -> Resource:
    found: Resource = _timing(request).get("repeat", {})
    return found


def _kind(request: Resource) -> str:
    """Give the kind of an inpatient order, or an empty text: an outpatient line and a laboratory order are none."""
    if request["resourceType"] != "MedicationRequest":
        return code_of(request.get("category"), systems.ORDER_KIND)
    inpatient = any(c.get("code") == INPATIENT for c in codings(request.get("category")))
    return orders.DRUG if inpatient else ""


def _term(request: Resource, repeat: Resource) -> str:
    term = code_of(request.get("category"), systems.ORDER_TERM)
    return term or (orders.STAT if repeat.get("count") == 1 else orders.LONG_TERM)


def _number(request: Resource) -> str:
    group = request.get("groupIdentifier") or request.get("requisition") or {}
    return str(group.get("value", ""))


def _stop(reader: Reader, request: Resource, end: object, task: Resource | None) -> Stop | None:
    """Say that an order was stopped: its status says so, or an end was signed that still lies ahead."""
    if request.get("status") not in STOPPED and task is None and end is None:
        return None
    reason = text_of(request.get("statusReason")) or str(extension(request, systems.STATUS_REASON) or "")
    by = author_name(reader, task.get("requester")) if task else ""
    at = str(task.get("authoredOn", "")) if task else ""
    return Stop(by, at, reason, verification_of(reader, task))


def _moment(text: str) -> datetime | None:
    try:
        return parse_instant(text) if text else None
    except ValueError:
        return None
