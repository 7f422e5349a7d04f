"""What a code scanned on a ward is, and the five rights: what was scanned against whose chart is open.

A wristband carries the stay's number, an infusion label the slot key of its dose, a pack the maker's code; the tube
of a specimen is told apart so that nobody takes it for a drug.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from workstation.chart.in_bed import UNDER_WAY, numbered, of_stay
from workstation.core.clock import instant
from workstation.core.errors import Invalid, NotFound
from workstation.core.i18n import _
from workstation.fhir import systems
from workstation.fhir.resources import identifier, target
from workstation.nursing import model
from workstation.nursing.dose import Dose, bars, clock, dose_among, dose_at, of_slot
from workstation.nursing.giving import fits, pack_drug
from workstation.nursing.lines import lines_of, who_of
from workstation.nursing.rows import Bar, Barrier, Right, RightRow, RightsView, ScanKind, Scanned, Who
from workstation.orderbook.book import orders_of
from workstation.orderbook.given import Given, given_of
from workstation.orderbook.order import Order, running
from workstation.orderbook.plan import Slot, due, parse_key
from workstation.store.reader import Reader
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.packs import half_width, pack_of

WRISTBAND: Final = re.compile(r"ZY\d{6}[0-9A-Z]{3}\d{3,}")
SPECIMEN: Final = re.compile(r"BB\d{2}[0-9A-Z]{3}\d{6}")
GONE: Final = frozenset({Barrier.STOPPED, Barrier.VOID})
OFF_TIME: Final = frozenset({Barrier.TOO_EARLY, Barrier.UNPLANNED, Barrier.NOT_BEGUN})
MOST_NAMED: Final = 3
SEPARATOR: Final = " · "


def scan(reader: Reader, request: model.Scan, knowledge: Knowledge, now: datetime) -> Scanned:
    """Say what a scanned code is."""
    code = half_width(request.code)
    if parse_key(code) is not None:
        return _label(reader, code, knowledge, now)
    stay = numbered(reader, code)
    if stay is not None:
        who = who_of(reader, of_stay(reader, stay, now), knowledge)
        over = stay.get("status") not in UNDER_WAY
        return Scanned(ScanKind.WRISTBAND, code, True, stay["id"], who.patient, who, over=over)
    if WRISTBAND.fullmatch(code):
        return Scanned(ScanKind.WRISTBAND, code, known=False)
    if SPECIMEN.fullmatch(code):
        return Scanned(ScanKind.SPECIMEN, code)
    if pack_of(code) is not None:
        drug = pack_drug(code, knowledge)
        name = drug_name(drug, knowledge)
        return Scanned(ScanKind.PACK, code, known=bool(drug), drug=drug, name=name)
    return Scanned(ScanKind.UNKNOWN, code, known=False)


def _label(reader: Reader, code: str, knowledge: Knowledge, now: datetime) -> Scanned:
    try:
        dose = dose_at(reader, code, knowledge, now)
    except (NotFound, Invalid):
        return Scanned(ScanKind.LABEL, code, known=False, slot=code)
    stay = reader.get("Encounter", dose.encounter)
    who = who_of(reader, of_stay(reader, stay, now), knowledge)
    over = stay.get("status") not in UNDER_WAY
    return Scanned(
        ScanKind.LABEL,
        code,
        True,
        dose.encounter,
        dose.patient,
        who,
        code,
        name=_names(dose.orders),
        over=over,
    )


def drug_name(drug: str, knowledge: Knowledge) -> str:
    """Give a product with its strength, as nurses compare it with an order."""
    if drug not in knowledge.drugs:
        return ""
    product = knowledge.drugs.get(drug)
    return f"{product.name} {doses.keep(doses.strength_text(product, knowledge.units))}"


# --- the five rights -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of the comparison: what each right says."""

    patient: str
    drug: str
    dose: str
    route: str
    time: str


@dataclass(frozen=True, slots=True)
class _Bedside:
    """The patient whose chart is open: all orders of the stay and the doses that are due."""

    reader: Reader
    who: Who
    orders: tuple[Order, ...]
    facts: tuple[Given, ...]
    open: tuple[Slot, ...]
    knowledge: Knowledge
    now: datetime


def five_rights(reader: Reader, request: model.FiveRights, knowledge: Knowledge, now: datetime) -> RightsView:
    """Compare a label, a pack or a chosen dose with the patient whose chart is open."""
    stay = reader.get("Encounter", request.encounter)
    who = who_of(reader, of_stay(reader, stay, now), knowledge)
    orders = orders_of(reader, request.encounter, knowledge)
    facts = given_of(reader, request.encounter)
    lanes = due(orders, facts, now, knowledge.nursing.windows)
    here = _Bedside(reader, who, orders, facts, (*lanes.overdue, *lanes.now), knowledge, now)
    dose = _meant(here, half_width(request.code), request.slot)
    view = _compared(here, dose) if dose is not None else _wrong_pack(here, half_width(request.code))
    view = _with_wristband(
        view, half_width(request.wristband), identifier(stay, systems.VISIT_NUMBER), reader
    )
    if stay.get("status") not in UNDER_WAY:
        over = Bar(Barrier.OVER, _("This patient was discharged already."), _("Do not give it."))
        view = replace(view, bars=(over, *view.bars))
    return view


def _meant(here: _Bedside, code: str, slot: str) -> Dose | None:
    """Give the dose a code means: a label names it, a pack the due one of its product or the one chosen by hand.

    A pack alone says nothing about a bag that was mixed of several. None: no dose of that product is due.
    """
    if parse_key(code) is not None or not code:
        return _keyed(here, code or slot)
    drug = pack_drug(code, here.knowledge)
    if slot:
        chosen = _keyed(here, slot)
        return chosen if fits(chosen, drug) else None
    doses_due = (of_slot(each, ()) for each in here.open)
    return next((dose for dose in doses_due if fits(dose, drug)), None)


def _keyed(here: _Bedside, key: str) -> Dose:
    """Give the dose of a key: of this stay without asking again, else whoever's it is. Raises Invalid, NotFound."""
    mine = dose_among(here.orders, here.facts, key, here.now)
    return mine if mine is not None else dose_at(here.reader, key, here.knowledge, here.now)


def _compared(here: _Bedside, dose: Dose) -> RightsView:
    windows, now = here.knowledge.nursing.windows, here.now
    found = bars(dose, now, windows)
    mine = dose.encounter == here.who.encounter
    if not mine:
        found = (_other_patient(), *found)
    barriers = frozenset(bar.barrier for bar in found)
    owner = here.who if mine else _owner(here, dose)
    side = _Side(
        _person(owner), _names(dose.orders), _doses(dose.orders), _routes(dose.orders), clock(now, now)
    )
    return RightsView(
        slot=dose.key,
        who=here.who,
        lines=lines_of(dose.orders),
        planned=instant(dose.at),
        rights=_rights(_wanted(here, dose, barriers), side, not barriers & OFF_TIME),
        bars=found,
        needs_second=dose.high_alert,
        needs_late=dose.late(now, windows),
        infusion=dose.infusion,
        running=bool(dose.runs),
        drug=dose.is_drug,
    )


def _wanted(here: _Bedside, dose: Dose, barriers: frozenset[Barrier]) -> _Side:
    """Give what was expected: the dose itself where it stands, else what replaced it, or what is due here."""
    now = here.now
    time = clock(now if dose.as_needed else dose.at, now)
    lines: Sequence[Order] = dose.orders
    nothing = ""
    if Barrier.OTHER_PATIENT in barriers:
        lines, nothing = _due_lines(here), _("nothing due now")
    elif barriers & GONE:
        lines, nothing = _instead(dose, here.orders, now), _("nothing: it was stopped")
    return _Side(_person(here.who), _names(lines) or nothing, _doses(lines), _routes(lines), time)


def _instead(dose: Dose, orders: Sequence[Order], now: datetime) -> list[Order]:
    """Give the running lines of the same drugs: what an order was changed to."""
    drugs = {order.drug for order in dose.orders} | {order.name for order in dose.orders}
    return [o for o in orders if running(o, now) and (o.drug in drugs or o.name in drugs)]


def _due_lines(here: _Bedside) -> list[Order]:
    """Give the medicines that are due, each once, those nearest to now first."""
    near = sorted(here.open, key=lambda slot: (abs(slot.at - here.now), slot.key))
    found = {order.id: order for slot in near for order in slot.orders if order.is_drug}
    return list(found.values())


def _rights(wanted: _Side, scanned: _Side, ok_time: bool) -> tuple[RightRow, ...]:
    return (
        RightRow(Right.PATIENT, wanted.patient == scanned.patient, wanted.patient, scanned.patient),
        RightRow(Right.DRUG, wanted.drug == scanned.drug, wanted.drug, scanned.drug),
        RightRow(Right.DOSE, wanted.dose == scanned.dose, wanted.dose, scanned.dose),
        RightRow(Right.ROUTE, wanted.route == scanned.route, wanted.route, scanned.route),
        RightRow(Right.TIME, ok_time, wanted.time, scanned.time),
    )


def _with_wristband(view: RightsView, wristband: str, number: str, reader: Reader) -> RightsView:
    """Hold a scanned wristband against the chart that is open."""
    if not wristband or wristband == number:
        return view
    other = numbered(reader, wristband)
    found = target(other.get("subject"), "Patient") if other is not None else ""
    if found == view.who.patient:
        return view
    first = replace(view.rights[0], ok=False, found=wristband)
    bar = Bar(
        Barrier.OTHER_PATIENT,
        _("The wristband is another patient's. Nothing was recorded."),
        _("Do not give it. Go to the right bed and scan again."),
    )
    return replace(view, rights=(first, *view.rights[1:]), bars=(bar, *view.bars))


def _wrong_pack(here: _Bedside, code: str) -> RightsView:
    """Say that a pack is nothing that is due for this patient."""
    lines, now = _due_lines(here), here.now
    names = _names(lines) or _("nothing due now")
    wanted = _Side(_person(here.who), names, _doses(lines), _routes(lines), clock(now, now))
    drug = pack_drug(code, here.knowledge)
    name = drug_name(drug, here.knowledge) or _("product not known: {code}", code=code)
    found = _Side(wanted.patient, name, "", "", wanted.time)
    said = Bar(
        Barrier.WRONG_DRUG,
        _("Nothing of this product is due for this patient."),
        _("Do not give it. Take the drug that is due and scan it."),
    )
    return RightsView("", here.who, (), "", _rights(wanted, found, ok_time=True)[:2], (said,))


def _other_patient() -> Bar:
    return Bar(
        Barrier.OTHER_PATIENT,
        _("This dose belongs to another patient. Nothing was recorded."),
        _("Do not give it. Scan the wristband again and take the right label."),
    )


def _owner(here: _Bedside, dose: Dose) -> Who:
    stay = here.reader.get("Encounter", dose.encounter)
    return who_of(here.reader, of_stay(here.reader, stay, here.now), here.knowledge)


def _person(who: Who) -> str:
    bed = _("bed {number}", number=who.bed) if who.bed else ""
    return "  ".join(part for part in (bed, who.name, who.stay_number) if part)


def _names(orders: Sequence[Order]) -> str:
    """Name the first few lines and count the rest, so that what is compared stays in sight."""
    named = [f"{order.name} {order.strength}".strip() for order in orders[:MOST_NAMED]]
    more = len(orders) - len(named)
    return SEPARATOR.join([*named, f"+{more}"] if more > 0 else named)


def _doses(orders: Sequence[Order]) -> str:
    return SEPARATOR.join(order.dose_text for order in orders[:MOST_NAMED] if order.dose_text)


def _routes(orders: Sequence[Order]) -> str:
    return SEPARATOR.join(dict.fromkeys(order.route_text for order in orders if order.route_text))
