"""Products found by what was typed, with what is on the shelf and the ways this prescriber orders them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from workstation.core.i18n import _, language
from workstation.fhir import systems
from workstation.fhir.resources import Resource, code_of
from workstation.medication import reading
from workstation.medication.rows import DrugRow, FoundDrugs, Regimen, SearchDrugs
from workstation.stock import on_hand
from workstation.store.reader import Reader
from workstation.terminology import doses
from workstation.terminology.catalogue import DrugHit, differing, preselectable
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import DoseTemplate, Drug, FrequencyKind
from workstation.terminology.search import Match

LOOKED_AT: Final = 300
TEMPLATES_SHOWN: Final = 6
NOT_USED: Final = frozenset({"entered-in-error", "cancelled", "draft"})
COUNTED: Final = 60
Codes = tuple[str, str, str, str, int]


def own_requests(reader: Reader, practitioner: str) -> list[Resource]:
    """Give the latest lines a prescriber signed, newest first."""
    if not practitioner:
        return []
    found = reader.find(
        "MedicationRequest", {"requester": practitioner}, sort=("-authoredon",), limit=LOOKED_AT
    )
    return [r for r in found if r.get("status") not in NOT_USED]


def by_drug(requests: Iterable[Resource]) -> dict[str, list[Resource]]:
    """Put lines together by product; those of other catalogues are left out."""
    found: dict[str, list[Resource]] = {}
    for request in requests:
        code = code_of(request.get("medicationCodeableConcept"), systems.DRUG)
        if code:
            found.setdefault(code, []).append(request)
    return found


def regimens(
    drug: Drug, requests: Iterable[Resource], knowledge: Knowledge, *, days: bool = True
) -> tuple[Regimen, ...]:
    """Give the ways to order a product, of its own lines: what is used most first, then the usual adult regimens.

    Without `days` they are for a ward, where an order runs until it is stopped.
    """
    own: Counter[Codes] = Counter()
    for request in requests:
        codes = _codes(request, knowledge, days)
        if codes is not None:
            own[codes] += 1
    usual = [_template_codes(t, days) for t in knowledge.templates(drug.id)]
    ordered = list(dict.fromkeys([*(codes for codes, _count in own.most_common()), *usual]))
    return tuple(regimen(drug, codes, own[codes], knowledge) for codes in ordered[:TEMPLATES_SHOWN])


def _codes(request: Resource, knowledge: Knowledge, days: bool) -> Codes | None:
    found = reading.regimen_of(request, knowledge)
    if found is None or (days and not found.days):
        return None
    length = found.days if days else 0
    return (f"{found.dose.normalize():f}", found.unit, found.route.code, found.frequency.code, length)


def _template_codes(template: DoseTemplate, days: bool) -> Codes:
    dose = f"{template.dose.normalize():f}"
    return (dose, template.unit, template.route, template.frequency, template.days if days else 0)


def regimen(drug: Drug, codes: Codes, uses: int, knowledge: Knowledge) -> Regimen:
    """Word one way to order a product; without days it says none."""
    dose, unit, route, frequency, days = codes
    often = knowledge.frequencies.get(frequency)
    parts = [
        _("DOSE {dose}", dose=doses.dose_text(Decimal(dose), unit, knowledge.units, drug=drug)),
        knowledge.routes.get(route).display(),
        often.display(),
    ]
    if days and often.kind is not FrequencyKind.SINGLE:
        parts.append(doses.days_text(days))
    text = f" {doses.DASH} ".join(doses.keep(p) for p in parts)
    return Regimen(dose, unit, route, frequency, days, text, uses)


@dataclass(frozen=True, slots=True)
class Matched:
    """Found products with how well each fits, how many there are, and whether the first may be highlighted."""

    rows: tuple[tuple[DrugRow, Match], ...]
    total: int
    preselect: bool


def matched(
    reader: Reader,
    request: SearchDrugs,
    knowledge: Knowledge,
    today: date,
    practitioner: str,
    *,
    days: bool = True,
) -> Matched:
    """Give products in the order exact, prefix, inside; within each what this prescriber uses most comes first."""
    own = by_drug(own_requests(reader, practitioner))
    uses = {drug: len(lines) for drug, lines in own.items()}
    found = knowledge.drugs.search(request.text, COUNTED, uses)
    shown = found[: request.limit]
    by_id = {h.drug.id: h.drug for h in found}

    def row(hit: DrugHit) -> DrugRow:
        ways = regimens(hit.drug, own.get(hit.drug.id, []), knowledge, days=days)
        return _row(reader, hit, by_id, ways, knowledge, today)

    return Matched(tuple((row(hit), hit.match) for hit in shown), len(found), preselectable(shown))


def search_drugs(
    reader: Reader, request: SearchDrugs, knowledge: Knowledge, today: date, practitioner: str
) -> FoundDrugs:
    """Give products for a prescription."""
    found = matched(reader, request, knowledge, today, practitioner)
    return FoundDrugs(tuple(row for row, _match in found.rows), found.total, found.preselect)


def _row(
    reader: Reader,
    hit: DrugHit,
    others: Mapping[str, Drug],
    ways: tuple[Regimen, ...],
    knowledge: Knowledge,
    today: date,
) -> DrugRow:
    drug, units = hit.drug, knowledge.units
    stock = int(on_hand(reader, drug.id, today))
    return DrugRow(
        drug=drug.id,
        name=drug.name,
        form=drug.form_zh if language() == "zh_CN" else drug.form_en,
        strength=doses.strength_text(drug, units),
        pack=doses.pack_text(drug, units),
        price=str(drug.price),
        stock=stock,
        stock_text=reading.quantity_text(drug, Decimal(stock), drug.unit, language()),
        essential=drug.essential,
        high_alert=drug.high_alert,
        control_class=drug.control_class,
        antibacterial_grade=drug.antibacterial_grade,
        skin_test=drug.skin_test == "required",
        look_alike=bool(hit.lookalikes),
        differs=_differs(hit, others),
        uses=hit.uses,
        unit=drug.strength_unit,
        regimens=ways,
    )


def _differs(hit: DrugHit, others: Mapping[str, Drug]) -> tuple[tuple[int, int], ...]:
    """Give the differing ranges of the name that is shown: the English names differ elsewhere than the Chinese."""
    if hit.drug.name == hit.drug.name_zh:
        return hit.differs
    ranges = {r for i in hit.lookalikes if i in others for r in differing(hit.drug.name, others[i].name)}
    return tuple(sorted(ranges))
