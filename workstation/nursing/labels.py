"""Infusion labels: what is to be hung in a stretch of time, worded for the paper (cn_rules 3.3, 瓶签)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from decimal import Decimal
from math import ceil
from typing import Final

from workstation.chart.allergies import AllergyState, in_brief
from workstation.chart.in_bed import InBed, in_ward
from workstation.chart.people import age_text
from workstation.core.clock import instant, parse_instant
from workstation.core.errors import Invalid
from workstation.fhir.resources import Resource, synthetic, target
from workstation.nursing import model
from workstation.nursing.rows import InfusionLabel, LabelLine
from workstation.orderbook.book import orders_of_many
from workstation.orderbook.given import by_slot, given_of_many
from workstation.orderbook.order import Order, Verified
from workstation.orderbook.plan import DAY, Slot, planned, unrecorded
from workstation.store.reader import Reader
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug
from workstation.terminology.nursing import is_solvent
from workstation.terminology.quantity import decimal, units_used

RATE: Final = re.compile(
    r"(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>gtt/min|滴/分|mL/h|ml/h|ml/小时)", re.IGNORECASE
)
MILLILITRES: Final = {"ml": Decimal(1), "L": Decimal(1000)}


def labels_due(
    reader: Reader, request: model.LabelsDue, knowledge: Knowledge, now: datetime
) -> tuple[InfusionLabel, ...]:
    """Give the labels of verified infusions that nobody has recorded yet, by bed and time. Raises Invalid."""
    since, until = _moment(request.since, "since", now), _moment(request.until, "until", now)
    beds = [b for b in in_ward(reader, request.ward, now) if request.encounter in ("", b.encounter)]
    stays = [bed.encounter for bed in beds]
    orders = orders_of_many(reader, stays, knowledge, request.language)
    facts = given_of_many(reader, stays, since=since - DAY)
    maker = _Maker(reader, beds, knowledge, request.language, now)
    made: list[InfusionLabel] = []
    for bed in beds:
        lines = [o for o in orders[bed.encounter] if maker.labelled(o)]
        recorded = by_slot(facts[bed.encounter])
        for slot in planned(lines, since, until):
            if len(unrecorded(slot, recorded)) == len(slot.orders):
                made.append(maker.label(bed, slot, _of_the_day(lines, slot)))
    return tuple(made)


def _moment(text: str, field: str, now: datetime) -> datetime:
    try:
        return parse_instant(text, now.tzinfo).astimezone(now.tzinfo)
    except ValueError:
        raise Invalid(text, field=field) from None


def _of_the_day(lines: Sequence[Order], slot: Slot) -> tuple[int, int]:
    """Give which of the day's infusions of this patient a slot is, and how many there are (第 n 组 / 共 m 组)."""
    midnight = datetime.combine(slot.at.date(), time(), slot.at.tzinfo)
    keys = [each.key for each in planned(lines, midnight, midnight + DAY)]
    return keys.index(slot.key) + 1, len(keys)


class _Maker:
    """Makes labels of one ward in one language."""

    def __init__(
        self, reader: Reader, beds: Sequence[InBed], knowledge: Knowledge, lang: str, now: datetime
    ) -> None:
        self._knowledge, self._nursing = knowledge, knowledge.nursing
        self._lang, self._now = lang, now
        patients = sorted({bed.patient for bed in beds})
        self._allergies: dict[str, list[Resource]] = {}
        for record in reader.find("AllergyIntolerance", {"patient": patients}) if patients else ():
            self._allergies.setdefault(target(record.get("patient"), "Patient"), []).append(record)
        people = reader.find("Patient", {"_id": patients}) if patients else []
        self._synthetic = {p["id"] for p in people if synthetic(p)}

    def labelled(self, order: Order) -> bool:
        """Say whether an order gets a label: a verified medicine into a vein."""
        verified = order.verification.state is Verified.DONE
        return order.is_drug and verified and order.route in self._nursing.label_routes

    def label(self, bed: InBed, slot: Slot, place: tuple[int, int]) -> InfusionLabel:
        """Make one label."""
        orders, person = slot.orders, bed.person
        drugs = self._drugs(orders)
        state, agents = in_brief(self._allergies.get(bed.patient, ()), self._knowledge, self._lang)
        batch = self._nursing.batch(slot.at)
        rate = next((order.drip_rate for order in orders if order.drip_rate), "")
        return InfusionLabel(
            barcode=slot.key,
            ward=bed.ward_name,
            bed=bed.bed,
            name=person.name,
            sex=person.sex,
            age=age_text(person.birth, self._now.date(), self._lang),
            stay_number=bed.number,
            planned=instant(slot.at),
            place=place[0],
            places=place[1],
            batch=batch.name(self._lang) if batch is not None else "",
            lines=tuple(self._line(order, drugs.get(order.id)) for order in orders),
            route=orders[0].route_text,
            frequency=orders[0].timing.words,
            drip_rate=rate,
            minutes=self._minutes(orders, rate),
            from_light=any(self._nursing.from_light(drug) for drug in drugs.values()),
            high_alert=any(order.high_alert for order in orders),
            skin_test=_skin_test(orders),
            allergies=("、" if self._lang.startswith("zh") else ", ").join(agents),
            allergies_known=state is not AllergyState.UNRECORDED,
            note="；".join(dict.fromkeys(order.note for order in orders if order.note)),
            patient=bed.patient,
            language=self._lang,
            synthetic=bed.patient in self._synthetic,
        )

    def _drugs(self, orders: Iterable[Order]) -> dict[str, Drug]:
        drugs = self._knowledge.drugs
        return {order.id: drugs.get(order.drug) for order in orders if order.drug in drugs}

    def _line(self, order: Order, drug: Drug | None) -> LabelLine:
        solvent = drug is not None and is_solvent(drug)
        quantity = self._quantity(order, drug) if drug is not None else ""
        return LabelLine(order.name, order.strength, order.dose_text, quantity, solvent, order.high_alert)

    def _quantity(self, order: Order, drug: Drug) -> str:
        """Give what of the product is taken: 2 支; empty where the dose does not say."""
        try:
            used = decimal(units_used(drug, Decimal(order.dose), order.dose_unit, self._knowledge.units))
        except (Invalid, ArithmeticError):
            return ""
        chinese = self._lang.startswith("zh")
        noun = drug.unit_zh if chinese else drug.unit_en
        return doses.keep(f"{doses.number(used)} {noun if chinese or used == 1 else doses.plural(noun)}")

    def _minutes(self, orders: Sequence[Order], rate: str) -> int:
        """Give about how long it runs: by the order, else by volume and rate (gtt/min = mL × factor / min)."""
        ordered = max((order.minutes for order in orders), default=0)
        match = RATE.search(rate)
        volume = sum((self._millilitres(order) for order in orders), Decimal(0))
        if ordered or match is None or not volume:
            return ordered
        value = Decimal(match["value"])
        if not value:
            return 0
        drops = match["unit"].lower() in ("gtt/min", "滴/分")
        return ceil(volume * self._nursing.drop_factor / value if drops else volume * 60 / value)

    @staticmethod
    def _millilitres(order: Order) -> Decimal:
        factor = MILLILITRES.get(order.dose_unit)
        return Decimal(order.dose) * factor if factor is not None and order.dose else Decimal(0)


def _skin_test(orders: Iterable[Order]) -> str:
    return next((o.skin_test.state.value for o in orders if o.skin_test is not None), "")
