"""The fields of the labels on bag and pack (处方管理办法 article 33), worded in the language of the patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from workstation.chart.allergies import Allergies, AllergyState, allergies_of
from workstation.chart.measures import SAME_AS, WEIGHT, latest_measure
from workstation.chart.people import Person, person_of
from workstation.core.clock import parse_instant
from workstation.core.errors import Invalid
from workstation.core.i18n import _
from workstation.fhir.resources import Resource, as_list, synthetic, target, text_of
from workstation.pharmacy import sheet as sheets
from workstation.pharmacy.model import LabelsOf
from workstation.pharmacy.rows import Label
from workstation.pharmacy.view import known_drug, quantity_text, worded
from workstation.stock import amount, lot_of
from workstation.store.reader import Reader
from workstation.terminology import doses
from workstation.terminology.knowledge import Knowledge
from workstation.terminology.model import Drug

CAUTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "SEDATE": ("服药后勿驾车、勿操作机器", "May make you drowsy: do not drive or use machines"),
    "ALC": ("用药期间勿饮酒", "No alcohol while taking this"),
    "ETHANOL": ("含乙醇，用药后勿驾车", "Contains alcohol: do not drive after taking"),
    "NOCRUSH": ("整片吞服，勿嚼碎或掰开", "Swallow whole: do not chew, crush or split"),
    "2-8℃": ("2–8 ℃ 冷藏", "Keep at 2 to 8 °C"),
    "摇匀": ("用前摇匀", "Shake before use"),
    "光敏": ("用药期间避免日晒", "Keep out of the sun while taking this"),
    "漱口": ("用后漱口", "Rinse the mouth after use"),
    "体液橙红": ("尿液、汗液可呈橙红色", "Urine and sweat may turn orange-red"),
    "不可骤停": ("勿自行突然停药", "Do not stop suddenly on your own"),
    "CATION": ("与钙、铁、铝制剂间隔 2 小时以上", "Keep 2 hours apart from calcium, iron and antacids"),
}
"""What a label warns of, by the catalogue's flags. Source: product labels and general knowledge, to be confirmed by a
pharmacist at each site."""

SEX: Final = {"male": ("男", "Male"), "female": ("女", "Female"), "other": ("其他", "Other")}
LOCALES: Final = {"zh": "zh_CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class _Bag:
    """What all labels of one sheet have in common."""

    sheet: sheets.Sheet
    request: LabelsOf
    knowledge: Knowledge
    person: Person
    allergies: str
    allergies_known: bool
    weight: str

    @property
    def chinese(self) -> bool:
        return self.request.language == "zh"

    @property
    def locale(self) -> str:
        return LOCALES[self.request.language]


def labels_of(
    reader: Reader, sheet: sheets.Sheet, request: LabelsOf, knowledge: Knowledge, now: datetime
) -> tuple[Label, ...]:
    """Give one label for each line that was handed out; lots of one line share a label. Raises Invalid."""
    if request.language not in LOCALES:
        raise Invalid(_("There is no form in this language."), field="language")
    patient = reader.peek("Patient", sheet.patient) or {"resourceType": "Patient", "id": sheet.patient}
    lang = LOCALES[request.language]
    allergies = allergies_of(reader, sheet.patient, knowledge, lang)
    weight = latest_measure(reader, sheet.patient, SAME_AS[WEIGHT])
    bag = _Bag(
        sheet,
        request,
        knowledge,
        person_of(patient, now, lang),
        allergy_text(allergies, request.language == "zh"),
        allergies.state is AllergyState.KNOWN,
        f"{weight.value} {weight.unit} ({weight.at[:10]})" if weight else "",
    )
    return tuple(
        _label(reader, bag, line, given)
        for line in sheet.lines
        if (given := [d for d in sheets.dispenses(reader, line) if _since(d, request.since)])
    )


def allergy_text(allergies: Allergies, chinese: bool) -> str:
    """Say the allergy state in one sentence; empty prints as "not recorded", never as "none"."""
    if allergies.state is AllergyState.KNOWN:
        return ("、" if chinese else ", ").join(a.agent for a in allergies.known)
    if allergies.state is AllergyState.NONE:
        said = allergies.said_on
        return f"无已知过敏（{said}）" if chinese else f"no known allergy ({said})"
    return ""


def _since(given: Resource, since: str) -> bool:
    return not since or parse_instant(str(given.get("whenHandedOver", since))) >= parse_instant(since)


def _label(reader: Reader, bag: _Bag, line: Resource, given: Sequence[Resource]) -> Label:
    drug, lang = known_drug(line, bag.knowledge), bag.locale
    dose, route, frequency = worded(line, bag.knowledge, lang, drug)
    units = sum((amount(d.get("quantity")) for d in given), Decimal(0))
    unit = str(given[0].get("quantity", {}).get("unit", ""))
    dosage: Resource = next(iter(as_list(line.get("dosageInstruction"))), {})
    each = f"每次 {dose}" if bag.chinese else f"{dose} each time"
    parts = [route, each if dose else "", frequency] if dose else [str(dosage.get("text", ""))]
    name = (drug.name_zh if bag.chinese else drug.name_en) if drug else ""
    return Label(
        drug=name or text_of(line.get("medicationCodeableConcept")),
        strength=doses.strength_text(drug, bag.knowledge.units, lang) if drug else "",
        quantity=quantity_text(drug, units, unit, lang),
        directions=("，" if bag.chinese else ", ").join(part for part in parts if part),
        dispensed_on=str(given[-1].get("whenHandedOver", ""))[:10],
        name=bag.person.name,
        sex=SEX.get(bag.person.sex, ("", ""))[0 if bag.chinese else 1],
        age=bag.person.age,
        number=bag.person.number,
        language=bag.request.language,
        timing=str(dosage.get("patientInstruction", "")),
        cautions=cautions_of(drug, bag.chinese) if drug else (),
        use_before=_use_before(reader, drug, units, given),
        allergies=bag.allergies,
        allergies_known=bag.allergies_known,
        weight=bag.weight,
        sheet=bag.sheet.number,
        pharmacy=bag.request.pharmacy,
        phone=bag.request.phone,
        synthetic=synthetic(line, reader.peek("Patient", bag.sheet.patient)),
    )


def cautions_of(drug: Drug, chinese: bool) -> tuple[str, ...]:
    """Give what the label of a product warns of."""
    return tuple(words[0 if chinese else 1] for flag, words in CAUTIONS.items() if drug.flagged(flag))


def _use_before(reader: Reader, drug: Drug | None, units: Decimal, given: Sequence[Resource]) -> str:
    """Give the date for what was counted out of an opened pack: the earliest expiry of its lots."""
    if drug is None or drug.pack_size == 1 or units % drug.pack_size == 0:
        return ""
    ids = [target(d.get("medicationReference"), "Medication") for d in given]
    lots = [lot for i in ids if (lot := lot_of(reader, i)) is not None and lot.expires != date.max]
    return min(lot.expires for lot in lots).isoformat() if lots else ""
